import { availableParallelism } from 'node:os';
import workerpool from 'workerpool';
import type { UserModel } from '../../../analysis/models/records/record.js';
import type { Compiled, Compilers, SourceFile } from '../../api.js';
import { addressLimit } from '../room.js';
import { WORKER_FILE } from '../own.js';
import { createWork, type WorkerMethods } from './work.js';

/** Threads that have read so much hold memory that is worth the time of starting them again. */
const MUCH_BYTES = 64 * 1024 * 1024;
/** Address space that each thread takes, whatever it does. */
const THREAD_BYTES = 2 * 2 ** 30;

/** As many threads as there are processors, and addresses for them, when nobody says otherwise. */
export function defaultJobs(): number {
  return Math.max(1, Math.min(availableParallelism(), Math.floor(addressLimit() / THREAD_BYTES) - 1));
}

/** One job works in this thread, more in threads of their own. */
export async function createCompilers(jobs: number, models: readonly UserModel[]): Promise<Compilers> {
  return jobs <= 1 ? inThisThread(models) : inThreads(jobs, models);
}

async function inThisThread(models: readonly UserModel[]): Promise<Compilers> {
  const work = await createWork(models);
  return {
    jobs: 1,
    compile: (files) => Promise.resolve(work.compile(files)),
    skeletons: (requests) => Promise.resolve(work.skeletons(requests)),
    rest: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}

/** The same work in threads; also with one thread, for those who must not block. */
export function inThreads(jobs: number, models: readonly UserModel[]): Compilers {
  const open = (): ReturnType<typeof workerpool.pool> =>
    workerpool.pool(WORKER_FILE, {
      workerType: 'thread',
      maxWorkers: jobs,
      workerThreadOpts: { workerData: { models } },
    });
  // Threads start with their first work.
  let pool = open();
  // Typed by hand: the pool finds methods by name.
  const call = <T>(method: keyof WorkerMethods, given: readonly SourceFile[]): Promise<T> => {
    // A function cannot be sent.
    const plain = given.map((one) => ({ ...one, again: undefined }));
    return Promise.resolve(pool.exec(method, [plain], { transfer: moved(given) }) as PromiseLike<T>);
  };
  let isClosed = false;
  let bytes = 0;
  /**
   * Where a thread died, its part is done once more, one by one: what it died of is the only one lost. One
   * that was not at fault itself gets another chance.
   */
  const surviving = async <T extends SourceFile, R>(
    method: keyof WorkerMethods,
    given: readonly T[],
    lost: (one: T, error: unknown) => R,
    chances = CHANCES,
  ): Promise<readonly R[]> => {
    try {
      return await call(method, given);
    } catch (error) {
      if (isClosed) throw error;
      const [only] = given;
      if (given.length === 1 && only !== undefined && chances <= 1) return [lost(only, error)];
      const results: R[] = [];
      const left = given.length === 1 ? chances - 1 : chances;
      for (const one of given) {
        const there = renewed(one);
        if (there === undefined) results.push(lost(one, error));
        else results.push(...(await surviving(method, [there], lost, left)));
      }
      return results;
    }
  };
  return {
    jobs,
    compile: (files) => {
      for (const file of files) bytes += file.bytes.length;
      return surviving('compile', files, (_file, error): Compiled => ({
        skipped: 'analysis-failed',
        detail: String(error),
      }));
    },
    // Unanswered demands become gaps.
    skeletons: (requests) =>
      surviving('skeletons', requests, ({ wanted }): readonly (Uint8Array | undefined)[] =>
        wanted.map(() => undefined),
      ),
    rest: async () => {
      if (bytes < MUCH_BYTES) return;
      bytes = 0;
      const used = pool;
      pool = open();
      await end(used);
    },
    close: async () => {
      isClosed = true;
      await end(pool);
    },
  };
}

/**
 * What files lie in alone, to be moved instead of copied: copies stay until garbage is collected, and V8 looks through the
 * whole heap for some whenever there are 64 MB more.
 */
function moved(files: readonly SourceFile[]): ArrayBufferLike[] {
  const isAlone = ({ bytes }: SourceFile): boolean => bytes.buffer.byteLength <= bytes.length + 1;
  return files.filter((file) => file.again !== undefined && isAlone(file)).map(({ bytes }) => bytes.buffer);
}

/** A file of which the bytes went with a thread. */
function renewed<T extends SourceFile>(file: T): T | undefined {
  if (file.again === undefined) return file;
  const bytes = file.again();
  return bytes && { ...file, bytes };
}

/** The pool waits for every thread to say that it ends, also for one that has died while it had nothing to do. */
async function end(pool: ReturnType<typeof workerpool.pool>): Promise<void> {
  try {
    await pool.terminate(false, END_MS);
  } catch (error) {
    if (!(error instanceof workerpool.Promise.TimeoutError)) throw error;
  }
}

/** How long threads may take to end, in milliseconds; who works on ends afterwards. */
const END_MS = 3000;

/** How often one file may be at work when its thread dies. */
const CHANCES = 3;
