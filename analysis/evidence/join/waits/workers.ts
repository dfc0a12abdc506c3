import type { Wait } from '../joined.js';

/** A kernel worker, with the function of its work item; `''` if the log does not say. */
export interface Worker {
  readonly task: string;
  readonly runs: string;
  /** The workqueue of the item; `''` if the log does not say. */
  readonly queue: string;
}

/** The kernel cuts names of workqueues; this is the shortest such length of the kernels read. */
const CUT_NAME = 23;

/** What the source says about a call that waits for work. */
export interface WorkSource {
  /** The functions that the work item named in a call may run; empty if the source does not say. */
  readonly workFunctions: (call: string, file: string) => ReadonlySet<string>;
  /** Names of the workqueue in a call that waits for all of its items. */
  readonly queueNames: (
    call: string,
    file: string,
  ) => { readonly patterns: readonly RegExp[]; readonly isOne: boolean };
}

/**
 * The worker that runs the work a task waits for, if that worker waits for a lock of the task: certain if the source
 * says that it runs this work, likely if it is the only such worker and nothing contradicts it.
 */
export function runBy(
  flush: Wait,
  workers: readonly Worker[],
  waits: readonly Wait[],
  source: WorkSource | undefined,
  isQueue: boolean,
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
  const known = file === undefined ? undefined : source?.workFunctions(flush.for, file);
  const isKnown = known !== undefined && known.size > 0;
  // A flush of a whole queue waits for no worker of another one.
  const queue = file === undefined || !isQueue ? undefined : source?.queueNames(flush.for, file);
  const isIn = (name: string): boolean => queue?.patterns.some((pattern) => pattern.test(name)) ?? false;
  const isNamed = queue !== undefined && queue.patterns.length > 0;
  const fitting = stuck.filter(
    ({ runs, queue: name }) =>
      (!isKnown || runs === '' || known.has(runs)) &&
      (!isNamed || name === '' || name.length >= CUT_NAME || isIn(name)),
  );
  const [only, another] = fitting;
  if (!only || another) return flush;
  const isSure =
    (isKnown && known.size === 1 && known.has(only.runs)) || (queue?.isOne === true && isIn(only.queue));
  return {
    ...flush,
    heldBy: only.task,
    isWork: true,
    ...(isSure ? {} : { isLikely: true as const }),
  };
}
