import { everyExit } from '../solver/exits.js';
import { BOUNDS } from '../../base/bounds.js';
import type { FunctionRef } from '../../link/types.js';
import type { EventId, Expr, ExprId, Skeleton } from '../../skeleton/types.js';
import { askedFirst } from '../../skeleton/lowering/deciding.js';
import { FlowGraph } from '../state/flow-graph.js';
import type { State } from '../state/state.js';
import type { ExitEffect } from '../state/types.js';
import type { Span } from '../../base/span.js';
import type { Executor } from '../executor.js';
import { arithmetic, contradicts, NONZERO, signOf, ZERO, type Signs } from '../facts/fact.js';
import * as t from '../locks/terms.js';
import type { Term } from '../locks/terms.js';

/** A condition that the path has decided, and what it is once a value is stored in the place that it reads. */
interface Outcome {
  readonly condition: Term;
  readonly before: Signs;
  readonly after: Signs;
  /** What the path thereby knows of the stored value, which may be anything. */
  readonly assumed?: Term;
}

/**
 * The decided conditions that read `object`, a place to which `value` is stored now: the member itself, or a flag in it. A
 * value that the caller chooses may reverse them.
 */
export function outcomesOf(object: Term, value: Term, { held, gate, facts }: State): readonly Outcome[] {
  if (gate.size === 0 || held.length === 0 || object.k !== 'field') return NONE;
  const outcomes: Outcome[] = [];
  for (const { term, fact } of facts.known()) {
    const isOfPlace = term.key === object.key || (isFlagTest(term) && term.operands[0]?.key === object.key);
    const before = decided(fact.signs);
    if (!isOfPlace || before === 0 || !gate.has(term.key)) continue;
    const stored = t.rebuild(term, (part) => (part.key === object.key ? value : undefined));
    const after = stored.key === term.key ? before : decided(facts.of(stored).signs);
    if (after !== 0) outcomes.push({ condition: term, before, after });
    else if (isChosen(stored))
      outcomes.push({ condition: term, before, after: before === ZERO ? NONZERO : ZERO, assumed: stored });
  }
  return outcomes.length === 0 ? NONE : outcomes;
}

/** Whether a value is computed from parameters and what has a name for the whole file, such as a constant of a header. */
function isChosen(value: Term): boolean {
  const isOther = ({ k }: Term): boolean => !['parameter', 'constant', 'operation', 'global'].includes(k);
  return t.someTerm(value, ({ k }) => k === 'parameter') && !t.someTerm(value, isOther);
}

/**
 * The path behind a store, with what the conditions are then. A value that the caller chooses gives two: one on which the
 * conditions stay, and one on which they are reversed.
 */
export function withOutcomes(
  outcomes: readonly Outcome[],
  event: { readonly id: EventId; readonly at: Span },
  stepper: Executor,
  state: State,
): readonly State[] {
  const chosen = outcomes.filter(({ assumed }) => assumed !== undefined);
  const decided = outcomes.filter(({ assumed }) => assumed === undefined);
  keepOutcomes(decided, event, stepper, state);
  if (chosen.length === 0) return [state];
  const other = state.clone();
  keepOutcomes(chosen, event, stepper, other);
  keepOutcomes(
    chosen.map((one) => ({ ...one, after: one.before })),
    event,
    stepper,
    state,
  );
  return [state, other];
}

/** Notes what the conditions are after the store, and the first that it reversed. */
function keepOutcomes(
  outcomes: readonly Outcome[],
  event: { readonly id: EventId; readonly at: Span },
  stepper: Executor,
  state: State,
): void {
  for (const { condition, before, after, assumed } of outcomes) {
    state.facts.narrow(condition, after);
    if (assumed !== undefined) state.facts.narrow(assumed, after);
    if (before === after) continue;
    if (state.turned === undefined) state.turned = { condition, site: stepper.site(event) };
    else if (state.turned.condition.key === condition.key) state.turned = undefined;
  }
}

function isFlagTest(term: Term): term is Term & { readonly k: 'operation' } {
  return term.k === 'operation' && term.op === '&';
}

/**
 * Whether a callee's first condition, which reads what the caller has stored, rules out one of its exits. `stored` is what
 * was stored in a place of the callee.
 */
export function isRefuted(
  { facts }: ExitEffect,
  skeleton: Skeleton | undefined,
  stored: (place: Term) => Term | undefined,
  state: State,
): boolean {
  if (skeleton === undefined || facts.length === 0) return false;
  const asked = askedFirst(skeleton);
  return facts.some(({ term, fact }) => {
    const value = term.k === 'field' && asked.includes(term.name) ? stored(term) : undefined;
    return value !== undefined && contradicts(state.facts.of(value), fact);
  });
}

/** The one truth value that the signs allow, as signs; 0 if both are possible. */
function decided(signs: Signs): Signs {
  if (signs === ZERO) return ZERO;
  return (signs & ZERO) === 0 ? NONZERO : 0;
}

const NONE: readonly Outcome[] = [];

/** Notes that conditions on members decided that the path takes a lock. */
export function gateBy(conditions: Iterable<Term>, state: State): void {
  const gate = new Set(state.gate);
  for (const condition of conditions) {
    const asked = condition.k === 'operation' && condition.op === '!' ? condition.operands[0] : condition;
    if (asked !== undefined && placeOf(asked).k === 'field') gate.add(asked.key);
  }
  if (gate.size > state.gate.size) state.gate = gate;
}

/** Notes the condition that decides about an acquisition alone, if one does. */
export function noteGate({ skeleton, evaluator }: Executor, acquisition: EventId, state: State): void {
  const condition = FlowGraph.of(skeleton).gates.get(acquisition);
  if (condition !== undefined && !readsVariable(skeleton, condition))
    gateBy([evaluator.value(condition, state)], state);
}

/** Whether a local variable decides, which keeps what was read from a member whatever is stored there. */
function readsVariable({ exprs }: Pick<Skeleton, 'exprs'>, condition: ExprId): boolean {
  const expr = exprs[condition];
  switch (expr?.k) {
    case 'local':
      return true;
    case 'unary':
    case 'cast':
      return readsVariable({ exprs }, expr.base);
    case 'binary':
      return [expr.left, expr.right].some((operand) => readsVariable({ exprs }, operand));
    default:
      return false;
  }
}

/** The place that a condition reads: itself, or the word in which it tests a flag. */
export function placeOf(term: Term): Term {
  return (isFlagTest(term) ? term.operands[0] : undefined) ?? term;
}

/**
 * Paths on which a callee reverses a condition that decided about a held lock, one for each condition. `undefined` if
 * its stores do not matter.
 */
export function turnedByCallee(
  stepper: Executor,
  targets: readonly FunctionRef[],
  args: readonly Term[],
  event: { readonly id: EventId; readonly at: Span },
  state: State,
): readonly State[] | undefined {
  const [target] = targets;
  if (state.gate.size === 0 || state.held.length === 0 || state.turned !== undefined) return undefined;
  if (target?.item === undefined || targets.length > 1) return undefined;
  const about = [...state.facts.known()].filter(
    ({ term, fact }) => state.gate.has(term.key) && decided(fact.signs) !== 0 && isReadThrough(term, args),
  );
  if (about.length === 0) return undefined;
  // A callee that releases the lock itself knows when it may reverse the condition.
  const exits = everyExit(stepper.around.summaryOf(target));
  if (exits.some(({ acquired, released }) => acquired.length + released.length > 0)) return undefined;
  const turned: State[] = [];
  for (const { term } of about) {
    const read = placeOf(term);
    if (read.k !== 'field') continue;
    for (const value of storedIn(stepper, target, { read, args, calls: BOUNDS.callsToStore })) {
      const [outcome] = outcomesOf(read, value, state).filter(
        ({ condition, before, after }) => condition.key === term.key && before !== after,
      );
      if (outcome === undefined) continue;
      const other = state.clone();
      other.forgetField(read.name);
      keepOutcomes([outcome], event, stepper, other);
      turned.push(other);
      break;
    }
  }
  return turned;
}

/** Whether a condition reads a member in an object that an argument points to. */
function isReadThrough(term: Term, args: readonly Term[]): boolean {
  const place = placeOf(term);
  return place.k === 'field' && args.some((arg) => t.isWithin(place, t.deref(arg)));
}

/** The place that a condition reads, in terms of the function that stores there, and how many calls deep to look on. */
interface Search {
  readonly read: Term & { readonly k: 'field' };
  readonly args: readonly Term[];
  readonly calls: number;
}

/** The values that a function, or what it calls with the object, stores in a member of an object that it is given. */
function* storedIn(stepper: Executor, fn: FunctionRef, { read, args, calls }: Search): Generator<Term> {
  const { program } = stepper.around;
  // The signature of the summary changes with the stores.
  stepper.around.summaryOf(fn);
  const skeleton = program.skeleton(fn);
  if (skeleton === undefined) {
    if (fn.item !== undefined) program.demand(fn, 'wrapper');
    return;
  }
  const { blocks, exprs } = skeleton;
  for (const { events } of blocks)
    for (const event of events) {
      if (event.k === 'assign') {
        const target = exprs[event.target];
        if (target?.k !== 'field' || target.name !== read.name || !isMeant(exprs, target.base, read, args))
          continue;
        const value = valueOf(stepper, exprs, event.value, { read, args });
        if (value !== undefined) yield value;
      } else if (event.k === 'call' && typeof event.callee === 'string' && calls > 0) {
        const [target, ...others] = stepper.around.namedTargets(event.callee, fn.file);
        const given = event.args.map((id) => placed(exprs, id, args) ?? UNKNOWN);
        if (target !== undefined && others.length === 0 && isReadThrough(read, given))
          yield* storedIn(stepper, target, { read, args: given, calls: calls - 1 });
      }
    }
}

/** A text that identifies what a function stores in members of its parameters, itself or through its callees, in this order. */
export function storesIn({ blocks, exprs }: Skeleton): string {
  const stores = new Set<string>();
  const shown = (id: ExprId): string => {
    const expr = exprs[id];
    switch (expr?.k) {
      case 'constant':
        return String(expr.value);
      case 'parameter':
        return `p${expr.index}`;
      case 'global':
      case 'field':
        return expr.name;
      case 'deref':
        return `*${shown(expr.base)}`;
      case 'address':
        return `&${shown(expr.base)}`;
      case 'index':
        return `${shown(expr.base)}[${shown(expr.index)}]`;
      case 'cast':
        return shown(expr.base);
      case 'unary':
        return `${expr.op}${shown(expr.base)}`;
      case 'binary':
        return `${shown(expr.left)}${expr.op}${shown(expr.right)}`;
      default:
        return '?';
    }
  };
  for (const { events } of blocks)
    for (const event of events) {
      const target = event.k === 'assign' ? exprs[event.target] : undefined;
      if (event.k === 'assign' && target?.k === 'field')
        stores.add(`${shown(target.base)}.${target.name}=${shown(event.value)}`);
      else if (event.k === 'call' && event.args.some((id) => exprs[id]?.k === 'parameter'))
        stores.add(
          `${typeof event.callee === 'string' ? event.callee : ''}(${event.args.map(shown).join()})`,
        );
    }
  return [...stores].join();
}

/** Whether an expression is the object whose member is read, reached through a parameter. */
function isMeant(exprs: readonly Expr[], id: ExprId, read: Search['read'], args: readonly Term[]): boolean {
  return placed(exprs, id, args)?.key === read.base.key;
}

/** What an expression of parameters is for the caller: members, elements and their addresses. */
function placed(exprs: readonly Expr[], id: ExprId, args: readonly Term[]): Term | undefined {
  const expr = exprs[id];
  switch (expr?.k) {
    case 'parameter':
      return args[expr.index];
    case 'constant':
      return t.constant(expr.value);
    case 'deref':
    case 'address':
    case 'field':
    case 'index': {
      const base = placed(exprs, expr.base, args);
      if (base === undefined || expr.k === 'deref') return base && t.deref(base);
      if (expr.k === 'address') return t.address(base);
      if (expr.k === 'field') return t.field(base, expr.name, '');
      const at = placed(exprs, expr.index, args);
      return at && t.index(base, at);
    }
    default:
      return undefined;
  }
}

/** A constant, the old value with flags set or cleared, or what the caller passes; `undefined` for any other value. */
function valueOf(
  stepper: Executor,
  exprs: readonly Expr[],
  id: ExprId,
  given: Pick<Search, 'read' | 'args'>,
): Term | undefined {
  const { read, args } = given;
  const expr = exprs[id];
  switch (expr?.k) {
    case 'constant':
      return t.constant(expr.value);
    case 'global':
      return stepper.evaluator.globalNamed(expr.name);
    case 'field':
      return expr.name === read.name ? read : undefined;
    case 'parameter':
      return args[expr.index];
    case 'cast':
      return valueOf(stepper, exprs, expr.base, given);
    case 'unary': {
      const base = valueOf(stepper, exprs, expr.base, given);
      return base?.k === 'constant' && expr.op === '~'
        ? t.constant(~base.value)
        : base && t.operation(expr.op, [base]);
    }
    case 'binary': {
      const left = valueOf(stepper, exprs, expr.left, given);
      const right = valueOf(stepper, exprs, expr.right, given);
      return left && right && joined(expr.op, left, right);
    }
    default:
      return undefined;
  }
}

/** An operation, as a constant if both operands are: the flags of a mask. */
function joined(op: string, left: Term, right: Term): Term {
  if (left.k !== 'constant' || right.k !== 'constant') return t.operation(op, [left, right]);
  const [a, b] = [left, right].map(({ value }) => ({ signs: signOf(value), equals: value }));
  const value = a && b && arithmetic(op, a, b)?.equals;
  return value === undefined ? t.operation(op, [left, right]) : t.constant(value);
}

const UNKNOWN = t.opaque('not followed', '');
