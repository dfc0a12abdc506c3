import { BOUNDS } from '../../../base/bounds.js';
import { keyOf } from '../../../graph/events/collect.js';
import { filesThatNameLock } from '../../../graph/sight/lock-namers.js';
import type { FunctionRef } from '../../../link/types.js';
import type { CallSummary, FunctionSummary, LockRef } from '../../../summaries/state/types.js';
import type { CheckContext } from '../../engine/check.js';
import { isSpinning } from './held-locks.js';

/**
 * Locks that only one source file can name, or only the files of one folder: static variables, and members of structs that
 * a source declares itself, or a header that no other folder includes. Code elsewhere enters such files without the lock,
 * unless one of them calls it with the lock held.
 */
export class PrivateLocks {
  /** The files that can name a lock class, while it never leaves them. */
  private readonly known = new Map<string, ReadonlySet<string> | undefined>();

  constructor(private readonly context: CheckContext) {}

  /**
   * Whether code outside the files that can name the lock surely calls a function without it: none of them returns with
   * it, hands its address out, or calls code with it held that may lead back.
   */
  isFreeOutside({ file, item }: FunctionRef, lock: LockRef): boolean {
    const key = keyOf(lock);
    if (key === undefined || !file.endsWith('.c')) return false;
    // The core calls an operation where the file unregisters it, under a lock that sleeps.
    if (item?.isStatic !== false && !isSpinning(this.context.around, key)) return false;
    if (!this.known.has(key)) this.known.set(key, this.keepers(lock, key));
    return this.known.get(key)?.has(file) === true;
  }

  private keepers(lock: LockRef, key: string): ReadonlySet<string> | undefined {
    const { around, collected } = this.context;
    const { classes, program } = around;
    const files = filesThatNameLock(around, lock);
    if (files === undefined || files.size > BOUNDS.filesOfDriver) return undefined;
    for (const file of files) {
      const pointers = program.outline(file)?.lockPointers ?? [];
      if (pointers.some((pointer) => classes.written(pointer.lock, file) === key)) return undefined;
      for (const summary of collected.inFile(file)) if (this.letsOut(summary, key, files)) return undefined;
    }
    return files;
  }

  private letsOut(summary: FunctionSummary, key: string, files: ReadonlySet<string>): boolean {
    const isIt = (lock: LockRef): boolean => keyOf(lock) === key;
    if (summary.rawExits.some(({ acquired }) => acquired.some(isIt))) return true;
    const isHolder = summary.uses.some((use) => use.k === 'assert-held' && isIt(use.lock));
    return summary.calls.some(
      (call) =>
        (isHolder || call.locksets.some(({ held }) => held.some(isIt))) && mayLeadBack(summary, call, files),
    );
  }
}

/** Whether a call may end up in a function of its own files that other code calls: through a pointer, or one it passes. */
function mayLeadBack(
  { fn }: FunctionSummary,
  { callee, targets }: CallSummary,
  files: ReadonlySet<string>,
): boolean {
  const isOutside = targets.length === 0 || targets.some(({ file }) => !files.has(file));
  return isOutside && (callee !== undefined || (fn.item?.references.length ?? 0) > 0);
}
