import { availableParallelism } from 'node:os';
import workerpool from 'workerpool';
import type { UserModel } from '../../../analysis/models/records/record.js';
import type { Compiled, Compilers, SourceFile } from '../../api.js';
import { addressLimit } from '../room.js';
import { WORKER_FILE } from '../own.js';
import { BATCH_BYTES } from './batches.js';
import { createWork, type WorkerMethods } from './work.js';

/** Threads that have read this many bytes hold so much memory that restarting them pays. */
const MUCH_BYTES = 64 * 1024 * 1024;
/** Address space of each thread in bytes. */
const THREAD_BYTES = 2 * 2 ** 30;

/** The default number of threads: one per CPU, limited by address space. */
export function defaultJobs(): number {
  return Math.max(1, Math.min(availableParallelism(), Math.floor(addressLimit() / THREAD_BYTES) - 1));
}

/** One job works in this thread; more jobs run in separate threads, once there is work for more than one. */
export async function createCompilers(jobs: number, models: readonly UserModel[]): Promise<Compilers> {
  return jobs <= 1 ? inThisThread(models) : onceItPays(inThreads(jobs, models), models);
}

/** Starts no thread for what one message holds: it would take longer to start than this thread takes to compile. */
function onceItPays(threads: Compilers, models: readonly UserModel[]): Compilers {
  let here: Promise<Compilers> | undefined;
  let bytes = 0;
  const place = (given: readonly SourceFile[]): Compilers | Promise<Compilers> => {
    for (const file of given) bytes += file.bytes.length;
    return bytes <= BATCH_BYTES ? (here ??= inThisThread(models)) : threads;
  };
  return {
    ...threads,
    compile: async (files) => (await place(files)).compile(files),
    skeletons: async (requests) => (await place(requests)).skeletons(requests),
  };
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

/** Works in threads, even with one job, for callers that must not block. */
export function inThreads(jobs: number, models: readonly UserModel[]): Compilers {
  const open = (): ReturnType<typeof workerpool.pool> =>
    workerpool.pool(WORKER_FILE, {
      workerType: 'thread',
      maxWorkers: jobs,
      workerThreadOpts: { workerData: { models } },
    });
  // Threads start with their first work.
  let pool = open();
  // Typed by hand, because the pool finds methods by name.
  const call = <T>(method: keyof WorkerMethods, given: readonly SourceFile[]): Promise<T> => {
    // A function cannot be sent to a thread.
    const plain = given.map((one) => ({ ...one, again: undefined }));
    return Promise.resolve(pool.exec(method, [plain], { transfer: moved(given) }) as PromiseLike<T>);
  };
  let isClosed = false;
  let bytes = 0;
  /**
   * Repeats the work of a crashed thread one file at a time, so that only the file which crashes it is lost. A file
   * gets several chances, since it may not be the cause.
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
 * Buffers that contain a single file, to be moved instead of copied. Copies are garbage that makes V8 collect the whole
 * heap after every 64 MB.
 */
function moved(files: readonly SourceFile[]): ArrayBufferLike[] {
  const isAlone = ({ bytes }: SourceFile): boolean => bytes.buffer.byteLength <= bytes.length + 1;
  return files.filter((file) => file.again !== undefined && isAlone(file)).map(({ bytes }) => bytes.buffer);
}

/** Restores a file whose bytes were lost with a thread. */
function renewed<T extends SourceFile>(file: T): T | undefined {
  if (file.again === undefined) return file;
  const bytes = file.again();
  return bytes && { ...file, bytes };
}

/** Ends the pool, which waits for a message from every thread, even from one that crashed while idle. */
async function end(pool: ReturnType<typeof workerpool.pool>): Promise<void> {
  try {
    await pool.terminate(false, END_MS);
  } catch (error) {
    if (!(error instanceof workerpool.Promise.TimeoutError)) throw error;
  }
}

/** How long threads may take to end, in milliseconds; work in progress ends later. */
const END_MS = 3000;

/** How many thread crashes one file may be involved in. */
const CHANCES = 3;
