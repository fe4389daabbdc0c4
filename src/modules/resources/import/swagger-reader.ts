import { fileURLToPath } from 'node:url';
import { Inject, Injectable, type OnApplicationShutdown, Optional } from '@nestjs/common';
import { Piscina } from 'piscina';
import { AppError } from '../../../errors/index.js';
import { type ContentPages, memoryOf } from '../rules/content-pages.js';
import type { ImportDifference } from '../rules/difference.js';
import type { ImportOptions } from './import-plan.js';
import type { CompareTask, ReadAnswer, ReadTask, StoredImport } from './swagger.worker.js';

/** What reading or comparing one document may cost. The time counts from the call, so that waiting for a thread ends too. */
export interface ReaderLimits {
  readonly timeMs: number;
  readonly heapMb: number;
}

/** Injection token for {@link ReaderLimits} other than the usual ones. */
export const READER_LIMITS = Symbol('READER_LIMITS');

/** A document of 10 MB takes about a second and 300 MB; what needs far more was made to. */
const USUAL_LIMITS: ReaderLimits = { timeMs: 30_000, heapMb: 768 };
/** Room for young garbage. With the usual 48 MB a thread takes 70 MB instead of 40, and is not faster. */
const YOUNG_HEAP_MB = 12;
const MAX_THREADS = 2;
/** A thread keeps the compiled Swagger schema; without imports it is given back. */
const IDLE_MS = 60_000;

/** What a thread does, as callers are told when it cannot be done. */
const DONE = { read: 'read', compare: 'compared with what is there' } as const;

/** Reads and compares Swagger documents in threads of its own, so that a large one delays no other request. */
@Injectable()
export class SwaggerReader implements OnApplicationShutdown {
  private readonly pool: Piscina<ReadTask | CompareTask, ReadAnswer | ImportDifference>;

  constructor(@Optional() @Inject(READER_LIMITS) private readonly limits: ReaderLimits = USUAL_LIMITS) {
    this.pool = new Piscina({
      filename: fileURLToPath(new URL('./swagger.worker.js', import.meta.url)),
      minThreads: 0,
      maxThreads: MAX_THREADS,
      idleTimeout: IDLE_MS,
      resourceLimits: { maxOldGenerationSizeMb: limits.heapMb, maxYoungGenerationSizeMb: YOUNG_HEAP_MB },
    });
  }

  /**
   * Reads the body of an import, `{"swaggerData": {…}}` in UTF-8. `bytes` is handed over, not copied, and empty afterwards.
   * @throws AppError every key of FAULT_PRECEDENCE, and INVALID_PARAMETER when the body is no JSON object
   */
  async read(bytes: Uint8Array, options: ImportOptions): Promise<StoredImport> {
    const own = withOwnMemory(bytes);
    const { read, failure } = await this.run<ReadAnswer>('read', { bytes: own, options }, [own.buffer]);
    if (failure) throw new AppError(failure.key, failure.details);
    return read;
  }

  /**
   * Compares what is there with what would be there. Both are handed over, and empty afterwards.
   * @throws AppError SWAGGER_INVALID when that takes too much
   */
  compare(before: ContentPages, after: ContentPages): Promise<ImportDifference> {
    return this.run<ImportDifference>('compare', { before, after }, [...memoryOf(before), ...memoryOf(after)]);
  }

  /** Ends the threads. Comes when the last call is answered. */
  async onApplicationShutdown(): Promise<void> {
    await this.pool.destroy();
  }

  private async run<Answer>(
    name: keyof typeof DONE,
    task: ReadTask | CompareTask,
    transferList: ArrayBuffer[],
  ): Promise<Answer> {
    const signal = AbortSignal.timeout(this.limits.timeMs);
    try {
      return (await this.pool.run(task, { name, transferList, signal })) as Answer;
    } catch (error) {
      const reason = this.reasonOf(error, signal, DONE[name]);
      if (reason === null) throw error;
      throw new AppError('SWAGGER_INVALID', [{ property: 'swaggerData', field: '', message: reason }], {
        cause: error,
      });
    }
  }

  private reasonOf(error: unknown, signal: AbortSignal, done: string): string | null {
    if (signal.aborted) return `could not be ${done} within ${this.limits.timeMs / 1000} seconds`;
    const isOutOfMemory =
      typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
    return isOutOfMemory ? `needs more than the ${this.limits.heapMb} MB that an import may use` : null;
  }
}

/** The bytes in memory that they share with nothing, which alone can be handed over. Large bodies have it from the start. */
function withOwnMemory(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer, byteLength } = bytes;
  const isOwn = buffer instanceof ArrayBuffer && buffer.byteLength === byteLength;
  return isOwn ? new Uint8Array(buffer) : new Uint8Array(bytes);
}
