import { createHash } from 'node:crypto';
import type { StageAddress } from '../documents.rules.js';

/** Under which path public documents and what their pages load are served. */
export const DOCUMENTS_PATH = 'documents';

/**
 * The only script of a page besides Swagger UI itself; it reads what to show from the page. Nothing is asked of a
 * server on the internet (validatorUrl), and an address in the query of the page cannot put another document in.
 */
export const PAGE_SCRIPT = `'use strict';
const holder = document.getElementById('document');
SwaggerUIBundle({
  url: holder.dataset.url,
  domNode: holder,
  deepLinking: true,
  docExpansion: 'list',
  validatorUrl: null,
  queryConfigEnabled: false,
  persistAuthorization: false,
});
`;

/** Name of the script; another script has another name, so that browsers can keep it. */
export const PAGE_SCRIPT_NAME = `page-${createHash('sha256').update(PAGE_SCRIPT).digest('hex').slice(0, 16)}.js`;

/** What the HTML of a document is made of. `assets` is the folder of Swagger UI below `documents/`. */
export interface DocumentPage {
  readonly linkId: string;
  readonly title: string;
  readonly assets: string;
}

/** The page that shows a document. Links are relative: a proxy may put a path in front of them. */
export function documentPage({ linkId, title, assets }: DocumentPage): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<link rel="icon" type="image/png" href="${assets}/favicon-32x32.png">
<link rel="stylesheet" href="${assets}/swagger-ui.css">
</head>
<body>
<div id="document" data-url="${escapeHtml(linkId)}/swagger.json"></div>
<script src="${assets}/swagger-ui-bundle.js"></script>
<script src="assets/${PAGE_SCRIPT_NAME}"></script>
</body>
</html>
`;
}

/** The page in place of a document that does not exist or is not public. */
export const MISSING_PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Not found</title>
</head>
<body>
<h1>Not found</h1>
<p>There is no API document at this address, or it is not public.</p>
</body>
</html>
`;

/**
 * What the page may load and call: its own server, and the stage that its document describes, for trying calls out.
 * `address` is null for a page that shows no document.
 */
export function contentSecurityPolicy(address: StageAddress | null): string {
  const origins = address?.schemes.map((scheme) => `${scheme}://${address.host}`) ?? [];
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    ["connect-src 'self'", ...origins].join(' '),
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** A text as it stands in HTML, in an attribute too. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);
}
