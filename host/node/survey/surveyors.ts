import workerpool from 'workerpool';
import type { UserModel } from '../../../analysis/models/records/record.js';
import type { FileCalls } from '../../call-index.js';
import { WORKER_FILE } from '../own.js';

/** Threads that read files for the call index. */
export interface Surveyors {
  readonly jobs: number;
  /** One result per absolute path, in order; `undefined` for a file that could not be read. */
  calls(paths: readonly string[]): Promise<readonly (FileCalls | undefined)[]>;
  close(): Promise<void>;
}

/** Starts the threads, `inBackground` at a low priority where threads have one. */
export function startSurveyors(jobs: number, models: readonly UserModel[], inBackground: boolean): Surveyors {
  const pool = workerpool.pool(WORKER_FILE, {
    workerType: 'thread',
    maxWorkers: jobs,
    workerThreadOpts: { workerData: { models, isPatient: inBackground } },
  });
  return {
    jobs,
    calls: async (paths) => {
      try {
        return await (pool.exec('calls', [paths]) as PromiseLike<readonly (FileCalls | undefined)[]>);
      } catch {
        // A thread that crashed or was terminated: its files are read next time.
        return [];
      }
    },
    close: async () => {
      await pool.terminate(true);
    },
  };
}
