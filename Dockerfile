# A server for embeddings: docs/server.md.
#
#   docker build -t bert-embed .
#   docker run --rm -p 127.0.0.1:8080:8080 -v bert-embed-cache:/cache bert-embed --model sentence-transformers/all-MiniLM-L6-v2

FROM node:22-slim AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN npm run build && mkdir /packed && npm pack --pack-destination /packed

FROM node:22-slim AS install
WORKDIR /app
COPY --from=build /packed/ /packed/
# A CPU does not need the CUDA libraries that onnxruntime-node would download, nor the binaries for other systems.
ENV ONNXRUNTIME_NODE_INSTALL=skip
RUN npm install --no-audit --no-fund /packed/*.tgz onnxruntime-node@1.30 \
  && rm -rf node_modules/onnxruntime-node/bin/*/darwin node_modules/onnxruntime-node/bin/*/win32

FROM node:22-slim
ENV NODE_ENV=production HF_HOME=/cache
COPY --from=install /app/ /app/
RUN mkdir /cache && chown 1000:1000 /cache
# The user `node`. A number, so that Kubernetes sees that it is not root.
USER 1000:1000
VOLUME /cache
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8080/health').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["/app/node_modules/.bin/bert-embed", "serve", "--host", "0.0.0.0", "--port", "8080"]
CMD ["--model", "sentence-transformers/all-MiniLM-L6-v2"]
