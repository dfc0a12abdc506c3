import { isByCall } from '../../summaries/solver/lock-functions.js';
import { keyOf } from '../../graph/events/collect.js';
import type { ClassTable } from '../../summaries/locks/locks.js';
import { showTerm, someTerm } from '../../summaries/locks/terms.js';
import type { FunctionSummary, HeldLock, LockRef, Site } from '../../summaries/state/types.js';
import type { Skeleton } from '../../skeleton/types.js';
import type { ShownSummary, ShownLock } from './engine.js';
import { spelling } from '../story/spelling.js';
import { shown } from '../story/story.js';

/** Parts of an access path that have no name in the source: the class is more informative. */
const NAMELESS: ReadonlySet<string> = new Set(['container', 'result', 'operation', 'opaque']);

/** The summary of one function as plain data for people. */
export function describeSummary(
  summary: FunctionSummary,
  skeleton: Skeleton,
  classes: ClassTable,
): ShownSummary {
  const { fn } = summary;
  const name = (i: number): string => skeleton.parameters[i]?.name ?? `argument ${i + 1}`;
  const spelt = spellings(skeleton);
  const show = (lock: LockRef, site: Site): ShownLock => {
    const key = keyOf(lock) ?? '';
    const own = site.fn === fn && site.via === undefined ? spelt.get(site.event) : undefined;
    const way = own ?? showTerm(lock.term, name);
    const id = key === '' ? way : shown(classes, key);
    return {
      key,
      id,
      text: own === undefined && someTerm(lock.term, ({ k }) => NAMELESS.has(k)) ? id : way,
      mode: lock.mode,
      at: { file: site.fn.file, ...site.span },
    };
  };
  const heldAt = new Map<number, readonly ShownLock[]>();
  const lockOf = new Map<number, string>();
  const note = (event: number, locksets: FunctionSummary['calls'][number]['locksets']): void => {
    if (!heldAt.has(event))
      heldAt.set(
        event,
        alwaysHeld(locksets.map((m) => m.held)).map((h) => show(h, h.site)),
      );
  };
  for (const acquire of summary.acquires) {
    if (acquire.site.via !== undefined) continue;
    note(acquire.site.event, acquire.locksets);
    lockOf.set(acquire.site.event, keyOf(acquire.lock) ?? '');
  }
  for (const use of summary.uses) {
    note(use.site.event, use.locksets);
    lockOf.set(use.site.event, keyOf(use.lock) ?? '');
  }
  for (const call of summary.calls) if (call.site.via === undefined) note(call.site.event, call.locksets);
  const here: Site = {
    fn,
    event: -1,
    span: fn.item?.nameSpan ?? { line: fn.line, column: 1, endLine: fn.line, endColumn: 1 },
  };
  // A lock function that is called needs it; whether this one does, its exits tell.
  const foreign = summary.uses.filter((use) =>
    use.k === 'release' ? use.ended === 'foreign' && !isByCall(summary, use.site) : use.k === 'assert-held',
  );
  return {
    function: fn,
    acquires: unique(summary.acquires.map((a) => show(a.lock, a.site))),
    releases: unique(summary.exits.flatMap((e) => e.released.map((r) => show(r, here)))),
    needs: unique(foreign.map((use) => show(use.lock, use.site))),
    heldAt,
    lockOf,
    exits: summary.rawExits.map(({ acquired, released, signs, at }) => ({
      held: acquired.map((lock) => show(lock, lock.site)),
      released: released.map((lock) => show(lock, here)),
      signs,
      at,
    })),
    complete: summary.gaps.length === 0,
    gaps: summary.gaps,
  };
}

/** By event: the lock of each explicit operation, spelt as in the source. */
function spellings(skeleton: Skeleton): ReadonlyMap<number, string> {
  const spelt = new Map<number, string>();
  for (const { events } of skeleton.blocks) {
    for (const event of events) {
      const text = 'lock' in event && event.implied !== true ? spelling(skeleton, event.lock) : undefined;
      if ('id' in event && text !== undefined) spelt.set(event.id, text);
    }
  }
  return spelt;
}

/** The locks held on every path. */
function alwaysHeld(sets: readonly (readonly HeldLock[])[]): readonly HeldLock[] {
  const [first, ...rest] = sets;
  return (first ?? []).filter((lock) => rest.every((set) => set.some((h) => h.term.key === lock.term.key)));
}

/** Lists each lock once. An entry that any mode satisfies adds nothing to one that needs write mode. */
function unique(locks: readonly ShownLock[]): readonly ShownLock[] {
  const seen = new Map<string, ShownLock>();
  for (const lock of locks) {
    const id = `${lock.key}:${lock.text}`;
    if (!seen.has(id) || (lock.mode === 'write' && seen.get(id)?.mode === 'read')) seen.set(id, lock);
  }
  return [...seen.values()];
}
