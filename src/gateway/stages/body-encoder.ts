import { plainText, type ValueEncoder } from '../rewriting/index.js';

const MARKUP: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** How values are put into a body of a content type, so that what a client sends cannot change the body's structure. */
export function bodyEncoder(contentType: string): ValueEncoder {
  if (/\bjson\b/i.test(contentType)) return (value) => JSON.stringify(plainText(value)).slice(1, -1);
  if (/\b(html|xml)\b/i.test(contentType)) {
    return (value) => plainText(value).replace(/[&<>"']/g, (character) => MARKUP[character] ?? character);
  }
  return (value) => plainText(value);
}
