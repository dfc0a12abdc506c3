import { folderOf } from '../../../base/paths.js';
import { Published } from '../../../graph/waits/published.js';
import { unify } from '../../../graph/waits/waiter-names.js';
import type { Waiting } from '../../../graph/waits/waits.js';
import type { CheckContext } from '../../engine/check.js';
import { isShared } from './wait-terms.js';
import * as t from '../../../summaries/locks/terms.js';
import type { Term } from '../../../summaries/locks/terms.js';
import { isOf } from '../../../graph/interrupts/sections.js';
import { target } from '../../../graph/events/bounded.js';
import { keyOf } from '../../../graph/events/collect.js';
import { canFollow } from '../../../skeleton/lowering/block-paths.js';
import type { Surroundings } from '../../../summaries/surroundings.js';
import type { FunctionRef } from '../../../link/types.js';
import type {
  AcquireEffect,
  ApiEffect,
  FunctionSummary,
  HeldLock,
  Site,
} from '../../../summaries/state/types.js';

/** A call that completes, in the access paths of its function. */
export interface Completer {
  readonly fn: FunctionRef;
  readonly effect: ApiEffect;
  readonly object: Term;
}

/** The lock that the completing code takes first and, if one function does both, its instance. */
export interface Need {
  readonly lock: Term;
  /** Its class, with the subclass in which it is taken. */
  readonly key: string | undefined;
  readonly mode: HeldLock['mode'];
  /** The completed object, in access paths of the same function. */
  readonly object: Term;
  readonly site: Site;
  /** Whether it takes the lock on some of its paths only. */
  readonly isConditional?: true;
}

/** A lock that a helper takes for its caller to release, in terms of the caller. */
export function takenFor(
  summary: FunctionSummary | undefined,
  key: string,
  args: readonly Term[],
): Omit<Need, 'object'> | undefined {
  const taken = summary?.acquires.find(({ lock, nonBlocking }) => isOf(lock, key) && !nonBlocking);
  return taken && { ...needOf(taken), lock: t.inCaller(taken.lock.term, args) };
}

export function needOf({ lock, site }: AcquireEffect): Omit<Need, 'object'> {
  return { lock: lock.term, key: keyOf(lock), mode: lock.mode, site };
}

/**
 * A lock that a function takes on some way to a completion, itself or in a callee. Those who wait under the lock are
 * completed on the other ways only.
 */
export function takenOnTheWay(
  around: Surroundings,
  { fn, acquires, calls }: FunctionSummary,
  completion: Site,
  key: string,
): Omit<Need, 'object'> | undefined {
  const skeleton = around.program.skeleton(fn);
  if (skeleton === undefined) return undefined;
  const isBefore = ({ event }: Site): boolean => canFollow(skeleton, event, completion.event);
  const own = acquires.find(
    ({ lock, nonBlocking, site }) =>
      site.via === undefined && isOf(lock, key) && !nonBlocking && isBefore(site),
  );
  if (own !== undefined) return needOf(own);
  for (const call of calls) {
    const callee = target(call);
    if (callee === undefined || callee === fn || call.site.via !== undefined) continue;
    const taken = takenFor(around.summaryOf(callee), key, call.args);
    if (taken !== undefined && isBefore(call.site)) return taken;
  }
  return undefined;
}

/** A wait for a completion. A completion on the stack is identified by the name through which other code knows it. */
export type Awaiting = Waiting & { readonly published: Published | undefined };

/** Whether the completer's lock is the held one, assuming that both completions are the same. */
export function isSameLock(
  context: CheckContext,
  { object, published, root }: Awaiting,
  need: Need,
  holds: HeldLock,
): boolean {
  if (t.rootOf(holds.term).k === 'global' && need.lock.key === holds.term.key) return true;
  if (published === undefined && isShared(object, holds.term)) return false;
  const translate = unify(need.object, object);
  const needed = translate && t.rebuild(need.lock, translate);
  if (published === undefined) {
    if (needed?.key === holds.term.key) return true;
    // The completer finds a request through the lock's owner: what the two have in common does not name the lock.
    const isUntold = needed === undefined || needed.key === need.lock.key;
    return isUntold && isHandedWith(context, new Published(object, []), holds, root);
  }
  if (needed === undefined) return false;
  return published.resolved(needed).key === holds.term.key || isHandedWith(context, published, holds, root);
}

/** Whether a function hands a request to the owner of the lock, which its own folder declares. */
function isHandedWith(
  { around }: CheckContext,
  published: Published,
  holds: HeldLock,
  root: FunctionRef,
): boolean {
  const info = around.classes.info(keyOf(holds) ?? '');
  return (
    info?.declaredAt !== undefined &&
    !info.generic &&
    folderOf(info.declaredAt.file) === folderOf(root.file) &&
    published.isHandedWith(holds.term, around.summaryOf(root))
  );
}
