import type { Gap } from '../../base/gap.js';
import type { FunctionRef } from '../../link/types.js';
import { isNothingTo, type Concern } from '../concern.js';
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
/** The same to a caller that uses the value: a neutral summary counts as none only if it tells nothing of the value. */
const NO_VALUE = '=';
/** The summary is unknown, and a neutral one would have made a difference. */
const UNKNOWN = '?';

/** What a caller depends on after it queried a callee's summary, as text. */
export function dependency(summary: FunctionSummary | undefined, concern?: Concern): string {
  if (concern === undefined) return summary?.signature ?? UNKNOWN;
  if (summary !== undefined && !isNothingTo(summary, concern)) return summary.signature;
  return concern === 'locks' ? NO_EFFECT : NO_VALUE;
}

/** The one of two dependencies on a function that implies the other. */
export function stronger(one: string | undefined, other: string): string {
  const isWeak = one === undefined || one === NO_EFFECT || (one === NO_VALUE && other !== NO_EFFECT);
  return isWeak ? other : one;
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
    tellsValue: true,
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
  if (on === NO_EFFECT) return on === dependency(summary, 'locks');
  return on === (on === NO_VALUE ? dependency(summary, 'value') : dependency(summary));
}
