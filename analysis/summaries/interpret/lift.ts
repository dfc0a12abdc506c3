import { BOUNDS } from '../../base/bounds.js';
import { Binding } from './apply.js';
import { afterCall } from '../state/context.js';
import { matchHeld } from '../state/held.js';
import { addLockset, locksetKey } from '../state/locksets.js';
import type { Executor } from '../executor.js';
import type { Surroundings } from '../surroundings.js';
import { through } from '../state/site.js';
import { takesOnly } from '../solver/lock-functions.js';
import { designated, opaque, rootOf } from '../locks/terms.js';
import type {
  AcquireEffect,
  CallSummary,
  FunctionSummary,
  HeldLock,
  LockRef,
  Lockset,
  Site,
} from '../state/types.js';

/**
 * Effects of callees on locks and functions that only the caller knows: a lock passed as a parameter, a generic
 * container, a callback. Each becomes an effect of the caller, with the parameters bound; so does what a function takes
 * that does nothing else.
 */
export function liftFrom(
  around: Surroundings,
  stepper: Executor,
  calls: readonly CallSummary[],
): { readonly acquires: readonly AcquireEffect[]; readonly calls: readonly CallSummary[] } {
  const acquires: AcquireEffect[] = [];
  const alike = new Map<string, number>();
  const lifted: CallSummary[] = [];
  for (const call of calls) {
    const target = call.targets[0];
    if (target === undefined || call.targets.length > 1 || target === stepper.fn) continue;
    const summary = around.summaryOf(target, 'locks');
    if (summary === undefined) continue;
    const event = { id: call.site.event };
    const result = opaque(stepper.evaluator.given(event.id), '');
    const binding = new Binding(stepper, event, call.args, result);
    const isWrapper = takesOnly(summary);
    for (const acquire of summary.acquires) {
      if (!(isWrapper || isOpen(acquire)) || levels(acquire.site) >= BOUNDS.liftLevels) continue;
      const bound = bindAcquire(acquire, call, binding);
      const key = `${bound.lock.term.key}<${bound.locksets.map(locksetKey).join('/')}`;
      const count = alike.get(key) ?? 0;
      if (count >= BOUNDS.alikeAcquires) continue;
      alike.set(key, count + 1);
      acquires.push(bound);
    }
    for (const inner of summary.calls) {
      if (isCallback(inner) && levels(inner.site) < BOUNDS.liftLevels) {
        const bound = bindCall(stepper, inner, call, binding);
        if (bound !== undefined) lifted.push(bound);
      }
    }
  }
  return { acquires, calls: lifted };
}

/** Whether only callers know the acquired lock, or a lock held at the acquisition. */
export function isOpen(acquire: AcquireEffect): boolean {
  return (
    acquire.lock.key === undefined || acquire.locksets.some((m) => m.held.some((h) => h.key === undefined))
  );
}

/** Whether the call goes through a parameter, so that only callers know the callee. */
export function isCallback(call: CallSummary): boolean {
  return call.targets.length === 0 && call.callee !== undefined && rootOf(call.callee).k === 'parameter';
}

/** Whether callers must be interpreted to learn what this function does. */
export function needsCallers(summary: FunctionSummary): boolean {
  return (
    summary.acquires.some((a) => isOpen(a) && rootIsParameter(a) && levels(a.site) < BOUNDS.liftLevels) ||
    summary.calls.some(
      (c) => isCallback(c) && levels(c.site) < BOUNDS.liftLevels && c.callee?.k === 'parameter',
    )
  );
}

function rootIsParameter(acquire: AcquireEffect): boolean {
  return hangsOnParameter(acquire.lock) || acquire.locksets.some((m) => m.held.some(hangsOnParameter));
}

function hangsOnParameter(lock: LockRef): boolean {
  return lock.key === undefined && rootOf(lock.term).k === 'parameter';
}

function levels(site: Site): number {
  let count = 0;
  for (let at = site.via; at !== undefined; at = at.via) count++;
  return count;
}

function bindAcquire(acquire: AcquireEffect, call: CallSummary, binding: Binding): AcquireEffect {
  return {
    ...acquire,
    lock: binding.lock(acquire.lock),
    site: through(call.site, acquire.site),
    locksets: crossLocksets(acquire.locksets, call, binding),
  };
}

function bindCall(
  { callees }: Executor,
  inner: CallSummary,
  call: CallSummary,
  binding: Binding,
): CallSummary | undefined {
  if (inner.callee === undefined) return undefined;
  const callee = binding.term(inner.callee);
  const pointed = designated(callee);
  const { targets } = callees.byPointer(pointed, inner.args.length);
  if (targets.length === 0 && rootOf(pointed).k !== 'parameter') return undefined;
  return {
    targets,
    callee: pointed,
    args: inner.args.map((arg) => binding.term(arg)),
    site: through(call.site, inner.site),
    isAlways: call.isAlways && inner.isAlways,
    locksets: crossLocksets(inner.locksets, call, binding),
  };
}

/** The held sets inside a callee as seen by the caller: the caller's locks that are still held, then the callee's. */
function crossLocksets(inner: readonly Lockset[], call: CallSummary, binding: Binding): readonly Lockset[] {
  const out: Lockset[] = [];
  for (const outer of call.locksets) {
    for (const lockset of inner) {
      let held: readonly HeldLock[] = outer.held;
      const released = [...outer.released];
      for (const lock of lockset.released) {
        const bound = binding.lock(lock);
        const at = matchHeld(held, bound);
        if (at >= 0) held = held.filter((_, i) => i !== at);
        else released.push(bound);
      }
      const own = lockset.held.map((lock) => ({
        ...lock,
        ...binding.lock(lock),
        site: through(call.site, lock.site),
      }));
      const context = afterCall(outer.context, lockset.context);
      const crossed = { held: [...held, ...own], released, context };
      addLockset(out, crossed, locksetKey(crossed));
    }
  }
  return out;
}
