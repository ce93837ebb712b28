#!/usr/bin/env bash
# Runs every fuzz target of the module, each for a time or a number of inputs:
# fuzz.sh 10s, fuzz.sh 5000x
set -euo pipefail
cd "$(dirname "$0")/.."
time=${1:?usage: fuzz.sh DURATION|COUNTx}

# grep finds nothing only when all targets are gone, which is an error too.
grep -rHoE --include='*_test.go' '^func Fuzz[A-Za-z0-9_]*' cmd generator runtime schema |
	sed -E 's#^(.*)/[^/]*:func (.*)$#\1 \2#' | sort -u |
	while read -r package target; do
		echo "fuzz: $package $target $time"
		go test "./$package" -run '^$' -fuzz "^$target\$" -fuzztime "$time" -fuzzminimizetime 10x
	done
