# One image for every service: which of them a container runs is its command, `lianzhen run --services …`.

ARG PYTHON_IMAGE=python:3.11.14-slim-bookworm
ARG NODE_IMAGE=node:20.19.5-bookworm-slim

FROM ${NODE_IMAGE} AS node

# --- The locked environment ---------------------------------------------------------------------------------
FROM ${PYTHON_IMAGE} AS environment
ENV UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1 UV_PYTHON_DOWNLOADS=never UV_NO_CACHE=1
RUN pip install --no-cache-dir uv==0.13.9
WORKDIR /opt/lianzhen
COPY pyproject.toml uv.lock README.md LICENSE ./
RUN uv sync --frozen --no-dev --extra demonstration --no-install-project
COPY wire wire
COPY runtime runtime
COPY signaling signaling
COPY media media
COPY imaging imaging
COPY consult_api consult_api
COPY server server
RUN uv sync --frozen --no-dev --extra demonstration

# --- The web client, whose types come from the Python side --------------------------------------------------
FROM environment AS client
COPY --from=node /usr/local/bin/node /usr/local/bin/node
COPY --from=node /usr/local/lib/node_modules /usr/local/lib/node_modules
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
COPY web_client/package.json web_client/package-lock.json web_client/
RUN npm --prefix web_client ci --no-audit --no-fund
COPY web_client web_client
RUN npm --prefix web_client run build

# --- What runs ----------------------------------------------------------------------------------------------
FROM ${PYTHON_IMAGE}
LABEL org.opencontainers.image.title="Lianzhen" \
      org.opencontainers.image.licenses="Apache-2.0"
# The font that Chinese documents are printed with.
RUN apt-get update && apt-get install -y --no-install-recommends fonts-wqy-microhei && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --home-dir /opt/lianzhen --shell /usr/sbin/nologin lianzhen \
    && install -d -o 10001 -g 10001 -m 0750 /data
WORKDIR /opt/lianzhen
COPY --from=environment /opt/lianzhen /opt/lianzhen
COPY --from=client /opt/lianzhen/web_client/dist /opt/lianzhen/web_client/dist
ENV PATH=/opt/lianzhen/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DATA_DIR=/data
USER 10001:10001
VOLUME /data
EXPOSE 8080/tcp 44380/udp 44380/tcp 11112/tcp
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8080/healthz', timeout=2)"]
ENTRYPOINT ["lianzhen"]
CMD ["run"]
