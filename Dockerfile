# The image of khop: one static binary, the certificates that the world's authorities
# are known by, and nothing else. No shell, no libc, no package to keep up to date.
#
# `make image` builds it: make compiles the binary and lays out the whole file system
# under bin/image, and this file adds what only an image has. There is no builder
# stage, on purpose: nothing has to be pulled, the compiler is the one that go.mod names
# and the tests ran with, and Docker's old builder, which builds every stage whether it
# is needed or not, builds this as well as BuildKit does.
FROM scratch

ARG VERSION=dev
LABEL org.opencontainers.image.title="khop" \
      org.opencontainers.image.description="Contract tests and mock providers for Vietnamese webhooks" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.source="https://github.com/khop-dev/khop" \
      org.opencontainers.image.version="${VERSION}"

COPY bin/image/ /

# A number, so that Kubernetes can see for itself that it is not root. /work and /tmp
# may be written by anybody: `--user "$(id -u)"` makes reports belong to you.
USER 65532:65532
WORKDIR /work

# The port and the health of a khop that serves. One that plays a single part listens
# where it is told, and has its own health check in compose or Kubernetes:
# ["khop", "healthcheck", "http://127.0.0.1:3000/applied"].
EXPOSE 8700
HEALTHCHECK --interval=10s --timeout=5s --start-period=5s --retries=3 \
  CMD ["khop", "healthcheck", "http://127.0.0.1:8700/healthz"]

ENTRYPOINT ["khop"]
CMD ["--help"]
