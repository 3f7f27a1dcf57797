# khop: contract tests and mock providers for Vietnamese webhooks.

GO      ?= go
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
# The race detector needs cgo, and so a C compiler.
RACE    := $(if $(shell command -v $$($(GO) env CC) 2>/dev/null),-race)
LDFLAGS := -s -w -X main.version=$(VERSION)

.DEFAULT_GOAL := help

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## build bin/khop, one static binary
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '$(LDFLAGS)' -o bin/khop ./cmd/khop

demo: build ## verify the reference receiver and a faulty twin; reports go to out/
	@sh examples/demo.sh bin/khop out

# The kill matrix runs hundreds of whole verifications: what they share is under the
# race detector in the tests of the correct receivers already.
MATRIX := ^TestEveryDefectTripsExactlyItsChecks$$
# What needs a browser, a container engine or patience is named for it.
SLOW   := ^Test(Browser|Container|Slow)

test: ## run the fast tests with the race detector, and the kill matrix
	$(GO) test $(RACE) -skip '$(MATRIX)|$(SLOW)' ./...
	$(GO) test -run '$(MATRIX)' ./suites

test-all: test ## run the slow tests as well: browser, containers, the kill matrix under the race detector
	@mkdir -p out
	@$(GO) test -v -count 1 -p 1 -timeout 20m -run '$(SLOW)' ./... >out/slow.log 2>&1 || \
		{ grep -vE '^(=== | *--- PASS|PASS)' out/slow.log; exit 1; }
	@grep -E '^ok|--- SKIP|WITHOUT' out/slow.log | grep -v 'no tests to run'; \
		echo "slow tests that were skipped: $$(grep -c -e '--- SKIP' out/slow.log)"
	$(GO) test $(RACE) -count 1 -timeout 40m -run '$(MATRIX)' ./suites

cross: ## build khop for the other systems that it is used on
	@for system in linux/arm64 darwin/arm64 windows/amd64; do \
		echo "$$system"; \
		CGO_ENABLED=0 GOOS=$${system%/*} GOARCH=$${system#*/} $(GO) build -o /dev/null ./cmd/khop || exit 1; \
	done

lint: ## check format, vet and staticcheck
	@unformatted="$$($(GO) tool gofumpt -l .)"; \
	if [ -n "$$unformatted" ]; then echo "not gofumpt-formatted:"; echo "$$unformatted"; exit 1; fi
	$(GO) vet ./...
	$(GO) tool staticcheck ./...

bench: ## measure khop against floors in turns, into docs/benchmarks.md (a quiet machine, about six minutes)
	$(GO) run ./cmd/khop-bench --write docs/benchmarks.md

bench-endpoint: ## measure AccessTrade's endpoint alone, against a bare handler under wrk
	$(GO) run ./cmd/khop-bench endpoint

bench-once: ## run every benchmark once and tiny, to see that it still does; no measurement
	$(GO) run ./cmd/khop-bench --quick

FUZZTIME ?= 1m

fuzz: ## fuzz everything that reads from outside, FUZZTIME (a minute) each
	@grep -rl '^func Fuzz' --include='*_test.go' . | sort | while read -r file; do \
		for target in $$(sed -n 's/^func \(Fuzz[A-Za-z0-9]*\)(.*/\1/p' "$$file"); do \
			echo "$$file $$target"; \
			$(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 10x "$$(dirname "$$file")" || exit 1; \
		done; \
	done

IMAGE ?= khop:dev
# Where systems keep the certificates of the authorities that they trust.
CERTIFICATES ?= $(firstword $(wildcard /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/cert.pem))

image: ## build the container image khop:dev, which needs docker and no network
	@test -n "$(CERTIFICATES)" || { echo "no CA certificates found: give CERTIFICATES=file.pem"; exit 1; }
	@rm -rf bin/image
	@install -d bin/image/etc/ssl/certs bin/image/usr/local/bin
	@install -d -m 1777 bin/image/tmp bin/image/work
	@install -m 644 $(CERTIFICATES) bin/image/etc/ssl/certs/ca-certificates.crt
	CGO_ENABLED=0 GOOS=linux $(GO) build -trimpath -tags timetzdata -ldflags '$(LDFLAGS)' -o bin/image/usr/local/bin/khop ./cmd/khop
	docker build --build-arg VERSION=$(VERSION) --tag $(IMAGE) .

clean: ## remove what was built
	rm -rf bin out

.PHONY: help build image demo test test-all lint bench bench-endpoint bench-once fuzz clean
