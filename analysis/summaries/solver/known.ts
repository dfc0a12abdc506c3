import type { Gap } from '../../base/gap.js';
import type { FunctionRef } from '../../link/types.js';
import type { FunctionSummary } from '../state/types.js';

/** The resolved targets of a call through a value. */
export interface SlotUse {
  /** `undefined` for a function called by name; `field` then holds the name. */
  readonly record: string | undefined;
  readonly field: string;
  readonly file: string;
  readonly held: readonly FunctionRef[];
}

/** The result of interpreting a function, with its inputs. */
export interface Interpretation {
  readonly summary: FunctionSummary;
  /** Callees whose summaries were queried, and the part of each that the result depends on. */
  readonly used: readonly FunctionRef[];
  readonly signatures: readonly string[];
  readonly slots: readonly SlotUse[];
  /** The strongly connected component of a recursive function, sorted; `undefined` without recursion. */
  readonly component: readonly FunctionRef[] | undefined;
}

/** The signature of a function without a body, or with a neutral summary where neutral counts as none. */
export const NO_EFFECT = '';
/** The summary is unknown, and a neutral one would have made a difference. */
const UNKNOWN = '?';

/** What a caller depends on after it queried a callee's summary, as text. */
export function dependency(summary: FunctionSummary | undefined, concern?: 'locks'): string {
  if (concern === undefined) return summary?.signature ?? UNKNOWN;
  return summary === undefined || summary.isNeutral ? NO_EFFECT : summary.signature;
}

/** Whether all callees, or with `among` only those in it, still have the summaries that the interpretation used. */
export function areMet(
  { used, signatures }: Omit<Interpretation, 'component'>,
  summaryOf: (fn: FunctionRef) => FunctionSummary | undefined,
  among: ReadonlyMap<FunctionRef, unknown> | undefined,
): boolean {
  return used.every((fn, i) => among?.has(fn) === false || isMet(summaryOf(fn), signatures[i]));
}

export function isSameList(
  left: readonly FunctionRef[] | undefined,
  right: readonly FunctionRef[] | undefined,
): boolean {
  if (left === undefined || right === undefined || left === right) return left === right;
  return left.length === right.length && left.every((fn, i) => fn === right[i]);
}

/** The initial summary in a fixpoint: no exit is known yet. */
export function noExit(fn: FunctionRef): FunctionSummary {
  return {
    fn,
    exits: [],
    rawExits: [],
    acquires: [],
    calls: [],
    uses: [],
    apis: [],
    gaps: [],
    level: 0,
    signature: 'no exit',
    isNeutral: false,
    steps: 0,
  };
}

export function recursionGap(component: readonly FunctionRef[]): Gap {
  const names = component.slice(0, 3).map(({ name }) => name);
  const others = component.length > names.length ? ` and ${component.length - names.length} others` : '';
  return {
    kind: 'recursion',
    at: { line: 0, column: 1, endLine: 0, endColumn: 1 },
    detail: `${names.join(', ')}${others} call one another`,
  };
}

/** Whether a function still has the summary that another one depends on. */
export function isMet(summary: FunctionSummary | undefined, on: string | undefined): boolean {
  return on === dependency(summary) || (on === NO_EFFECT && on === dependency(summary, 'locks'));
}
