// @fastify/http-proxy as its documentation shows it.
import httpProxy from '@fastify/http-proxy';
import fastify from 'fastify';

const app = fastify();
await app.register(httpProxy, { upstream: process.env.BACKEND_URL, undici: { connections: 128 } });
await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
