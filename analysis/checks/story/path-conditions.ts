import { contradicts, factAmong, ORDERINGS, ZERO, type Fact } from '../../summaries/facts/fact.js';
import type { KnownFacts } from '../../summaries/facts/kept-facts.js';
import type { Surroundings } from '../../summaries/surroundings.js';
import { resultKey } from '../../summaries/locks/names.js';
import { someTerm, type Term } from '../../summaries/locks/terms.js';
import type { HeldLock, LockRef, Site } from '../../summaries/state/types.js';
import { ownCallAt } from '../../summaries/state/site.js';
import type { ProofRun } from '../../graph/paths/proofs.js';
import { findsNoReference } from '../../graph/feasibility/decisions.js';
import type { Arrived } from '../../graph/paths/replay.js';
import { folderOf } from '../../base/paths.js';
import { isOptionalMember } from '../../link/calls/member-macros.js';
import type { Program } from '../../link/types.js';
import type { Models } from '../../models/types.js';
import { isAvoidedBy, isInFirstUse } from './deciding.js';
import { partsOf } from '../../skeleton/expressions/parts.js';
import { blockOf, eventAt, memberStores } from '../../skeleton/lowering/events.js';
import { successors } from '../../skeleton/lowering/exits.js';
import {
  blockAt,
  blocksBefore,
  isOnEveryPath,
  isUnavoidable,
  reachableBlocks,
} from '../../skeleton/lowering/block-paths.js';
import type { BlockId, EventId, Expr, ExprId, Skeleton } from '../../skeleton/types.js';

/**
 * Whether every execution of the function that returns reaches the site. A test for a NULL member of an object's
 * table does not count: the path calls a function that the table contains.
 */
export function isUnconditional(program: Program, { fn, event }: Site): boolean {
  const skeleton = program.skeleton(fn);
  if (skeleton === undefined) return false;
  const called = calledPointer(skeleton, event);
  if (called === undefined) return isUnavoidable(skeleton, event);
  const { exprs } = skeleton;
  const within = new Set<ExprId>();
  for (let at: ExprId | undefined = called; at !== undefined; at = baseOf(exprs[at])) within.add(at);
  return isUnavoidable(skeleton, event, (condition) =>
    partsOf(exprs, condition).every((part) => within.has(part) || exprs[part]?.k === 'constant'),
  );
}

/** The member or variable with the function that an event calls. */
function calledPointer(skeleton: Skeleton, event: EventId): ExprId | undefined {
  const call = eventAt(skeleton, event);
  return call?.k === 'call' && typeof call.callee === 'number' ? call.callee : undefined;
}

function baseOf(expr: Expr | undefined): ExprId | undefined {
  return expr?.k === 'field' || expr?.k === 'deref' || expr?.k === 'cast' ? expr.base : undefined;
}

/**
 * Whether the event lies between the rounds of a loop, after the test that counts the rounds: `if (++i == n) break;
 * cond_resched();`. A caller with one round never reaches it.
 */
export function isBetweenRounds(program: Program, { fn, event }: Site): boolean {
  const skeleton = program.skeleton(fn);
  if (skeleton === undefined) return false;
  const { blocks, exprs } = skeleton;
  const at = blockOf(skeleton, event);
  if (at < 0) return false;
  const before = blocksBefore(blocks, [at]);
  const behind = new Set(
    successors(blockAt(skeleton, at).exit).flatMap((to) => [...reachableBlocks(skeleton, to, -1)]),
  );
  const isInLoop = (id: BlockId): boolean => (id === at || before.has(id)) && behind.has(id);
  /** Whether each round that reaches a block has assigned the variable a new value first. */
  const isCounted = (variable: ExprId, by: BlockId): boolean =>
    exprs[variable]?.k === 'local' &&
    blocks.some(
      ({ events }, id) =>
        events.some((one) => one.k === 'assign' && one.target === variable) &&
        isInLoop(id) &&
        (id === by || !reachableBlocks(skeleton, 0, id).has(by)),
    );
  const isTest = (condition: ExprId, by: BlockId): boolean => {
    const expr = exprs[condition];
    if (expr?.k !== 'binary' || !(expr.op in ORDERINGS)) return false;
    const sides = [expr.left, expr.right];
    return sides.every((part) => exprs[part]?.k !== 'constant') && sides.some((part) => isCounted(part, by));
  };
  return blocks.some(
    ({ exit }, id) =>
      exit.k === 'branch' &&
      exit.loop !== true &&
      isInLoop(id) &&
      isInLoop(exit.whenTrue) !== isInLoop(exit.whenFalse) &&
      isTest(exit.condition, id) &&
      !reachableBlocks(skeleton, 0, id).has(at),
  );
}

/** What is known of the event at the end of a path. */
export interface AskedPath {
  /** Whether the path begins in a handler. */
  readonly isHandler: boolean;
  /** Whether a value is what a device or a caller answers. */
  readonly isAnswer: (part: Term) => boolean;
}

/**
 * Whether a callee's path depends on object state that other code sets up: the callee is in another directory than the
 * first step, allocates only what is missing, applies only to objects whose table has a certain function, or is such a
 * function.
 */
export function isDecidedElsewhere(
  around: Surroundings,
  proofs: ProofRun,
  steps: readonly Site[],
  arrived: Arrived,
  { isHandler, isAnswer }: AskedPath,
): boolean {
  const [first, last] = [steps[0], steps.at(-1)];
  if (first === undefined || last === undefined || steps.length === 1) return false;
  const { program } = around;
  // A handler exists for objects of one kind.
  if (!isHandler && asksTable(program, steps.slice(1), arrived)) return true;
  if (goesElsewhereByPointer(around, steps) || steps.slice(1).some((step) => isFirstUse(program, step)))
    return true;
  if (findsNoReference(around.models, steps, arrived.facts)) return true;
  const home = folderOf(first.fn.file);
  const outside = steps.findIndex(({ fn }) => folderOf(fn.file) !== home);
  if (outside < 0) return fillsWhatIsEmpty(program, last, arrived);
  const beyond = steps.slice(outside);
  // A macro of a header asks what it is given: what a device answers decides when, not whether.
  const learned = beyond.every(({ fn }) => fn.macro !== undefined)
    ? proofs.learnedSince(steps, 0, arrived.facts, isAnswer)
    : proofs.learnedSince(steps, outside - 1, arrived.facts);
  return learned > 0 || goesByFields(program, beyond, arrived) || isLeftByState(program, last);
}

function isFirstUse(program: Program, { fn, event }: Site): boolean {
  const isOfOthers = fn.macro === undefined && program.callers(fn).length > 1;
  const skeleton = isOfOthers ? program.skeleton(fn) : undefined;
  return skeleton !== undefined && isInFirstUse(skeleton, event);
}

/**
 * Whether a member of an object decides if a function may return without coming to an event. Macros ask what they wait
 * for.
 */
function isLeftByState(program: Program, { fn, event }: Site): boolean {
  const skeleton = fn.macro === undefined ? program.skeleton(fn) : undefined;
  return skeleton !== undefined && isAvoidedBy(skeleton, event, new Set(['field']));
}

/** Whether a step goes through a pointer to code in another directory, which may serve other objects. */
function goesElsewhereByPointer(around: Surroundings, steps: readonly Site[]): boolean {
  return steps.slice(0, -1).some(({ fn, event }, i) => {
    const call = ownCallAt(around.summaryOf(fn), event);
    const next = steps[i + 1]?.fn.file ?? fn.file;
    return call?.callee !== undefined && folderOf(next) !== folderOf(fn.file);
  });
}

/**
 * Whether a step goes through a member that a macro calls only where it is set, to a file that does not know the object
 * of the lock: another driver of the folder sets it.
 */
export function goesToOtherDriver(
  { program, classes }: Surroundings,
  steps: readonly Site[],
  key: string | undefined,
): boolean {
  const declared = classes.info(key ?? '')?.declaredAt?.file;
  if (declared === undefined) return false;
  return steps.slice(0, -1).some(({ fn, event }, i) => {
    const target = steps[i + 1]?.fn.file ?? fn.file;
    if (target === fn.file || target === declared || program.includesFile(target, declared)) return false;
    const call = eventAt(program.skeleton(fn), event);
    const name = call?.k === 'call' ? call.callee : undefined;
    return typeof name === 'string' && isOptionalMember(program, name, fn.file);
  });
}

/**
 * Whether code called with the lock held, or code on the path, releases a lock of this kind for its caller, and both
 * locks are known only as pointers (`ptl = lock_of(page)`, `vmf->ptl`): it may be the same lock under another name.
 */
export function mayEndByPointer(around: Surroundings, steps: readonly Site[], lock: HeldLock): boolean {
  if (lock.term.k !== 'deref') return false;
  const [first] = steps;
  const under = (first === undefined ? undefined : around.summaryOf(first.fn))?.calls.filter(({ locksets }) =>
    locksets.some(({ held }) => held.some(({ term }) => term.key === lock.term.key)),
  );
  const called = new Set([
    ...steps.slice(1).map(({ fn }) => fn),
    ...(under ?? []).flatMap(({ targets }) => targets),
  ]);
  // A pointer argument belongs to the caller.
  const isAlike = ({ kind, term }: LockRef): boolean =>
    kind === lock.kind && term.k === 'deref' && term.base.k !== 'parameter';
  return [...called].some((fn) => {
    const { uses = [], exits = [] } = around.summaryOf(fn) ?? {};
    return (
      exits.some(({ released }) => released.some(isAlike)) ||
      uses.some((use) => use.k === 'release' && use.ended === 'foreign' && isAlike(use.lock))
    );
  });
}

/**
 * Whether the path through these functions depends on the value of a field, other than a non-NULL test or a test for a
 * new value.
 */
export function goesByFields(program: Program, steps: readonly Site[], arrived: Arrived): boolean {
  const fields = fieldsAsked(program, steps);
  const changes = changesOf(program, steps, arrived);
  for (const { term, fact } of arrived.facts.known()) {
    const isPointer = term.type.endsWith('*') && (fact.signs & ZERO) === 0;
    if (
      !isPointer &&
      !changes.has(term.key) &&
      someTerm(term, (part) => part.k === 'field' && fields.has(part.name))
    )
      return true;
  }
  return false;
}

/**
 * Conditions that only skip a redundant store: `if (n != p->n) set(p, n);`, where the path continues to the store.
 * Keyed by the term.
 */
export function changesOf(program: Program, steps: readonly Site[], arrived: Arrived): ReadonlySet<string> {
  const stored = new Set<string>();
  for (const { fn } of steps) {
    const { blocks = [], exprs = [] } = program.skeleton(fn) ?? {};
    for (const { events } of blocks) {
      for (const one of events) {
        const target = one.k === 'assign' ? exprs[one.target] : undefined;
        if (target?.k === 'field') stored.add(target.name);
      }
    }
  }
  const changes = new Set<string>();
  for (const { term, fact } of arrived.facts.known()) {
    const isOther =
      term.k === 'field'
        ? stored.has(term.name) && fact.equals === undefined && fact.differs?.some((value) => value !== 0)
        : term.k === 'operation' &&
          (term.op === '!=' ? isPresent(fact) : term.op === '==' && fact.signs === ZERO) &&
          term.operands.some((part) => part.k === 'field' && stored.has(part.name)) &&
          !term.operands.some((part) => part.k === 'constant' && part.value === 0);
    if (isOther === true) changes.add(term.key);
  }
  return changes;
}

/** Whether the path applies only to objects of one kind: those whose op table has a certain function. */
function asksTable(program: Program, steps: readonly Site[], arrived: Arrived): boolean {
  const fields = fieldsAsked(program, steps);
  const called = fieldsCalled(program, steps);
  for (const { term, fact } of arrived.facts.known())
    if (
      term.k === 'field' &&
      fields.has(term.name) &&
      !called.has(term.name) &&
      isPresent(fact) &&
      term.type.includes('(*')
    )
      return true;
  return false;
}

/** Members through which the path itself goes to the next function. */
function fieldsCalled(program: Program, steps: readonly Site[]): ReadonlySet<string> {
  const fields = new Set<string>();
  for (const { fn, event } of steps) {
    const skeleton = program.skeleton(fn);
    const called = skeleton === undefined ? undefined : calledPointer(skeleton, event);
    const expr = called === undefined ? undefined : skeleton?.exprs[called];
    if (expr?.k === 'field') fields.add(expr.name);
  }
  return fields;
}

function isPresent({ signs }: Fact): boolean {
  return (signs & ZERO) === 0;
}

/** Fields that branches of these functions test. */
function fieldsAsked(program: Program, steps: readonly Site[]): ReadonlySet<string> {
  const fields = new Set<string>();
  for (const { fn } of steps) {
    const { blocks = [], exprs = [] } = program.skeleton(fn) ?? {};
    for (const { exit } of blocks) {
      for (const id of exit.k === 'branch' ? partsOf(exprs, exit.condition) : []) {
        const part = exprs[id];
        if (part?.k === 'field') fields.add(part.name);
      }
    }
  }
  return fields;
}

/**
 * Whether the function does this only once: it stores the result in a field that the path found empty, or sets a flag
 * that the path found clear. The field or flag may already be set for this caller.
 */
function fillsWhatIsEmpty(program: Program, { fn, event }: Site, arrived: Arrived): boolean {
  const { blocks = [], exprs = [] } = program.skeleton(fn) ?? {};
  const fields = new Set<string>();
  for (const { events } of blocks) {
    for (const one of events) {
      if (one.k !== 'assign') continue;
      const target = exprs[one.target];
      let value = exprs[one.value];
      while (value?.k === 'cast') value = exprs[value.base];
      const isFilled = value?.k === 'result' && value.event === event;
      const isSet = value?.k === 'constant' && value.value !== 0;
      if (target?.k === 'field' && (isFilled || isSet)) fields.add(target.name);
    }
  }
  if (fields.size === 0) return false;
  for (const { term, fact } of arrived.facts.known())
    if (term.k === 'field' && fields.has(term.name) && fact.signs === ZERO) return true;
  return false;
}

/** Whether the value is computed from constants alone, such as a bit mask. */
export function isComputed(part: Term, models: Models): boolean {
  if (part.k !== 'result' || !models.isInert(part.origin)) return false;
  return part.predicate !== undefined && /\((#-?\d+,?)+\)$/u.test(part.predicate);
}

/**
 * Whether a callee branches on another function's result for a number passed to it. Each call passes a fixed number,
 * but its value is not tracked here.
 */
export function isDecidedByNumber(program: Program, steps: readonly Site[], arrived: Arrived): boolean {
  return steps.slice(1).some(({ fn }) => {
    const { blocks = [], exprs = [], parameters = [] } = program.skeleton(fn) ?? {};
    const isNumber = (id: number): boolean => {
      const expr = exprs[id];
      if (expr?.k === 'address' || expr?.k === 'cast') return isNumber(expr.base);
      const type = expr?.k === 'parameter' ? (parameters[expr.index]?.type ?? '') : '';
      return type !== '' && !/[*\])]$|^(?:struct|union) /u.test(type);
    };
    const asked = new Set<string>();
    for (const { events } of blocks)
      for (const event of events)
        if (event.k === 'call' && event.args.some(isNumber)) asked.add(resultKey(fn, event.id));
    // A pointer is known to be set once it is followed, without a branch.
    const isAsked = ({ key, type }: Term): boolean => asked.has(key) && !type.endsWith('*');
    for (const { term, fact } of arrived.facts.known())
      if ((fact.signs & ZERO) === 0 && someTerm(term, isAsked)) return true;
    return false;
  });
}

/** Whether a path has found a member of this name to have another value. */
export function isKnownToDiffer(facts: KnownFacts, name: string, value: number): boolean {
  const stored = factAmong([value]);
  return [...facts.known()].some(
    ({ term, fact }) =>
      term.k === 'field' && term.name === name && stored !== undefined && contradicts(fact, stored),
  );
}

/**
 * Whether a function stores a constant in a member of a name for which the facts know another value; with `before`, on every path to
 * this event.
 */
export function contradictsStore(
  skeleton: Skeleton | undefined,
  facts: KnownFacts,
  before?: EventId,
): boolean {
  return [...memberStores(skeleton)].some(({ event, target }) => {
    const value = skeleton?.exprs[event.value];
    return (
      skeleton !== undefined &&
      value?.k === 'constant' &&
      isKnownToDiffer(facts, target.name, value.value) &&
      (before === undefined || isOnEveryPath(skeleton, event.id, before))
    );
  });
}

/**
 * Whether a function on the path always stores a constant in a member in front of its step, and the path goes on with another
 * value of it. Calls in between make the analysis forget what is stored; hardly any of them takes it back.
 */
export function isSetOtherwise(
  { program }: Surroundings,
  steps: readonly Site[],
  facts: KnownFacts,
): boolean {
  return steps.slice(0, -1).some(({ fn, event }) => contradictsStore(program.skeleton(fn), facts, event));
}
