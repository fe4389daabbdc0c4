# One image for both processes; the command says which it is:
#   node dist/main/control-plane.js (the default) or node --min-semi-space-size=16 dist/main/gateway.js
# Why this Node: docs/decisions/0002-libraries.md.

FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY prisma.config.ts tsconfig.json ./
COPY scripts scripts
COPY prisma prisma
COPY src src
RUN npm run build

# What runs needs neither development packages nor Prisma's command line, which is a peer of its client.
FROM node:22-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --omit=peer --omit=optional

FROM node:22-bookworm-slim
ENV NODE_ENV=production DATA_DIR=/data
WORKDIR /app
RUN mkdir /data && chown node:node /data
COPY --from=packages /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json LICENSE ./
COPY prisma/migrations prisma/migrations
USER node
VOLUME /data
EXPOSE 3000 8080
CMD ["env", "MALLOC_ARENA_MAX=2", "node", "--max-semi-space-size=8", "dist/main/control-plane.js"]
