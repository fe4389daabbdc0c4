// Loaded into a control plane before its own code (NODE_OPTIONS=--import): every answer says in a header how many SQL
// statements its call has sent to the database, BEGIN and COMMIT among them.
import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe } from 'node:diagnostics_channel';
import pg from 'pg';

const HEADER = 'x-test-statements';
const calls = new AsyncLocalStorage();

const query = Reflect.get(pg.Client.prototype, 'query');
Reflect.set(pg.Client.prototype, 'query', function counted(...sent) {
  const call = calls.getStore();
  if (call) call.statements += 1;
  return Reflect.apply(query, this, sent);
});

subscribe('http.server.request.start', ({ response }) => {
  const call = { statements: 0 };
  // Node publishes where it calls the handler next, so that what the handler does belongs to the call.
  calls.enterWith(call);
  const { writeHead } = response;
  response.writeHead = function told(...head) {
    response.setHeader(HEADER, String(call.statements));
    return Reflect.apply(writeHead, response, head);
  };
});
