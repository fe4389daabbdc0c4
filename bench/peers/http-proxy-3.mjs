// http-proxy-3 with connections to the backend kept open, which it does not do by itself.
import { Agent } from 'node:http';
import { createProxyServer } from 'http-proxy-3';

const agent = new Agent({ keepAlive: true, maxSockets: 128 });
createProxyServer({ target: process.env.BACKEND_URL, agent }).listen(Number(process.env.PORT), '127.0.0.1');
