import { BOUNDS } from '../../base/bounds.js';
import type { LockApi, Models } from '../../models/types.js';
import { namesIn } from '../../skeleton/expressions/root.js';
import type { EventId, ExprId, Skeleton } from '../../skeleton/types.js';
import { isString, type Evaluator } from './evaluate.js';
import { allowToWait } from '../facts/allocation-flags.js';
import type { Executor } from '../executor.js';
import { POSITIVE, ZERO } from '../facts/fact.js';
import { FlowGraph, resultSlot } from '../state/flow-graph.js';
import type { State } from '../state/state.js';
import * as t from '../locks/terms.js';
import { someTerm, type Term } from '../locks/terms.js';

/** A call's result, with callee and arguments. */
interface CallResult {
  readonly called: string | Term | undefined;
  readonly args: readonly Term[];
  readonly result: Term;
}

/** Names the values of one function's events. */
export class Results {
  private readonly known: (CallResult | undefined)[] = [];

  constructor(
    private readonly evaluator: Evaluator,
    private readonly skeleton: Skeleton,
    private readonly models: Models,
  ) {}

  /** `predicate` is the text of the query if repeating it yields the same result. */
  of(event: { readonly id: EventId }, origin: string, predicate: string | undefined, type: string): Term {
    return t.result(this.evaluator.given(event.id), origin, predicate, type);
  }

  /** The result of a call; the same term while callee and arguments stay the same. */
  ofCall(
    event: { readonly id: EventId },
    called: string | Term | undefined,
    args: readonly Term[],
    type: string,
  ): Term {
    const old = this.known[event.id];
    if (old !== undefined && old.called === called && old.result.type === type && isSame(old.args, args))
      return old.result;
    const name = typeof called === 'string' ? called : (called?.key ?? '');
    const result = this.of(event, name, this.question(event, name, args, type), type);
    this.known[event.id] = { called, args, result };
    return result;
  }

  /** Stores the result of a call, with what its name and its flags say about it. */
  tell(
    event: { readonly id: EventId },
    called: string | number | Term,
    args: readonly Term[],
    given: readonly ExprId[],
    result: Term,
    state: State,
  ): void {
    const { models } = this;
    state.setVariable(resultSlot(event.id), knownResult(models, called, args, state) ?? result);
    if (typeof called !== 'string' || !insists(models, this.skeleton, given)) return;
    const isPointer = result.type.endsWith('*') || models.isAllocator(called);
    state.facts.narrow(result, isPointer ? POSITIVE : ZERO | POSITIVE);
  }

  /**
   * The text of a call that queries a state, so that equal texts have equal results. A call whose numeric result is
   * stored performs an action and returns its status: the next call may return another one. The same holds for a call
   * whose result a loop waits for.
   */
  private question(
    event: { readonly id: EventId },
    name: string,
    args: readonly Term[],
    type: string,
  ): string | undefined {
    const { results } = FlowGraph.of(this.skeleton);
    if (!BOOLEAN.has(type) && results.isAssignedNumber(event.id)) return undefined;
    // The text of a string is not kept: two comparisons with strings may concern different ones.
    if (args.some((arg) => someTerm(arg, isString)) || results.endsLoop(event.id)) return undefined;
    const text = `${name}(${args.map((a) => a.key).join(',')})`;
    return text.length > BOUNDS.predicateText ? undefined : text;
  }
}

const BOOLEAN: ReadonlySet<string> = new Set(['bool', '_Bool']);

function isSame(a: readonly Term[], b: readonly Term[]): boolean {
  return a.length === b.length && a.every((term, i) => term === b[i]);
}

/** Whether one of the arguments has a flag with which the call does not fail. */
function insists(models: Models, skeleton: Skeleton, given: readonly ExprId[]): boolean {
  return given.some((arg) => namesIn(skeleton, arg).some((name) => models.neverFails(name)));
}

/** Whether its arguments let an acquisition fail. If only one of them can be the cause, the path learns its value. */
export function mayFail(
  { around, evaluator, skeleton }: Executor,
  given: readonly ExprId[],
  { failsOnlyFor }: LockApi,
  failed: State,
): boolean {
  if (insists(around.models, skeleton, given)) return false;
  if (failsOnlyFor === undefined) return true;
  const { facts } = failed;
  const values = failsOnlyFor.map((arg) => evaluator.value(given[arg] ?? -1, failed));
  const causes = values.filter((value) => facts.of(value).signs !== ZERO);
  const [cause] = causes;
  return causes.length > 1 || (cause !== undefined && facts.assume(cause, true));
}

/**
 * What a call returns according to the models: always the same number, or zero because an argument is set (the time that
 * a call may wait which must not).
 */
function knownResult(
  models: Models,
  called: string | number | Term,
  args: readonly Term[],
  { facts }: State,
): Term | undefined {
  if (typeof called !== 'string') return undefined;
  const always = models.returnsNumber(called);
  if (always !== undefined) return t.constant(always);
  const mayWait = allowToWait(models, args[models.asksFlags(called) ?? -1]);
  if (mayWait !== undefined) return t.constant(mayWait ? 1 : 0);
  const arg = args[models.zeroIf(called) ?? -1];
  return arg !== undefined && (facts.of(arg).signs & ZERO) === 0 ? t.constant(0) : undefined;
}
