import { STATUS_CODES } from 'node:http';
import type { HeaderList } from '../../header-list.js';
import { isNamed } from '../../headers.js';

/** The first line and the headers of a response as Latin-1, without the empty line. */
export function responseText(status: number, headers: HeaderList): string {
  let text = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n`;
  let hasDate = false;
  for (let at = 0; at < headers.length; at += 2) {
    const [name = '', value = ''] = [headers[at], headers[at + 1]];
    text = text + name + ': ' + value + '\r\n';
    if (name.length === 4 && isNamed(name, 'date')) hasDate = true;
  }
  return hasDate ? text : `${text}Date: ${httpDate(Date.now())}\r\n`;
}

let dateSecond = -1;
let dateText = '';

/** The time as headers have it; worked out once a second. */
function httpDate(nowMs: number): string {
  const second = Math.floor(nowMs / 1000);
  if (second !== dateSecond) {
    dateSecond = second;
    dateText = new Date(nowMs).toUTCString();
  }
  return dateText;
}
