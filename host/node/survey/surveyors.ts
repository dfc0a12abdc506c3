import workerpool from 'workerpool';
import type { UserModel } from '../../../analysis/models/records/record.js';
import type { FileCalls } from '../../call-index.js';
import { WORKER_FILE } from '../own.js';

/** Threads that look through files that nobody waits for. */
export interface Surveyors {
  readonly jobs: number;
  /** One answer per absolute path, in order; `undefined` for what could not be read. */
  calls(paths: readonly string[]): Promise<readonly (FileCalls | undefined)[]>;
  close(): Promise<void>;
}

/** They work at the lowest priority, where threads have one. */
export function startSurveyors(jobs: number, models: readonly UserModel[]): Surveyors {
  const pool = workerpool.pool(WORKER_FILE, {
    workerType: 'thread',
    maxWorkers: jobs,
    workerThreadOpts: { workerData: { models, isPatient: true } },
  });
  return {
    jobs,
    calls: async (paths) => {
      try {
        return await (pool.exec('calls', [paths]) as PromiseLike<readonly (FileCalls | undefined)[]>);
      } catch {
        // A thread that died, or was ended, has nothing to say of its files: they are looked at the next time.
        return [];
      }
    },
    close: async () => {
      await pool.terminate(true);
    },
  };
}
