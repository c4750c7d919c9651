# The program alone, linked statically: docker build -t landfall . &&
# docker run --rm -v "$PWD:/work:ro" landfall decide workload.toml
FROM rust:1.95-alpine3.22 AS build
# hadolint ignore=DL3018
RUN apk add --no-cache build-base cmake
WORKDIR /source
COPY . .
RUN cargo build --release --locked -p landfall

FROM scratch
COPY --from=build /source/target/release/landfall /landfall
# What object storage is trusted by.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
USER 65532:65532
WORKDIR /work
ENTRYPOINT ["/landfall"]
