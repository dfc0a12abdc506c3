import type { Gap } from '../../base/gap.js';
import { absolute } from '../../base/span.js';
import type { FunctionRef } from '../../link/types.js';
import type { LockKind, Models } from '../../models/types.js';
import type { State } from './state.js';
import type { FunctionSummary } from './types.js';

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

/**
 * Marks locks of the caller as no longer certain if a callee was analysed in part and releases locks of their kind: it may
 * release them on the paths that are missing.
 */
export function doubtCutShort({ fn, gaps }: FunctionSummary, state: State, models: Models): void {
  if (state.held.length === 0 || !gaps.some(({ kind }) => kind === 'state-budget')) return;
  const released = new Set<LockKind>();
  for (const name of fn.item?.calls ?? []) {
    const api = models.lockApi(name);
    if (api?.op === 'release') released.add(api.kind);
  }
  state.held = state.held.map((lock) => (released.has(lock.kind) ? { ...lock, certain: false } : lock));
}
