import type { Gap } from '../../base/gap.js';
import { withoutSubclass } from '../../base/subclass.js';
import { absolute } from '../../base/span.js';
import type { FunctionRef } from '../../link/types.js';
import type { LockKind, Models } from '../../models/types.js';
import type { State } from './state.js';
import type { FunctionSummary, LockRef } from './types.js';

/** Thrown when one path holds more locks than are tracked. Any further result for the function would be a guess. */
export class TooManyLocks extends Error {
  override readonly name = 'TooManyLocks';
}

/** Runs `work`; returns false if it held too many locks. */
export function* withinBudget<T>(work: Generator<T, void>): Generator<T, boolean> {
  try {
    yield* work;
    return true;
  } catch (error) {
    if (error instanceof TooManyLocks) return false;
    throw error;
  }
}

/** The gap that records a function analysed only in part. */
export function budgetGap({ line, name }: FunctionRef): Gap {
  const at = absolute({ line: 0, column: 1, endLine: 0, endColumn: 1 }, line);
  return { kind: 'state-budget', at, detail: name };
}

/** Whether a function with these gaps was analysed only in part. */
export function isCutShort(gaps: readonly Gap[]): boolean {
  return gaps.some(({ kind }) => kind === 'state-budget');
}

/**
 * Marks locks of the caller as no longer certain if a callee was analysed in part and releases locks of their class, or of their
 * kind where the class of a release is unknown: it may release them on the paths that are missing.
 */
export function doubtCutShort({ fn, gaps, uses }: FunctionSummary, state: State, models: Models): void {
  if (state.held.length === 0 || !isCutShort(gaps)) return;
  const classes = new Set<string>();
  const kinds = new Set<LockKind>();
  const unknown = new Set<LockKind>();
  for (const name of fn.item?.calls ?? []) {
    const api = models.lockApi(name);
    if (api?.op !== 'release') continue;
    const releases = uses.filter((use) => use.k === 'release' && use.api === name);
    kinds.add(api.kind);
    if (releases.length === 0) unknown.add(api.kind);
    for (const { lock } of releases) {
      const released = classOf(lock);
      if (released === undefined) unknown.add(api.kind);
      else classes.add(released);
    }
  }
  const isDoubtful = (lock: LockRef): boolean => {
    const held = classOf(lock);
    if (held === undefined) return kinds.has(lock.kind);
    return classes.has(held) || unknown.has(lock.kind);
  };
  state.held = state.held.map((lock) => (isDoubtful(lock) ? { ...lock, certain: false } : lock));
}

function classOf({ key, fallback }: LockRef): string | undefined {
  const name = key ?? fallback;
  return name && withoutSubclass(name);
}
