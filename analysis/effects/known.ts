import type { Gap } from '../base/gap.js';
import type { FunctionRef } from '../link/types.js';
import type { Effects } from './types.js';

/** What a value that is called was found to lead to. */
export interface SlotUse {
  /** `undefined` for a function by its name, which is then in `field`. */
  readonly record: string | undefined;
  readonly field: string;
  readonly file: string;
  readonly held: readonly FunctionRef[];
}

/** What interpreting a function came to, and what it was computed from. */
export interface Interpretation {
  readonly effects: Effects;
  /** Callees whose effects were asked for, and what it depended on of each of them. */
  readonly used: readonly FunctionRef[];
  readonly signatures: readonly string[];
  readonly slots: readonly SlotUse[];
  /** The functions that call one another with it, sorted; `undefined` where it does not recur. */
  readonly component: readonly FunctionRef[] | undefined;
}

/** What a function without body, or with neutral effects where that is as good, is to its callers. */
export const NO_EFFECT = '';
/** Nothing known, where neutral effects would have been something else. */
const UNKNOWN = '?';

/** What a function that looked at the effects of a callee depends on, as text. */
export function dependency(effects: Effects | undefined, concern?: 'locks'): string {
  if (concern === undefined) return effects?.signature ?? UNKNOWN;
  return effects === undefined || effects.isNeutral ? NO_EFFECT : effects.signature;
}

/** Whether functions do what another one depended on; with `among`, those of them alone. */
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

/** A function of which no way out is known yet. */
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

/** Whether a function still does what another one depended on. */
export function isMet(effects: Effects | undefined, on: string | undefined): boolean {
  return on === dependency(effects) || (on === NO_EFFECT && on === dependency(effects, 'locks'));
}
