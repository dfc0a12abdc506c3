import type { Gap } from '../base/gap.js';
import type { FunctionRef } from '../link/types.js';
import type { Effects } from './types.js';

/** The resolved targets of a call through a value. */
export interface SlotUse {
  /** `undefined` for a function called by name; the name is then in `field`. */
  readonly record: string | undefined;
  readonly field: string;
  readonly file: string;
  readonly held: readonly FunctionRef[];
}

/** The result of interpreting a function, with its inputs. */
export interface Interpretation {
  readonly effects: Effects;
  /** Callees whose effects were queried, and the part of each that the result depends on. */
  readonly used: readonly FunctionRef[];
  readonly signatures: readonly string[];
  readonly slots: readonly SlotUse[];
  /** The strongly connected component of a recursive function, sorted; `undefined` without recursion. */
  readonly component: readonly FunctionRef[] | undefined;
}

/** The signature of a function without a body, or with neutral effects where neutral counts as none. */
export const NO_EFFECT = '';
/** The effects are unknown and neutral effects would have made a difference. */
const UNKNOWN = '?';

/** What a caller depends on after it queried a callee's effects, as text. */
export function dependency(effects: Effects | undefined, concern?: 'locks'): string {
  if (concern === undefined) return effects?.signature ?? UNKNOWN;
  return effects === undefined || effects.isNeutral ? NO_EFFECT : effects.signature;
}

/** Whether all callees, or with `among` only those in it, still have the effects that the interpretation depends on. */
export function areMet(
  { used, signatures }: Omit<Interpretation, 'component'>,
  effectsOf: (fn: FunctionRef) => Effects | undefined,
  among: ReadonlyMap<FunctionRef, unknown> | undefined,
): boolean {
  return used.every((fn, i) => among?.has(fn) === false || isMet(effectsOf(fn), signatures[i]));
}

export function isSameList(
  left: readonly FunctionRef[] | undefined,
  right: readonly FunctionRef[] | undefined,
): boolean {
  if (left === undefined || right === undefined) return left === right;
  return left.length === right.length && left.every((fn, i) => fn === right[i]);
}

/** The initial effects in a fixpoint: no exit is known yet. */
export function noExit(fn: FunctionRef): Effects {
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

/** Whether a function still has the effects that another one depends on. */
export function isMet(effects: Effects | undefined, on: string | undefined): boolean {
  return on === dependency(effects) || (on === NO_EFFECT && on === dependency(effects, 'locks'));
}
