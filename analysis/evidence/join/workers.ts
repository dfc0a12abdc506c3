import type { Wait } from './joined.js';

/** A kernel worker, with the function of its work item; `''` when not told. */
export interface Worker {
  readonly task: string;
  readonly runs: string;
}

/** What the source knows of a call that waits for a work item: the functions that it may run. */
type WorkFunctions = (call: string, file: string) => ReadonlySet<string>;

/**
 * Who runs the work that a task waits for, where a worker waits for a lock of that task: surely where the source says
 * that the worker runs this work, likely where it is the only such worker and nothing speaks against it.
 */
export function runBy(
  flush: Wait,
  workers: readonly Worker[],
  waits: readonly Wait[],
  functions: WorkFunctions | undefined,
): Wait {
  const stuck = workers.filter(
    ({ task }) =>
      task !== flush.task &&
      waits.some(
        (wait) =>
          wait.task === task && wait.isLock === true && wait.heldBy === flush.task && wait.isLikely !== true,
      ),
  );
  const file = flush.where?.file;
  const known = file === undefined ? undefined : functions?.(flush.for, file);
  const isKnown = known !== undefined && known.size > 0;
  const fitting = stuck.filter(({ runs }) => !isKnown || runs === '' || known.has(runs));
  const [only, another] = fitting;
  if (!only || another) return flush;
  const isSure = isKnown && known.size === 1 && known.has(only.runs);
  return {
    ...flush,
    heldBy: only.task,
    isWork: true,
    ...(isSure ? {} : { isLikely: true as const }),
  };
}
