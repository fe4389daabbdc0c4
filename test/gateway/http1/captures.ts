/** Requests as clients of many kinds send them; written down by hand, with names changed. */
export const REQUEST_CAPTURES: readonly string[] = [
  // curl
  'GET /v1/items?limit=10 HTTP/1.1\r\nHost: api.example.com\r\nUser-Agent: curl/7.88.1\r\nAccept: */*\r\n\r\n',
  'POST /v1/items HTTP/1.1\r\nHost: api.example.com\r\nUser-Agent: curl/7.88.1\r\nAccept: */*\r\nContent-Length: 17\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\nname=a&colour=red',
  'PUT /upload HTTP/1.1\r\nHost: api.example.com\r\nUser-Agent: curl/7.88.1\r\nAccept: */*\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n',
  'GET / HTTP/1.1\r\nHost: localhost:8080\r\nUser-Agent: curl/8.5.0\r\nAccept: */*\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n\r\n',
  'GET /old HTTP/1.0\r\nHost: api.example.com\r\nUser-Agent: curl/7.88.1\r\nAccept: */*\r\n\r\n',
  'HEAD /v1/items/7 HTTP/1.1\r\nHost: api.example.com\r\nUser-Agent: curl/7.88.1\r\nAccept: */*\r\n\r\n',
  // Browsers
  'GET /app HTTP/1.1\r\nHost: www.example.com\r\nConnection: keep-alive\r\nCache-Control: max-age=0\r\nsec-ch-ua: "Chromium";v="130", "Not?A_Brand";v="99"\r\nsec-ch-ua-mobile: ?0\r\nUpgrade-Insecure-Requests: 1\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36\r\nAccept: text/html,application/xhtml+xml,*/*;q=0.8\r\nSec-Fetch-Site: none\r\nAccept-Encoding: gzip, deflate, br, zstd\r\nAccept-Language: ko-KR,ko;q=0.9,en;q=0.8\r\nCookie: sid=abc.def-123; theme=dark\r\n\r\n',
  'OPTIONS /v1/items HTTP/1.1\r\nHost: api.example.com\r\nConnection: keep-alive\r\nAccept: */*\r\nAccess-Control-Request-Method: PUT\r\nAccess-Control-Request-Headers: content-type,x-nhn-apikey\r\nOrigin: https://www.example.com\r\nReferer: https://www.example.com/\r\n\r\n',
  'POST /form HTTP/1.1\r\nHost: www.example.com\r\nUser-Agent: Mozilla/5.0 (Windows NT 10.0; rv:132.0) Gecko/20100101 Firefox/132.0\r\nContent-Type: multipart/form-data; boundary=----b1\r\nContent-Length: 94\r\nOrigin: https://www.example.com\r\nConnection: keep-alive\r\nPriority: u=0\r\n\r\n------b1\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nhello\r\n------b1--\r\n',
  'GET /chat HTTP/1.1\r\nHost: www.example.com\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n',
  // Libraries
  'GET /v1/items/1 HTTP/1.1\r\nHost: api.example.com\r\nUser-Agent: python-requests/2.32.3\r\nAccept-Encoding: gzip, deflate\r\nAccept: */*\r\nConnection: keep-alive\r\nAuthorization: Bearer eyJhbGciOiJIUzI1NiJ9.e30.abc\r\n\r\n',
  'POST /v1/items HTTP/1.1\r\nHost: api.example.com\r\nUser-Agent: Go-http-client/1.1\r\nContent-Length: 13\r\nContent-Type: application/json\r\nAccept-Encoding: gzip\r\n\r\n{"name": "x"}',
  'POST /v1/items HTTP/1.1\r\nHost: api.example.com\r\nUser-Agent: Go-http-client/1.1\r\nTransfer-Encoding: chunked\r\nAccept-Encoding: gzip\r\nTrailer: X-Checksum\r\n\r\nd\r\n{"name": "x"}\r\n0\r\nX-Checksum: 12ab\r\n\r\n',
  'PATCH /v1/items/2 HTTP/1.1\r\ncontent-type: application/json; charset=utf-8\r\nuser-agent: axios/1.7.7\r\ncontent-length: 2\r\naccept-encoding: gzip, compress, deflate, br\r\nHost: api.example.com\r\nConnection: close\r\n\r\n{}',
  'POST /soap HTTP/1.1\r\nAccept: text/xml\r\nSOAPAction: ""\r\nUser-Agent: Java/17.0.1\r\nHost: api.example.com:8443\r\nConnection: keep-alive\r\nContent-Length: 7\r\n\r\n<a>1</a',
  'DELETE /v1/items/3 HTTP/1.1\r\nX-Request-Id: 4f1c\r\nHost: api.example.com\r\nUser-Agent: okhttp/4.12.0\r\nAccept-Encoding: gzip\r\nContent-Length: 0\r\n\r\n',
  'GET /a%20b/%EA%B0%80?q=%ED%95%9C&q=2&empty= HTTP/1.1\r\nHost: api.example.com\r\nUser-Agent: Apache-HttpClient/4.5.14 (Java/17.0.1)\r\nConnection: Keep-Alive\r\nAccept-Encoding: gzip,deflate\r\n\r\n',
  'POST /rpc HTTP/1.1\r\nHost: api.example.com\r\nuser-agent: node\r\ntransfer-encoding: chunked\r\nconnection: keep-alive\r\n\r\n4;ext=1;b="q;x"\r\nwiki\r\n00005\r\npedia\r\nE\r\n in\r\n\r\nchunks.\r\n0\r\n\r\n',
  // Proxies, monitors, old things
  'GET http://api.example.com/v1/items HTTP/1.1\r\nHost: api.example.com\r\nProxy-Connection: keep-alive\r\nVia: 1.1 squid\r\nX-Forwarded-For: 10.0.0.1, 10.0.0.2\r\n\r\n',
  'GET /health/ready HTTP/1.1\r\nHost: 10.0.0.5:8080\r\nUser-Agent: kube-probe/1.30\r\nAccept: */*\r\nConnection: close\r\n\r\n',
  'GET /health HTTP/1.1\r\nHost: 10.0.0.5\r\nConnection: close\r\nUser-Agent: ELB-HealthChecker/2.0\r\nAccept-Encoding: gzip, compressed\r\n\r\n',
  'GET /metrics HTTP/1.1\r\nHost: gw:8080\r\nUser-Agent: Prometheus/2.54.1\r\nAccept: application/openmetrics-text;version=1.0.0;q=0.5,text/plain;q=0.2\r\nX-Prometheus-Scrape-Timeout-Seconds: 10\r\n\r\n',
  'GET / HTTP/1.0\r\nHost: api.example.com\r\nUser-Agent: ApacheBench/2.3\r\nConnection: Keep-Alive\r\nAccept: */*\r\n\r\n',
  'POST /cgi HTTP/1.0\r\nUser-Agent: Wget/1.12\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\nabc',
  'GET /../../etc/passwd HTTP/1.1\r\nHost: 1.2.3.4\r\nUser-Agent: zgrab/0.x\r\nAccept: */*\r\nAccept-Encoding: gzip\r\n\r\n',
  'POST / HTTP/1.1\r\nHost: api.example.com\r\nTransfer-Encoding: chunked\r\nContent-Type: application/grpc-web+proto\r\nTE: trailers\r\n\r\n5\r\n\0\0\0\0\0\r\n0\r\n\r\n',
];

/** Answers as servers of many kinds send them; written down by hand as well. */
export const RESPONSE_CAPTURES: readonly string[] = [
  'HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nDate: Sat, 28 Nov 2026 10:00:00 GMT\r\nContent-Type: text/html\r\nContent-Length: 15\r\nLast-Modified: Thu, 01 Oct 2026 10:00:00 GMT\r\nConnection: keep-alive\r\nETag: "66fbd1a0-f"\r\nAccept-Ranges: bytes\r\n\r\n<html>hi</html>',
  'HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: keep-alive\r\nVary: Accept-Encoding\r\n\r\n7\r\n{"a":1}\r\n0\r\n\r\n',
  'HTTP/1.1 302 Found\r\nServer: nginx\r\nContent-Type: text/html\r\nContent-Length: 0\r\nConnection: close\r\nLocation: https://www.example.com/\r\n\r\n',
  'HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: 13\r\nETag: W/"d-1"\r\nDate: Sat, 28 Nov 2026 10:00:00 GMT\r\nConnection: keep-alive\r\nKeep-Alive: timeout=5\r\n\r\n{"ok": true }',
  'HTTP/1.1 200 OK\r\nX-Powered-By: Express\r\nSet-Cookie: a=1; Path=/; HttpOnly\r\nSet-Cookie: b=2; Path=/\r\nDate: Sat, 28 Nov 2026 10:00:00 GMT\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n10\r\n0123456789abcdef\r\n0\r\n\r\n',
  'HTTP/1.1 204 No Content\r\nDate: Sat, 28 Nov 2026 10:00:00 GMT\r\nServer: Apache\r\n\r\n',
  'HTTP/1.1 304 Not Modified\r\nDate: Sat, 28 Nov 2026 10:00:00 GMT\r\nServer: Apache/2.4.62 (Debian)\r\nETag: "1a-5"\r\nContent-Length: 26\r\n\r\n',
  'HTTP/1.0 200 OK\r\nServer: SimpleHTTP/0.6 Python/3.11.2\r\nDate: Sat, 28 Nov 2026 10:00:00 GMT\r\nContent-type: text/plain\r\nContent-Length: 4\r\n\r\nfour',
  'HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nuntil the end',
  'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\ndata: 1\n\ndata: 2\n\n',
  'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 2\r\nLocation: /v1/items/9\r\n\r\n{}',
  'HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
  'HTTP/1.1 500 \r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nDate: Sat, 28 Nov 2026 10:00:00 GMT\r\nConnection: close\r\n\r\n2\r\n{}\r\n0\r\n\r\n',
  'HTTP/1.1 404\r\nContent-Length: 9\r\n\r\nnot found',
  'HTTP/1.1 200 OK\r\ncontent-length: 5\r\nx-envoy-upstream-service-time: 3\r\nserver: envoy\r\ndate: Sat, 28 Nov 2026 10:00:00 GMT\r\n\r\nhello',
  'HTTP/1.1 200 OK\r\nContent-Type: application/grpc-web+proto\r\nTransfer-Encoding: chunked\r\nTrailer: grpc-status\r\n\r\n5\r\n\0\0\0\0\0\r\n0\r\ngrpc-status: 0\r\n\r\n',
  'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n',
  'HTTP/1.1 200 Connection established\r\n\r\n',
  'HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-3/10\r\nContent-Length: 4\r\n\r\n0123',
  'HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm="caf\xe9"\r\nContent-Length: 0\r\nConnection: Keep-Alive\r\nKeep-Alive: timeout=5, max=100\r\n\r\n',
];
