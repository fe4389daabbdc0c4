import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { unusedPort } from './backend.js';

const PROGRAM = 'redis-server';
const START_TIMEOUT_MS = 10_000;

/** Whether the tests of the counter store can run here; where they cannot, they say so. */
export const hasRedis = spawnSync(PROGRAM, ['--version']).status === 0;
if (!hasRedis) console.warn(`${PROGRAM} is not installed: the tests of the counter store are skipped`);

/** A Redis server of a test's own on 127.0.0.1, that forgets everything when it ends. */
export class TestRedis {
  private child: ChildProcess | null = null;

  private constructor(readonly port: number) {}

  static async start(): Promise<TestRedis> {
    const redis = new TestRedis(await unusedPort());
    await redis.start();
    return redis;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    const flags = ['--port', String(this.port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
    this.child = spawn(PROGRAM, flags, { stdio: 'ignore' });
    const deadline = Date.now() + START_TIMEOUT_MS;
    while (!(await this.answers())) {
      if (Date.now() > deadline) throw new Error(`${PROGRAM} did not start`);
      await delay(20);
    }
  }

  /** Makes it hang without closing connections, as a machine does that has lost its power. */
  hang(): void {
    this.child?.kill('SIGSTOP');
  }

  goOn(): void {
    this.child?.kill('SIGCONT');
  }

  /** Ends it at once. */
  async stop(): Promise<void> {
    const { child } = this;
    this.child = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  private answers(): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = connect(this.port, '127.0.0.1');
      const end = (isUp: boolean) => {
        socket.destroy();
        resolve(isUp);
      };
      socket.once('error', () => end(false));
      socket.once('data', () => end(true));
      socket.write('PING\r\n');
    });
  }
}
