import { contradicts } from '../../../summaries/facts/fact.js';
import { isMadeIn } from '../../../summaries/locks/names.js';
import * as t from '../../../summaries/locks/terms.js';
import type { Term } from '../../../summaries/locks/terms.js';
import { decisions } from '../../../graph/paths/decisions.js';
import { endsWithHandler, needsLastReference } from '../../../graph/paths/last-reference.js';
import type { Registration } from '../../../graph/contexts/registrations.js';
import type { Waiting, Waits } from '../../../graph/waits/waits.js';
import type { FunctionRef } from '../../../link/types.js';
import type { Surroundings } from '../../../summaries/surroundings.js';
import type { KnownFacts } from '../../../summaries/facts/kept-facts.js';
import type { Site } from '../../../summaries/state/types.js';
import { isUnavoidable } from '../../../skeleton/lowering/block-paths.js';
import { memberStores } from '../../../skeleton/lowering/events.js';
import type { ExprId } from '../../../skeleton/types.js';
import type { CheckContext } from '../../engine/check.js';
import { contradictsStore, isComputed, isKnownToDiffer } from '../../story/path-conditions.js';
import type { Mistake } from './wait-report.js';

/**
 * What a wait is for: the handler that waits itself, the registry that calls it and that it leaves, or anything else. State
 * tells when a handler must not wait for itself. Of a registry, it only tells whether the handler is registered.
 */
export type WaitTarget = 'itself' | 'registry' | 'other';

/**
 * Whether the callee decides by the results of its own calls, which its callers may know, whether to wait. A callee
 * that waits for its caller's own handler knows from some state when not to.
 */
export function isConditional(
  { around, proofs }: CheckContext,
  waits: Waits,
  { steps, arrived, api }: Waiting,
  awaiting: WaitTarget,
): boolean {
  const isSelf = awaiting === 'itself';
  const callee = steps.length > 1 ? steps.at(-1)?.fn : undefined;
  if (callee === undefined) return false;
  const { models } = around;
  if (isSelf && asksState(around, steps, arrived.facts)) return true;
  const decides = (part: Term): boolean =>
    (part.k === 'result' &&
      isMadeIn(part, callee) &&
      !isComputed(part, models) &&
      !(awaiting === 'registry' && models.isStateTest(part.origin))) ||
    (isSelf && part.k === 'field');
  const decided = decisions(arrived.facts);
  const deciding = [...arrived.facts.known()].filter(
    ({ term, fact }) =>
      t.someTerm(term, decides) && (!isSelf || decided.has(`${term.key}:${String(fact.signs)}`)),
  );
  if (deciding.length === 0) return false;
  // What the handler itself decides in front of the call is no decision of the callee.
  if (isSelf) return proofs.learnedSince(steps, 0, arrived.facts) > 0;
  // Not conditional if the callee makes another wait of this kind when the condition fails.
  const summary = around.summaryOf(callee);
  const others = summary === undefined ? [] : waits.of(summary);
  const elsewhere = others
    .filter((other) => other.api.awaits === api.awaits)
    .flatMap(({ effect }) => proofs.arrive([...steps.slice(0, -1), effect.site]));
  return !deciding.every(({ term, fact }) =>
    elsewhere.some(({ facts }) => contradicts(facts.of(term), fact)),
  );
}

/**
 * Whether a wait happens only with the last reference to an object. What a handler drops before it waits for itself may well be
 * the last one, if the end of a file or device drops another and does not wait.
 */
export function isForLastReference(
  around: Surroundings,
  { waiting: { steps }, holds, registration }: Pick<Mistake, 'waiting' | 'holds' | 'registration'>,
): boolean {
  const isLast = holds === undefined && endsWithHandler(around, steps, (fn) => fn === registration.handler);
  return !isLast && needsLastReference(around, steps);
}

/**
 * Whether a function below the handler asks for the state of an object, such as a bit that whoever queues the handler
 * sets: `if (!test_bit(RESETTING, &a->flags)) cancel_work_sync(&a->reset)`. A member that it tests says the same.
 */
function asksState({ program, models }: Surroundings, steps: readonly Site[], facts: KnownFacts): boolean {
  const deciding = steps.slice(1).filter(({ fn, event }) => {
    const skeleton = program.skeleton(fn);
    return skeleton !== undefined && !isUnavoidable(skeleton, event);
  });
  const asked = (part: Term): boolean =>
    part.k === 'result' && models.isStateTest(part.origin) && deciding.some(({ fn }) => isMadeIn(part, fn));
  return [...facts.known()].some(({ term }) => t.someTerm(term, asked));
}

/**
 * The same handlers, each thread doubted whose hard half takes back the flag for which the path waits: while the thread
 * runs, the path finds the flag clear and does not wait. `if (s->armed) disable_irq(s->irq)`, where the interrupt handler
 * clears `armed` before it wakes the thread.
 */
export function doubtTakenBack<T extends { readonly registration: Registration }>(
  { program }: Surroundings,
  { facts }: Waiting['arrived'],
  all: readonly T[],
): readonly T[] {
  return all.map((one) => {
    const { at, isThread } = one.registration;
    if (isThread !== true) return one;
    const halves = all.flatMap(({ registration: other }) =>
      other.isThread !== true && other.at.file === at.file && other.at.line === at.line
        ? [other.handler]
        : [],
    );
    const isDoubtful = halves.some((half) => {
      const skeleton = program.skeleton(half);
      if (skeleton === undefined) program.demand(half, 'path');
      return contradictsStore(skeleton, facts);
    });
    return isDoubtful ? { ...one, registration: { ...one.registration, isDoubtful } } : one;
  });
}

/**
 * Whether the handler sets a flag that the function which waits tests: it tells who calls. A flag that leads to the
 * wait with the value that the handler stores tells nothing.
 */
export function tellsByFlag({ program }: Surroundings, { root, steps, arrived }: Waiting): boolean {
  const callee = steps.length > 1 ? steps.at(-1)?.fn : undefined;
  if (callee === undefined) return false;
  const [stored, tested] = [program.skeleton(root), program.skeleton(callee)];
  const flags = new Set<string>();
  for (const { event, target } of memberStores(stored)) {
    const value = stored?.exprs[event.value];
    const isExcluding =
      value?.k === 'constant'
        ? isKnownToDiffer(arrived.facts, target.name, value.value)
        : value?.k === 'binary' && value.op === '|';
    if (isExcluding) flags.add(target.name);
  }
  const reads = (id: ExprId): boolean => {
    const expr = tested?.exprs[id];
    if (expr === undefined) return false;
    if (expr.k === 'field') return flags.has(expr.name);
    if (expr.k === 'binary') return reads(expr.left) || reads(expr.right);
    return (expr.k === 'unary' || expr.k === 'cast') && reads(expr.base);
  };
  return (tested?.blocks ?? []).some(({ exit }) => exit.k === 'branch' && reads(exit.condition));
}

/** Whether this is module unload, which cannot happen while the handler runs. */
export function isOver(
  { program, models }: Surroundings,
  { root, api }: Waiting,
  { keepsModule }: Registration,
): boolean {
  if (api.pinsModule !== true || keepsModule !== true) return false;
  const isExit = ({ item }: FunctionRef): boolean => models.isModuleExit(item?.section ?? '');
  const callers = program.callers(root);
  return isExit(root) || (callers.length > 0 && callers.every(isExit));
}
