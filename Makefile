# rtgen: `make help` lists what there is.

GOFUMPT     := go run mvdan.cc/gofumpt@v0.12.0
STATICCHECK := go run honnef.co/go/tools/cmd/staticcheck@v0.8.2
GOVULNCHECK := go run golang.org/x/vuln/cmd/govulncheck@v1.9.0

# Go files that people write: generated ones are checked by their generator.
GOFILES = $(shell git ls-files --cached --others --exclude-standard '*.go' | grep -v -e '\.rt\.go$$' -e '/testdata/')

ADDR     ?= localhost:8080
FUZZTIME ?= 5m
BENCH    ?= .
SOAK     ?= 2m

.DEFAULT_GOAL := all

.PHONY: all
all: build lint test ## Build, lint and test: the default

.PHONY: help
help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-16s %s\n", $$1, $$2}'

##@ The two commands of the README

.PHONY: demo
demo: examples/chat/web/node_modules ## Generate the chat from its contract and serve it (ADDR=host:port)
	go generate ./examples/chat
	cd examples/chat/web && npm run --silent build
	go build -o examples/chat/chat ./examples/chat
	cd examples/chat && ./chat -addr $(ADDR)

.PHONY: test
test: deps lint check-generated ## Pass every test; installs what the tests need
	go test -race ./...
	cd bench && go vet ./... && go test ./...
	scripts/fuzz.sh 5000x

##@ Every day

.PHONY: build
build: ## Compile everything
	go build ./...

.PHONY: deps
deps: ## Install what the tests need
	scripts/deps.sh

.PHONY: lint
lint: ## go vet, staticcheck and gofumpt
	go vet ./...
	go vet -tags soak ./runtime
	$(STATICCHECK) ./...
	cd bench && $(STATICCHECK) ./...
	@unformatted=$$($(GOFUMPT) -l $(GOFILES)); \
	if [ -n "$$unformatted" ]; then echo "gofumpt would change:"; echo "$$unformatted"; exit 1; fi

.PHONY: fmt
fmt: ## Format Go
	$(GOFUMPT) -w $(GOFILES)

.PHONY: generate
generate: ## Regenerate the code of the examples
	go generate ./examples/...
	go run ./cmd/rtgen generate -C bench

.PHONY: check-generated
check-generated: ## Fail when committed generated code is not what rtgen writes
	go run ./cmd/rtgen generate --check -C examples/chat
	go run ./cmd/rtgen generate --check -C bench

.PHONY: golden
golden: ## Rewrite the expected output in testdata/golden; read its diff
	go test ./generator ./generator/typescript -run 'TestGolden$$' -update

.PHONY: golden-build
golden-build: ## Vet and run the expected Go, type-check the expected TypeScript
	cd testdata/golden && go vet ./... && go test -race ./...
	go test ./generator/typescript -run TestCompiles

.PHONY: conformance
conformance: deps ## Run the official JavaScript clients against the runtime
	go test -race ./runtime/... -run 'Official|Conformance'

.PHONY: fuzz
fuzz: ## Fuzz every target for FUZZTIME each (default 5m)
	scripts/fuzz.sh $(FUZZTIME)

.PHONY: soak
soak: ## Hold 10,000 connections for SOAK (default 2m); nothing of them may be left
	SOAK=$(SOAK) go test -tags soak ./runtime -run 'TestSoak$$' -v -timeout 0

.PHONY: bench
bench: ## Run the benchmarks (BENCH=regexp)
	go test ./generator/... ./schema/... ./runtime/... -run '^$$' -bench '$(BENCH)' -benchmem

.PHONY: bench-compare
bench-compare: deps ## Measure the runtime beside Node's socket.io; rewrites bench/README.md
	cd bench && go run . -write

.PHONY: vuln
vuln: ## Look for known vulnerabilities in what we depend on
	$(GOVULNCHECK) ./...

examples/chat/web/node_modules: examples/chat/web/package-lock.json
	cd examples/chat/web && npm ci --no-audit --no-fund --loglevel=error
	@touch $@
