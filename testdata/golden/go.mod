module github.com/rtgen/rtgen/testdata/golden

go 1.26.0

require (
	github.com/google/go-cmp v0.7.0
	github.com/rtgen/rtgen v0.0.0
)

require github.com/gorilla/websocket v1.5.3 // indirect

replace github.com/rtgen/rtgen => ../..
