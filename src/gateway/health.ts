/** What a health probe is answered. */
export interface HealthAnswer {
  readonly status: number;
  readonly body: string;
}

/**
 * Answers GET /health/live (the process runs) and GET /health/ready (it has a configuration to serve); null for any
 * other request. Asked only for hosts that are no stage's: the stages own all paths of their hosts, these two included.
 */
export function healthAnswer(method: string, path: string, isReady: boolean): HealthAnswer | null {
  if (method !== 'GET' && method !== 'HEAD') return null;
  if (path === '/health/live') return { status: 200, body: JSON.stringify({ status: 'ok' }) };
  if (path !== '/health/ready') return null;
  if (isReady) return { status: 200, body: JSON.stringify({ status: 'ok' }) };
  return { status: 503, body: JSON.stringify({ status: 'no configuration has been loaded' }) };
}
