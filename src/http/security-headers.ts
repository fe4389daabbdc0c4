/** What a page may do that shows the OpenAPI document: Swagger UI of this server, which writes styles into its page. */
const DOCS_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** An answer that is no page has nothing to load. */
const NO_PAGE_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const DOCS_URL = /^\/docs(?:[/?]|$)/;
const YEAR_SECONDS = 31_536_000;

/** Headers that tell browsers to make nothing of an answer but what it is, unless it has some of its own. */
export function securityHeaders(url: string, isSecure: boolean): Readonly<Record<string, string>> {
  return {
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    // Paths hold appKeys.
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Content-Security-Policy': DOCS_URL.test(url) ? DOCS_POLICY : NO_PAGE_POLICY,
    ...(isSecure ? { 'Strict-Transport-Security': `max-age=${YEAR_SECONDS}` } : {}),
  };
}
