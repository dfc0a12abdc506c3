import { keyOf } from '../../../graph/events/collect.js';
import type { FunctionRef } from '../../../link/types.js';
import type { CallSummary, FunctionSummary, LockRef } from '../../../summaries/state/types.js';
import type { CheckContext } from '../../engine/check.js';
import { isSpinning } from './held-locks.js';

/**
 * Locks that only one source file can name: static variables, and members of structs that the source declares itself.
 * Code elsewhere enters such a file without the lock, unless the file calls it with the lock held.
 */
export class PrivateLocks {
  private readonly known = new Map<string, boolean>();

  constructor(private readonly context: CheckContext) {}

  /**
   * Whether code outside the function's file surely calls it without the lock: no other file can take the lock, and no
   * function of the file returns with it, hands its address out, or calls code with it held that may lead back.
   */
  isFreeOutside({ file, item }: FunctionRef, lock: LockRef): boolean {
    const key = keyOf(lock);
    if (key === undefined || !file.endsWith('.c')) return false;
    // The core calls an operation where the file unregisters it, under a lock that sleeps.
    if (item?.isStatic !== false && !isSpinning(this.context.around, key)) return false;
    const name = `${file}\n${key}`;
    let isKept = this.known.get(name);
    if (isKept === undefined) this.known.set(name, (isKept = this.isKeptIn(file, key)));
    return isKept;
  }

  private isKeptIn(file: string, key: string): boolean {
    const { around, collected } = this.context;
    const { classes, program } = around;
    if (classes.info(key)?.declaredAt?.file !== file) return false;
    const pointers = program.outline(file)?.lockPointers ?? [];
    if (pointers.some((pointer) => classes.written(pointer.lock, file) === key)) return false;
    return ![...collected.inFile(file)].some((summary) => this.letsOut(summary, key));
  }

  private letsOut(summary: FunctionSummary, key: string): boolean {
    const isIt = (lock: LockRef): boolean => keyOf(lock) === key;
    if (summary.rawExits.some(({ acquired }) => acquired.some(isIt))) return true;
    const isHolder = summary.uses.some((use) => use.k === 'assert-held' && isIt(use.lock));
    return summary.calls.some(
      (call) => (isHolder || call.locksets.some(({ held }) => held.some(isIt))) && mayLeadBack(summary, call),
    );
  }
}

/** Whether a call may end up in a function of its own file that other code calls: through a pointer, or one it passes. */
function mayLeadBack({ fn }: FunctionSummary, { callee, targets }: CallSummary): boolean {
  const isOutside = targets.length === 0 || targets.some(({ file }) => file !== fn.file);
  return isOutside && (callee !== undefined || (fn.item?.references.length ?? 0) > 0);
}
