/** Largest request and response body, in bytes. Source: the console guide's constraints of API calls (10 MB). */
export const MAX_BODY_BYTES = 10 * 1024 * 1024;

/** The error of a body that carries more than {@link MAX_BODY_BYTES}. */
export class BodyTooLarge extends Error {
  constructor() {
    super('the body is too large');
  }
}
