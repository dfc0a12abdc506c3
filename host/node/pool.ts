import { availableParallelism } from 'node:os';
import workerpool from 'workerpool';
import type { UserModel } from '../../analysis/models/types.js';
import type { Compilers } from '../api.js';
import { WORKER_FILE } from './own.js';
import { createWork, type WorkerMethods } from './work.js';

/** As many threads as there are processors, when nobody says otherwise. */
export function defaultJobs(): number {
  return availableParallelism();
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
    close: () => Promise.resolve(),
  };
}

/** The same work in threads; also with one thread, for those who must not block. */
export function inThreads(jobs: number, models: readonly UserModel[]): Compilers {
  const pool = workerpool.pool(WORKER_FILE, {
    workerType: 'thread',
    maxWorkers: jobs,
    workerThreadOpts: { workerData: { models } },
  });
  // Typed by hand: the pool finds methods by name.
  const call = <T>(method: keyof WorkerMethods, given: unknown): Promise<T> =>
    Promise.resolve(pool.exec(method, [given]) as PromiseLike<T>);
  return {
    jobs,
    compile: (files) => call('compile', files),
    skeletons: (requests) => call('skeletons', requests),
    close: async () => {
      await pool.terminate();
    },
  };
}
