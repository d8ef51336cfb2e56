# The runnable server as an image: docker build -t socks5-server . (docs/server.md, section "As an image")

FROM maven:3.9.12-eclipse-temurin-25-noble AS jar
WORKDIR /build
COPY . .
RUN --mount=type=cache,target=/root/.m2 \
    mvn -B -ntp -q -Pfast package -Dmaven.test.skip -Dmaven.source.skip -Dmaven.javadoc.skip -pl tools/socks5-proxy -am

FROM eclipse-temurin:25.0.3_9-jdk-noble AS runtime
COPY tools/socks5-proxy/image/runtime /build/
RUN JAVA_HOME=/opt/java/openjdk /build/runtime /opt/java/runtime

FROM debian:12.12-slim
COPY --from=runtime /opt/java/runtime /opt/java
COPY --chmod=755 tools/socks5-proxy/image/healthcheck /opt/socks5/
COPY --from=jar /build/tools/socks5-proxy/target/socks5-server.jar /opt/socks5/
# Arguments are decoded by the locale. The status is for the health check; --status-listen says another address.
ENV LANG=C.UTF-8 SOCKS5_STATUS_LISTEN=127.0.0.1:9090
# Nobody in particular, by number: so an orchestrator sees that it is not root.
USER 65532:65532
EXPOSE 1080
HEALTHCHECK --interval=30s --timeout=3s --start-period=10s --retries=3 CMD ["/opt/socks5/healthcheck"]
# Without a shell, so that signals reach the server. Without options: forward and other commands can follow.
ENTRYPOINT ["/opt/java/bin/java", "-cp", "/opt/socks5/socks5-server.jar", "dev.socks5.proxy.ServerCommand"]
# It says so if there are no users: it serves nobody without a login, unless it is told to.
CMD ["--listen", "0.0.0.0:1080"]
