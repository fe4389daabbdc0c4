/** A Swagger document with one MOCK method, GET /hello. */
export function mockDocument(body = 'hello', path = '/hello'): object {
  return {
    swagger: '2.0',
    info: { title: 'mock', version: '1' },
    paths: {
      [path]: {
        get: {
          summary: 'Hello',
          responses: { 200: { description: 'ok' } },
          'x-nhncloud-apigateway': {
            plugins: { MOCK: { statusCode: 200, headers: { 'Content-Type': 'text/plain' }, body } },
          },
        },
      },
    },
  };
}

/** A Swagger document whose methods go to the backend: GET and POST /items, GET /items/{itemId}. */
export function httpDocument(): object {
  const responses = { 200: { description: 'ok' } };
  const itemId = { name: 'itemId', in: 'path', required: true, type: 'string' };
  return {
    swagger: '2.0',
    info: { title: 'http', version: '1' },
    basePath: '/v1',
    paths: {
      '/items': { get: { responses }, post: { responses } },
      '/items/{itemId}': { get: { parameters: [itemId], responses } },
    },
  };
}
