import { text, type LockCall } from './calls.js';
import type { TextEdit } from './edits.js';
import type { Acquisition } from './forms.js';
import { hasDirective } from './layout.js';
import { acquisitionsOf, membersBetween, releasePairs, releasesOf, type Pair, type Plan } from './pair.js';

/**
 * Leaves the calls where they are and lets each name the other's lock. What the calls do to interrupts stays
 * in its place so: the one that saves them stays outermost. Needs releases that stand together everywhere,
 * since what the release restores belongs to the place, not to the lock.
 */
export function planExchange(pair: Pair, outer: Acquisition, inner: Acquisition): Plan | string {
  const { code } = pair;
  const a = pair.inner;
  const b = pair.outer;
  if (a.api.kind !== b.api.kind || a.api.mode !== b.api.mode) {
    return `${text(code, b.node)} switches interrupts, and ${pair.innerId} is another kind of lock`;
  }
  if (outer.failure || inner.failure) return `an acquisition that switches interrupts may fail here`;
  if (!a.lock || !b.lock || a.api.path !== undefined || b.api.path !== undefined) {
    return `${text(code, a.lock ? b.node : a.node)} does not name its lock`;
  }
  if (a.form !== b.form) return `${text(code, a.node)} and ${text(code, b.node)} are not of one form`;
  if (membersBetween(outer.list, outer.last, inner.first).length > 0) {
    return `${text(code, b.node)} switches interrupts and does not directly precede ${text(code, a.node)}`;
  }
  const start = outer.first.start;
  const edits = swap(pair, a, b);
  const regions = [{ start, end: inner.last.end }];
  if (a.form === 'guard') return { edits, regions };

  if (acquisitionsOf(pair, a).length > 1 || acquisitionsOf(pair, b).length > 1) {
    return `one of the locks is taken more than once in ${code.item.name}()`;
  }
  const pairs = releasePairs(pair);
  const all = releasesOf(pair, a).length + releasesOf(pair, b).length;
  if (pairs.length === 0 || all !== 2 * pairs.length) {
    return `the locks are not released together everywhere, and one of them restores interrupts`;
  }
  for (const { first, second } of pairs) {
    if (hasDirective(code.text, first.statement.start, second.statement.end)) {
      return `a preprocessor line stands between the releases`;
    }
    edits.push(...swap(pair, first.call, second.call));
    regions.push({ start: first.statement.start, end: second.statement.end });
  }
  return { edits, regions };
}

function swap(pair: Pair, one: LockCall, two: LockCall): TextEdit[] {
  if (!one.lock || !two.lock) return [];
  return [
    { start: one.lock.start, end: one.lock.end, text: text(pair.code, two.lock) },
    { start: two.lock.start, end: two.lock.end, text: text(pair.code, one.lock) },
  ];
}
