// A proxy of node:http in front and undici's dispatch behind, with headers as they come: what that pair costs alone.
import { createServer } from 'node:http';
import { Pool } from 'undici';

const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'transfer-encoding', 'te', 'trailer', 'upgrade', 'host']);
const pool = new Pool(process.env.BACKEND_URL, { connections: 128 });

/** Names and values in turn, without what belongs to one connection. */
function withoutHopByHop(raw) {
  const kept = [];
  for (let at = 0; at < raw.length; at += 2) {
    if (!HOP_BY_HOP.has(String(raw[at]).toLowerCase())) kept.push(raw[at], raw[at + 1]);
  }
  return kept;
}

createServer((request, response) => {
  const { method, url: path, rawHeaders } = request;
  const hasBody = method !== 'GET' && method !== 'HEAD';
  pool.dispatch(
    { method, path, headers: withoutHopByHop(rawHeaders), body: hasBody ? request : null },
    {
      onRequestStart(controller) {
        response.once('close', () => response.writableFinished || controller.abort(new Error('the client has left')));
      },
      onResponseStart(controller, statusCode) {
        response.writeHead(statusCode, withoutHopByHop(controller.rawHeaders.map(String)));
      },
      onResponseData(controller, chunk) {
        if (response.write(chunk)) return;
        controller.pause();
        response.once('drain', () => controller.resume());
      },
      onResponseEnd() {
        response.end();
      },
      onResponseError(_controller, error) {
        response.destroy(error);
      },
    },
  );
}).listen(Number(process.env.PORT), '127.0.0.1');
