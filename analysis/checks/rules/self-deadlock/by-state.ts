import type { Dependency } from '../../../graph/edges/dependency.js';
import { partsOf } from '../../../skeleton/expressions/parts.js';
import { isOnEveryPath, isUnavoidable } from '../../../skeleton/lowering/block-paths.js';
import type { EventId, Skeleton } from '../../../skeleton/types.js';
import { ZERO } from '../../../summaries/facts/fact.js';
import { leadsTo } from '../../../graph/events/leads-to.js';
import { calleeName, eventsOf } from '../../../skeleton/lowering/events.js';
import { someTerm, type Term } from '../../../summaries/locks/terms.js';
import { ownCallAt } from '../../../summaries/state/site.js';
import { eventOf, isMadeIn, isStoredThrough } from '../../../summaries/locks/names.js';
import type { CheckContext } from '../../engine/check.js';

/**
 * Whether both functions take the lock only if the object has one. Objects that come this way may have none: with a lock,
 * the path would block each time.
 */
export function isOptional({ around }: CheckContext, { holds, steps, lock }: Dependency): boolean {
  const pointer = lock.term.k === 'deref' ? lock.term.base : undefined;
  const last = steps.at(-1);
  if (pointer?.k !== 'field' || last === undefined || last.fn === holds.site.fn) return false;
  return [holds.site, last].every(({ fn, event }) => {
    const skeleton = around.program.skeleton(fn);
    if (skeleton === undefined || isUnavoidable(skeleton, event)) return false;
    return skeleton.blocks.some(
      ({ exit }) =>
        exit.k === 'branch' &&
        partsOf(skeleton.exprs, exit.condition).every((part) => {
          const expr = skeleton.exprs[part];
          return (expr?.k === 'field' && expr.name === pointer.name) || expr?.k === 'constant';
        }),
    );
  });
}

/** Whether the path assumes that the last reference was dropped. */
export function isLastReference({ around }: CheckContext, { facts }: Dependency): boolean {
  for (const { term, fact } of facts.known()) {
    const last = term.k === 'result' ? around.models.lastReferenceTest(term.origin) : undefined;
    if (last !== undefined && (last === 'zero' ? fact.signs === ZERO : (fact.signs & ZERO) === 0))
      return true;
  }
  return false;
}

/**
 * Whether the path drops the reference that it has taken of an object which its innermost loop has found in a list, and the
 * release of the object takes it out of the list under the lock: the list has no reference of its own, so the dropped one
 * may be the last. The entry of an inner list may have one of the object of an outer list.
 */
export function isUnlinkedByRelease({ around }: CheckContext, { root, steps }: Dependency): boolean {
  const [first, last] = [steps[0], steps.at(-1)];
  const [walk, release] = [root, last?.fn].map((fn) => fn && around.program.skeleton(fn));
  if (first === undefined || last === undefined || walk === undefined || release === undefined) return false;
  const args = ownCallAt(around.summaryOf(root), first.event)?.args ?? [];
  const cursor = innermostCursor(walk, first.event);
  const isCursor = (part: Term): boolean => part.k === 'opaque' && eventOf(part) === cursor;
  if (cursor === undefined || !args.some((arg) => someTerm(arg, isCursor))) return false;
  const takes = (name: string): boolean =>
    around.models.takesReference(name) ||
    around.program
      .resolveCall(name, root.file)
      .some(({ item }) => item?.calls.some((below) => around.models.takesReference(below)));
  const isTaken = eventsOf(walk).some((event) => {
    const name = calleeName(event);
    if (name === undefined || !takes(name)) return false;
    return isOnEveryPath(walk, cursor, event.id) && isOnEveryPath(walk, event.id, first.event);
  });
  if (!isTaken) return false;
  return eventsOf(release).some((event) => {
    const name = calleeName(event);
    if (name === undefined || !around.models.unlinks(name)) return false;
    return leadsTo(release, last.event, event.id, ({ k }) => k === 'release');
  });
}

/** The assignment of the cursor in the innermost loop over a list around an event. */
function innermostCursor(skeleton: Skeleton, event: EventId): EventId | undefined {
  const cursors = eventsOf(skeleton)
    .filter((one) => one.k === 'assign' && one.head !== undefined && isOnEveryPath(skeleton, one.id, event))
    .map(({ id }) => id);
  return cursors.find((id) => cursors.every((other) => other === id || isOnEveryPath(skeleton, other, id)));
}

/**
 * Whether a callee tests the state of an object that its caller may have set, or a flag that its own callee set: it may
 * retake the dropped lock.
 */
export function goesByState({ around }: CheckContext, { facts, root }: Dependency): boolean {
  for (const { term, fact } of facts.known()) {
    if (isMadeIn(term, root)) continue;
    if (term.k === 'result' && fact.signs === ZERO && around.models.isStateTest(term.origin)) return true;
    if (term.type === 'bool' && isStoredThrough(term)) return true;
  }
  return false;
}
