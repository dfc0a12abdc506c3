import type { Span } from '../../../base/span.js';
import type { FunctionSummary, HeldLock } from '../../../summaries/state/types.js';
import type { OutsideEntry } from '../../../graph/contexts/contexts.js';
import { keyOf } from '../../../graph/events/collect.js';
import { isOfManyRounds } from '../../../graph/events/rounds.js';
import { OWNED_KINDS } from '../../../models/records/kinds.js';
import type { ExecutionContext } from '../../../models/types.js';
import type { CheckContext } from '../../engine/check.js';
import { isReleasedForOthers } from './kept-by-all.js';
import { surelyKeptAt } from './kept-locks.js';

/** Contexts whose core runs a function without knowing its locks and releases none afterwards. */
const RUN_BY_OTHERS: ReadonlySet<ExecutionContext> = new Set<ExecutionContext>([
  'work',
  'kthread',
  'timer',
  'tasklet',
  'hardirq',
  'threaded-irq',
  'rcu',
]);

/** A lock that is still held when a thread, work item, timer or handler ends. */
export interface KeptAtEnd {
  readonly lock: HeldLock;
  readonly entry: OutsideEntry;
  /** The return statements. */
  readonly at: readonly Span[];
}

/** Locks that a function leaves held although the core that runs it does not release them. */
export function keptAtEnd(context: CheckContext, summary: FunctionSummary): readonly KeptAtEnd[] {
  const { fn, rawExits, gaps } = summary;
  const { program, models } = context.around;
  if (gaps.length > 0 || rawExits.every(({ acquired }) => acquired.length === 0)) return [];
  if (fn.item === undefined || program.callers(fn).length > 0) return [];
  const entry = context
    .contexts()
    .of(fn)
    .find((one) => RUN_BY_OTHERS.has(one.context));
  if (entry === undefined || entry.member !== undefined || entry.confidence !== 'high') return [];
  const found = new Map<string, KeptAtEnd>();
  for (const exit of rawExits) {
    for (const lock of exit.acquired) {
      if (!OWNED_KINDS.includes(lock.kind) || !lock.certain || found.has(lock.term.key)) continue;
      if (models.lockApi(lock.api)?.handedOver === true || isOfManyRounds(program, summary, lock)) continue;
      if (isTakenOver(context, summary, lock)) continue;
      const at = surelyKeptAt(context, summary, exit, lock, true);
      if (at.length > 0) found.set(lock.term.key, { lock, entry, at });
    }
  }
  return [...found.values()];
}

/**
 * Whether code that is never called with the lock held releases it, as for a request that a later work item completes.
 */
function isTakenOver(context: CheckContext, { fn }: FunctionSummary, lock: HeldLock): boolean {
  const key = keyOf(lock);
  return key !== undefined && isReleasedForOthers(context, key, fn, false);
}
