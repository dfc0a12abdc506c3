import type { Span } from '../../../base/span.js';
import { absolute } from '../../../base/span.js';
import { deref, isBorn, isWithin, rootOf, someTerm } from '../../../summaries/locks/terms.js';
import { ERROR_NUMBERS } from '../../../base/ctype.js';
import type { FunctionRef } from '../../../link/types.js';
import { NEGATIVE, ZERO } from '../../../summaries/facts/fact.js';
import type { ExitEffect, FunctionSummary, HeldLock } from '../../../summaries/state/types.js';
import { rootOf as rootExpr } from '../../../skeleton/expressions/root.js';
import { eventAt, eventsOf } from '../../../skeleton/lowering/events.js';
import type { ExprId, Skeleton } from '../../../skeleton/types.js';
import { endsAt, placeOf } from './ends-at.js';
import type { OutsideEntry } from '../../../graph/contexts/contexts.js';
import { keyOf } from '../../../graph/events/collect.js';
import { isOfManyRounds } from '../../../graph/events/rounds.js';
import { OWNED_KINDS } from '../../../models/records/kinds.js';
import type { ExecutionContext } from '../../../models/types.js';
import type { CheckContext } from '../../engine/check.js';
import { isReleasedForOthers } from './kept-by-all.js';
import { handedOver } from './kept-in-round.js';
import { surelyKeptAt } from './kept-locks.js';

/** Contexts whose core runs a function without knowing its locks and releases none afterwards. */
const RUN_BY_OTHERS: ReadonlySet<ExecutionContext> = new Set<ExecutionContext>([
  'work',
  'kthread',
  'timer',
  'tasklet',
  'hardirq',
  'threaded-irq',
  'rcu',
]);

/** A lock that is still held when a thread, work item, timer or handler ends. */
export interface KeptAtEnd {
  readonly lock: HeldLock;
  readonly entry: OutsideEntry;
  /** The return statements. */
  readonly at: readonly Span[];
}

/** Locks that a function leaves held although the core that runs it does not release them. */
export function keptAtEnd(context: CheckContext, summary: FunctionSummary): readonly KeptAtEnd[] {
  const { fn, rawExits, gaps } = summary;
  const { program, models } = context.around;
  if (gaps.length > 0 || rawExits.every(({ acquired }) => acquired.length === 0)) return [];
  if (fn.item === undefined || program.callers(fn).length > 0) return [];
  const entry = context
    .contexts()
    .of(fn)
    .find((one) => RUN_BY_OTHERS.has(one.context));
  if (entry === undefined || entry.member !== undefined || entry.confidence !== 'high') return [];
  const found = new Map<string, KeptAtEnd>();
  for (const exit of rawExits) {
    for (const lock of exit.acquired) {
      if (!OWNED_KINDS.includes(lock.kind) || !lock.certain || found.has(lock.term.key)) continue;
      if (models.lockApi(lock.api)?.handedOver === true || isOfManyRounds(program, summary, lock)) continue;
      if (isTakenOver(context, summary, lock)) continue;
      const at = surelyKeptAt(context, summary, exit, lock, true);
      if (at.length > 0) found.set(lock.term.key, { lock, entry, at });
    }
  }
  return [...found.values()];
}

/**
 * Whether code that is never called with the lock held releases it, as for a request that a later work item completes.
 */
function isTakenOver(context: CheckContext, { fn }: FunctionSummary, lock: HeldLock): boolean {
  const key = keyOf(lock);
  return key !== undefined && isReleasedForOthers(context, key, fn, false);
}

/** A lock that nobody can release after a return: its object is only known to the function. */
export interface KeptOutOfReach {
  readonly lock: HeldLock;
  readonly at: readonly Span[];
}

/**
 * Locks of an object that the function looks up and returns locked, kept where it returns an error instead of the object:
 * the caller does not get the object whose lock it would have to release.
 */
export function keptOutOfReach(context: CheckContext, summary: FunctionSummary): readonly KeptOutOfReach[] {
  const { fn, rawExits, gaps } = summary;
  const { models, program } = context.around;
  if (gaps.length > 0 || fn.item?.returns.endsWith('*') !== true) return [];
  const skeleton = rawExits.some(({ acquired }) => acquired.length > 0) ? program.skeleton(fn) : undefined;
  if (skeleton === undefined || isHandedOn(skeleton)) return [];
  const found = new Map<string, KeptOutOfReach>();
  for (const exit of rawExits) {
    for (const lock of exit.acquired) {
      if (!OWNED_KINDS.includes(lock.kind) || !lock.certain || found.has(lock.term.key)) continue;
      if (models.lockApi(lock.api)?.handedOver === true || !isOfFound(summary, lock)) continue;
      // A function without a visible body may release the lock of the object that it gets, or let others do so.
      if (handedOver(context, summary, [lock]).length > 0) continue;
      const object = variableOf(skeleton, lock);
      const isReturned = rawExits.some(
        (other) =>
          other.acquired.some(({ term }) => term.key === lock.term.key) &&
          valuesAt(summary, skeleton, other.at).some(({ value }) => value === object),
      );
      if (!isReturned) continue;
      const errors = valuesAt(summary, skeleton, exit.at).filter(({ value }) => isError(skeleton, value));
      const at = surelyKeptAt(context, summary, { ...exit, at: errors.map(({ span }) => span) }, lock, true);
      if (at.length > 0) found.set(lock.term.key, { lock, at });
    }
  }
  return [...found.values()];
}

/** Whether the lock is in an object that the function has found, or that a callee has found and returns locked. */
function isOfFound({ rawExits }: FunctionSummary, { term, site }: HeldLock): boolean {
  if (site.via === undefined) return isBorn(rootOf(term));
  return (
    rootOf(term).k === 'result' ||
    (someTerm(term, isBorn) &&
      rawExits.some(({ value }) => value !== undefined && isWithin(term, deref(value))))
  );
}

/** The variable with the object whose lock is held: what the lock is reached from, or what the callee that took it returns. */
function variableOf(skeleton: Skeleton, { site }: HeldLock): ExprId | undefined {
  if (site.via === undefined) {
    const event = eventAt(skeleton, site.event);
    return event !== undefined && 'lock' in event ? rootExpr(skeleton, event.lock) : undefined;
  }
  for (const event of eventsOf(skeleton)) {
    const value = event.k === 'assign' ? skeleton.exprs[event.value] : undefined;
    if (event.k === 'assign' && value?.k === 'result' && value.event === site.event) return event.target;
  }
  return undefined;
}

/**
 * Locks that success hands to the caller, kept by one failure although the other failures release them. Callers that get
 * an error take it for the end of the section: none compares it with the code of that one failure.
 */
export function keptBesideSuccess(
  context: CheckContext,
  summary: FunctionSummary,
): readonly KeptOutOfReach[] {
  const { fn, rawExits, gaps } = summary;
  const { collected, around } = context;
  const { program, models } = around;
  const held = rawExits.filter(({ acquired, signs }) => acquired.length > 0 && (signs & ZERO) !== 0);
  if (gaps.length > 0 || held.length === 0 || !ERROR_NUMBERS.has(fn.item?.returns ?? '')) return [];
  const skeleton = program.skeleton(fn);
  const callers = program.callers(fn);
  if (skeleton === undefined || callers.length === 0) return [];
  const found = new Map<string, KeptOutOfReach>();
  for (const exit of held) {
    for (const lock of exit.acquired) {
      if (!lock.certain || found.has(lock.term.key) || lock.kind === 'bit_lock') continue;
      if (models.lockApi(lock.api)?.handedOver === true) continue;
      const others = rawExits.filter(
        (other) => !other.acquired.some(({ term }) => term.key === lock.term.key),
      );
      const released = endsAt(around, summary, lock);
      const isReleasing = ({ at }: ExitEffect): boolean => at.some((span) => released.has(placeOf(span)));
      if (!others.some(isReleasing) || others.some(({ signs }) => signs !== NEGATIVE)) continue;
      const errors = valuesAt(summary, skeleton, exit.at).filter(({ value }) => isErrorCode(skeleton, value));
      if (errors.length === 0 || errors.length === exit.at.length) continue;
      const names = new Set(errors.map(({ value }) => codeOf(skeleton, value)));
      const isTelling = (caller: FunctionRef): boolean => {
        const body = program.skeleton(caller);
        return body?.exprs.some((_, id) => isErrorCode(body, id) && names.has(codeOf(body, id))) !== false;
      };
      if (callers.some((caller) => !collected.summaries.has(caller) || isTelling(caller))) continue;
      const at = surelyKeptAt(context, summary, { ...exit, at: errors.map(({ span }) => span) }, lock, true);
      if (at.length > 0) found.set(lock.term.key, { lock, at });
    }
  }
  return [...found.values()];
}

/** The values that the return statements at these places return. */
function valuesAt(
  { fn }: FunctionSummary,
  { blocks }: Skeleton,
  at: readonly Span[],
): readonly { readonly span: Span; readonly value: ExprId | undefined }[] {
  return blocks.flatMap(({ exit }) => {
    if (exit.k !== 'return') return [];
    const own = placeOf(absolute(exit.at, fn.line));
    const span = at.find((one) => placeOf(one) === own);
    return span === undefined ? [] : [{ span, value: exit.value }];
  });
}

/** NULL, or an error as a number: `ERR_PTR(-EINVAL)`. */
function isError({ exprs }: Skeleton, value: ExprId | undefined): boolean {
  const expr = value === undefined ? undefined : exprs[value];
  if (expr?.k === 'constant') return expr.value <= 0;
  return expr?.k === 'unary' && expr.op === '-' && exprs[expr.base]?.k === 'global';
}

/** Whether a value is an error as a number, not NULL. */
export function isErrorCode(skeleton: Skeleton, value: ExprId | undefined): boolean {
  const expr = value === undefined ? undefined : skeleton.exprs[value];
  return isError(skeleton, value) && !(expr?.k === 'constant' && expr.value === 0);
}

/** The name or number of an error code. */
function codeOf({ exprs }: Skeleton, value: ExprId | undefined): string {
  const expr = value === undefined ? undefined : exprs[value];
  const name = expr?.k === 'unary' ? exprs[expr.base] : expr;
  return name?.k === 'global' ? name.name : name?.k === 'constant' ? `${name.value}` : '';
}

/** Whether the function stores a pointer it has found, so that others may know the object. */
function isHandedOn(skeleton: Skeleton): boolean {
  const { exprs } = skeleton;
  return eventsOf(skeleton).some(
    (event) =>
      event.k === 'assign' && exprs[event.target]?.k !== 'local' && exprs[event.value]?.k === 'local',
  );
}
