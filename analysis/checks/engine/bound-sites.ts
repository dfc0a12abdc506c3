import { BOUNDS } from '../../base/bounds.js';
import { append } from '../../base/lists.js';
import type { ClassTable } from '../../summaries/locks/locks.js';
import { rebuild, withType, type Term } from '../../summaries/locks/terms.js';
import type { FunctionSummary, LockRef } from '../../summaries/state/types.js';
import type { Collected } from '../../graph/events/collect.js';
import type { FunctionRef } from '../../link/types.js';

interface Call {
  readonly caller: FunctionRef;
  readonly args: readonly Term[];
}

/** The locks that callers pass to a function whose own code does not determine them. */
export class BoundSites {
  private readonly calls = new Map<FunctionRef, Call[]>();

  constructor(
    collected: Collected,
    private readonly classes: ClassTable,
  ) {
    const open = new Set<FunctionRef>();
    for (const summary of collected.summaries.values()) if (isOpen(summary)) open.add(summary.fn);
    for (const { fn, calls } of collected.summaries.values()) {
      for (const { targets, args } of calls) {
        for (const target of targets) {
          if (!open.has(target)) continue;
          append(this.calls, target, { caller: fn, args });
        }
      }
    }
  }

  /**
   * Whether every caller passes a lock of a declared class. Then the callers determine what the function does
   * to it.
   */
  isDeclared(fn: FunctionRef, lock: LockRef, levels = 0): boolean {
    const calls = this.calls.get(fn);
    if (calls === undefined || levels > BOUNDS.callersForArgument) return false;
    return calls.every(({ caller, args }) => {
      const term = rebuild(lock.term, (part) => (part.k === 'parameter' ? passed(part, args) : undefined));
      const found = this.classes.classOf(term, lock.kind, lock.subclass, caller.file);
      if ('key' in found) return this.classes.info(found.key)?.declaredAt !== undefined;
      return 'unbound' in found && this.isDeclared(caller, { ...lock, term }, levels + 1);
    });
  }
}

function isOpen({ acquires, uses }: FunctionSummary): boolean {
  return (
    acquires.some(({ lock }) => lock.key === undefined) || uses.some(({ lock }) => lock.key === undefined)
  );
}

function passed(parameter: Term & { k: 'parameter' }, args: readonly Term[]): Term | undefined {
  const arg = args[parameter.index];
  return arg?.type === '' || arg?.type === 'void*' ? withType(arg, parameter.type) : arg;
}
