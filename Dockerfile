# The Node.js that npm brings along needs glibc, so it is built on Debian; what runs needs only what the image has.
FROM node:24.21.0-bookworm-slim AS build
WORKDIR /app
COPY .npmrc package.json package-lock.json ./
RUN npm ci
COPY . .
RUN npm run build
RUN node scripts/runtime-only.mjs && npm prune

FROM node:24.21.0-alpine
ENV NODE_ENV=production CHAT_SQLITE_PATH=/data/chat.sqlite
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/openapi ./openapi
COPY --from=build /app/dist ./dist
# A volume that is mounted here for the first time is its owner's who may write to it.
RUN mkdir /data && chown 1000:1000 /data
USER 1000:1000
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --start-interval=1s \
  CMD ["node", "--eval", "fetch(`http://127.0.0.1:${process.env.PORT || 3000}/health/ready`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/api/main.js"]
