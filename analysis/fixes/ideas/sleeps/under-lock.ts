import { lastWord } from '../../../base/words.js';
import type { FunctionRef } from '../../../link/types.js';
import type { LockCall } from '../../text/calls.js';
import type { FixInput } from '../../types.js';

/** A function with the text of its body. */
export interface Body {
  readonly fn: FunctionRef | undefined;
  readonly body: string;
}

/** Whether a function takes a lock, itself or in a helper, or runs with it. `lock` is its class, as shown. */
export function isUnder(input: FixInput, { fn, body }: Body, took: LockCall, lock: string): boolean {
  const summary = fn && input.analysis.summary(fn);
  const sets = summary ? [summary.needs, ...summary.heldAt.values()] : [];
  const isHeld = sets.some((held) => held.some(({ id }) => id === lock));
  return isHeld || (takesLock(input, body, took) && mayName(input, fn, lock));
}

/**
 * Whether a function may mean this lock by its name, and not another one of the same name: not where its file does not see
 * the structure that has the lock as a direct member, or the static variable. `lock` is its class, as shown.
 */
function mayName({ analysis, program }: FixInput, fn: FunctionRef | undefined, lock: string): boolean {
  const path = lock.replace(/^.*:/, '').split('.');
  // A lock within a structure of others is also taken by those who see only that one, and a global variable may be
  // declared anywhere.
  const isOwn = path.length === 2 || (path.length === 1 && lock.includes(':'));
  if (fn === undefined || !isOwn || fn.file.endsWith('.h')) return true;
  const declared = [...analysis.graph.classes.values()].find(({ id }) => id === lock)?.declaredAt?.file;
  return declared === undefined || fn.file === declared || program.includesFile(fn.file, declared);
}

/** Whether a function's body takes a lock under the same name as another function. */
export function takesLock({ models }: FixInput, body: string, took: Pick<LockCall, 'name'>): boolean {
  const lockName = lastWord(took.name) ?? '';
  const calls = new RegExp(`(\\w+)\\s*\\((?:\\w+\\)\\s*\\()?[^;{}()]*\\b${lockName}\\s*[,)]`, 'g');
  return [...body.matchAll(calls)].some(([, name = '']) => {
    const op = models.lockApi(name)?.op;
    return op === 'acquire' || op === 'try' || models.scopeMacro(name) !== undefined;
  });
}
