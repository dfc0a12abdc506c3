import { partsOf } from '../../skeleton/expressions/parts.js';
import { reachableBlocks } from '../../skeleton/lowering/block-paths.js';
import { rootOf } from '../../skeleton/expressions/root.js';
import { blockOf, eventAt } from '../../skeleton/lowering/events.js';
import type { BlockId, ExprId, Skeleton } from '../../skeleton/types.js';
import type { CType } from '../../base/ctype.js';
import type { Program } from '../../link/types.js';
import { NEGATIVE, ORDERINGS, POSITIVE, ZERO, type Fact } from '../../summaries/facts/fact.js';
import type { KnownFacts } from '../../summaries/facts/kept-facts.js';
import { isConfiguration } from '../../summaries/locks/names.js';
import { someTerm, type Term } from '../../summaries/locks/terms.js';
import type { HeldLock, LockRef, Site } from '../../summaries/state/types.js';

/** The end of a path: its facts, the lock acquired there and those held. */
interface Reached {
  readonly facts: KnownFacts;
  readonly lock: LockRef;
  readonly held: readonly HeldLock[];
}

/**
 * Facts from a condition that callers may know better: object state, or the result of a call. Excludes tests that a
 * pointer is valid, that a call succeeded or that an index is in range, and the path's own computations. Maps each to the
 * value it concerns.
 */
export function decisions(facts: KnownFacts): ReadonlyMap<string, string> {
  const out = new Map<string, string>();
  const ends = new Set<string>();
  for (const { term, fact } of facts.known()) {
    if (pointerSet(term, fact) !== undefined || isSuccess(term, fact) || someTerm(term, isOwn)) continue;
    const end = endOfRange(term, fact);
    if (end === undefined) out.set(`${term.key}:${fact.signs}`, subjectOf(term).key);
    else ends.add(end.key);
  }
  // That a range has a positive end follows from a number in it.
  for (const end of ends) out.delete(`${end}:${POSITIVE}`);
  return out;
}

/** The pointer that the condition tests, and whether it finds it to be set: `p`, `p != NULL`, `!p`. */
function pointerTested(
  term: Term,
  { signs }: Fact,
): { readonly pointer: Term; readonly isSet: boolean } | undefined {
  const isZero = signs === ZERO;
  if (!isZero && (signs & ZERO) !== 0) return undefined;
  if (isPointer(term.type)) return { pointer: term, isSet: !isZero };
  if (term.k !== 'operation' || !['!', '==', '!='].includes(term.op)) return undefined;
  const [pointer, other] = term.operands;
  const isTest = term.op === '!' || (other?.k === 'constant' && other.value === 0);
  if (pointer === undefined || !isTest || !isPointer(pointer.type)) return undefined;
  return { pointer, isSet: (term.op === '!=') !== isZero };
}

/** The pointer that the condition finds to be set. */
function pointerSet(term: Term, fact: Fact): Term | undefined {
  const tested = pointerTested(term, fact);
  return tested?.isSet === true ? tested.pointer : undefined;
}

function isPointer(type: CType): boolean {
  return type.endsWith('*') || type.endsWith('(*)');
}

/** Keys of fields found not to be NULL; a pointer to a function says nothing about the object. */
export function pointersSet(facts: KnownFacts): readonly string[] {
  const out: string[] = [];
  for (const { term, fact } of facts.known()) {
    const pointer = pointerSet(term, fact);
    if (pointer?.k === 'field' && pointer.type.endsWith('*')) out.push(pointer.key);
  }
  return out;
}

/** A pointer in a record, and whether a path found it to be set. */
interface FoundPointer {
  readonly record: CType;
  readonly member: string;
  readonly isSet: boolean;
}

/** The pointers in records that the path found to be NULL or set; none that it found in both states. */
export function pointersFound(facts: KnownFacts): readonly FoundPointer[] {
  const found: FoundPointer[] = [];
  for (const { term, fact } of facts.known()) {
    const tested = pointerTested(term, fact);
    const pointer = tested?.pointer;
    if (tested === undefined || pointer?.k !== 'field' || !pointer.base.type.startsWith('struct ')) continue;
    found.push({ record: pointer.base.type, member: pointer.name, isSet: tested.isSet });
  }
  return found.filter((one) => !found.some((other) => areOpposite(one, other)));
}

/** Whether a pointer of one record was found in opposite states. */
export function areOpposite(one: FoundPointer, other: FoundPointer): boolean {
  return one.record === other.record && one.member === other.member && one.isSet !== other.isSet;
}

/** The object state the path tested: values it branched on, and pointers found to be set. */
export function statesIn({ facts, lock, held }: Reached): readonly string[] {
  const out = new Set<string>();
  const decided = decisions(facts);
  for (const { term, fact } of facts.known()) {
    const key = `${term.key}:${fact.signs}`;
    if (decided.has(key) && someTerm(term, ({ k }) => k === 'field')) out.add(key);
  }
  const leads = (key: string): boolean =>
    [lock, ...held].some(({ term }) =>
      someTerm(term, (part) => (part.k === 'deref' || part.k === 'container') && part.base.key === key),
    );
  for (const key of pointersSet(facts)) if (!leads(key)) out.add(key);
  return [...out];
}

/** The value that a comparison with a constant concerns: "is equal" and "does not differ" are one decision. */
function subjectOf(term: Term): Term {
  if (term.k !== 'operation' || (term.op !== '!' && !(term.op in ORDERINGS))) return term;
  const [value, other] = term.operands;
  return value !== undefined && (other === undefined || other.k === 'constant') ? subjectOf(value) : term;
}

/** Number of decisions of a path that were previously open, without those on what `isOutside` says that nobody knows before. */
export function countNew(
  facts: KnownFacts,
  before: ReadonlySet<string>,
  isOutside?: (part: Term) => boolean,
): number {
  const outside = new Set<string>();
  if (isOutside !== undefined)
    for (const { term, fact } of facts.known())
      if (someTerm(term, isOutside)) outside.add(`${term.key}:${fact.signs}`);
  const subjects = new Set<string>();
  for (const [key, subject] of decisions(facts))
    if (!before.has(key) && !outside.has(key)) subjects.add(subject);
  return subjects.size;
}

/** Whether the condition only tests that a call succeeded: `ret`, `ret < 0`; not what a call answers with yes or no. */
function isSuccess(term: Term, { signs }: Fact): boolean {
  if (term.k === 'result') return term.type !== 'bool' && (signs & NEGATIVE) === 0 && (signs & ZERO) !== 0;
  if (term.k !== 'operation' || term.op !== '<') return false;
  const [value, least] = term.operands;
  return value?.k === 'result' && least?.k === 'constant' && least.value === 0 && signs === ZERO;
}

/**
 * The end of a range, if the condition only tests that a number passed from outside, or computed by a call, is below it:
 * `index < ARRAY_SIZE(ports)`. A range of one or two numbers may be a flag.
 */
function endOfRange(term: Term, { signs }: Fact): Term | undefined {
  if (term.k !== 'operation') return undefined;
  const isBelow = (term.op === '<' || term.op === '<=') && (signs & ZERO) === 0;
  const isNotAbove = (term.op === '>' || term.op === '>=') && signs === ZERO;
  const [value, end] = term.operands;
  // The caller has passed a constant: `if (0 >= ARRAY_SIZE(ports)) return`. Code that tests a count names the count first.
  if (value?.k === 'constant') return isNotAbove && end?.k === 'result' ? end : undefined;
  if (!(isBelow || isNotAbove) || (value?.k !== 'parameter' && value?.k !== 'result')) return undefined;
  const isEnd = end?.k === 'constant' ? end.value > 2 : end?.k === 'result' || end?.k === 'global';
  return isEnd ? end : undefined;
}

/** A value that the path created itself: a join, a call result, or a local variable. */
function isOwn(part: Term): boolean {
  return part.k === 'local' || (part.k === 'opaque' && !isConfiguration(part));
}

/**
 * Whether the last of these steps comes to its event under one of several conditions, as in `a || b`, and may otherwise
 * return without it. The facts of a path forget which of them held. Conditions on what the function finds out itself
 * count: results of calls, and members of objects that no function on the path has on its stack.
 */
export function isUnderEither(program: Program, steps: readonly Site[]): boolean {
  const last = steps.at(-1);
  const skeleton = last?.fn.macro === undefined ? last && program.skeleton(last.fn) : undefined;
  if (last === undefined || skeleton === undefined) return false;
  const { blocks, exprs } = skeleton;
  const at = blockOf(skeleton, last.event);
  const mayReturn = (to: BlockId): boolean =>
    [...reachableBlocks(skeleton, to, at)].some((id) => blocks[id]?.exit.k === 'return');
  const isFound = (part: ExprId): boolean => {
    const expr = exprs[part];
    // A macro of constants is a number.
    if (expr?.k === 'result') {
      const call = eventAt(skeleton, expr.event);
      return call?.k === 'call' && call.args.some((arg) => exprs[arg]?.k !== 'constant');
    }
    if (expr?.k !== 'field') return false;
    const root = exprs[rootOf(skeleton, part)];
    return root?.k !== 'parameter' || !isOnStack(program, steps.slice(0, -1), root.index);
  };
  return blocks.some(
    ({ exit }, id) =>
      exit.k === 'branch' &&
      [exit.whenTrue, exit.whenFalse].every((to) => reachableBlocks(skeleton, to, id).has(at)) &&
      mayReturn(exit.whenTrue) !== mayReturn(exit.whenFalse) &&
      partsOf(exprs, exit.condition).some(isFound),
  );
}

/** Whether the last of these calls passes on, as an argument, the address of a local variable of its path. */
function isOnStack(program: Program, calls: readonly Site[], argument: number): boolean {
  let index = argument;
  for (const { fn, event } of [...calls].reverse()) {
    const skeleton = program.skeleton(fn);
    const call = eventAt(skeleton, event);
    const arg = call?.k === 'call' ? call.args[index] : undefined;
    const given = arg === undefined ? undefined : skeleton?.exprs[arg];
    if (skeleton === undefined || given === undefined) return false;
    if (given.k === 'address') return skeleton.exprs[variableOf(skeleton, given.base)]?.k === 'local';
    if (given.k !== 'parameter') return false;
    index = given.index;
  }
  return false;
}

/** The variable that contains a member or element. */
function variableOf(skeleton: Skeleton, id: ExprId): ExprId {
  const expr = skeleton.exprs[id];
  return expr?.k === 'field' || expr?.k === 'index' ? variableOf(skeleton, expr.base) : id;
}
