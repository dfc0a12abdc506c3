import { constants, setPriority } from 'node:os';
import { workerData } from 'node:worker_threads';
import workerpool from 'workerpool';
import type { UserModel } from '../../analysis/models/records/record.js';
import type { SkeletonRequest, SourceFile } from '../api.js';
import { createWork } from './threads/work.js';

// A thread of the pool: the same work as in the main thread, with results moved instead of copied.
const { models, isPatient } = workerData as {
  readonly models: readonly UserModel[];
  readonly isPatient?: boolean;
};
// On Linux, priorities belong to threads; elsewhere this would slow down the whole process.
if (isPatient === true && process.platform === 'linux') {
  // Not the lowest: beside a build of a kernel, the index would never be complete.
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
}
const work = createWork(models);

function move<T>(value: T, parts: readonly (Uint8Array | undefined)[]): unknown {
  const buffers = parts.flatMap((part) => (part ? [part.buffer as ArrayBuffer] : []));
  return new workerpool.Transfer(value as object, [...new Set(buffers)]);
}

workerpool.worker({
  compile: async (files: readonly SourceFile[]) => {
    const results = (await work).compile(files);
    return move(
      results,
      results.map((result) => ('data' in result ? result.data : undefined)),
    );
  },
  skeletons: async (requests: readonly SkeletonRequest[]) => {
    const results = (await work).skeletons(requests);
    return move(results, results.flat());
  },
  calls: async (paths: readonly string[]) => (await work).calls(paths),
});
