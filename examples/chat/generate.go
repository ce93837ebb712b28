package main

//go:generate go run github.com/rtgen/rtgen/cmd/rtgen generate
