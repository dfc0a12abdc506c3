import { asksContext, contextTests } from '../../../graph/events/atomic.js';
import { leadsTo } from '../../../graph/events/leads-to.js';
import { partsOf } from '../../../skeleton/expressions/parts.js';
import { successors } from '../../../skeleton/lowering/exits.js';
import { eventsOf } from '../../../skeleton/lowering/events.js';
import type { EventId, Skeleton } from '../../../skeleton/types.js';
import { ZERO } from '../../../summaries/facts/fact.js';
import type { KnownFacts } from '../../../summaries/facts/kept-facts.js';
import { someTerm, type Term } from '../../../summaries/locks/terms.js';
import type { Site } from '../../../summaries/state/types.js';
import type { Surroundings } from '../../../summaries/surroundings.js';

/**
 * Whether the code has tested on this path whether it may sleep, and goes on in another way where it may not. A test that
 * stops the machine, `BUG_ON(irqs_disabled())`, says that it has to be able to.
 */
export function adaptsToContext(
  { models, program }: Surroundings,
  steps: readonly Site[],
  facts: KnownFacts,
): boolean {
  const file = steps.at(-1)?.fn.file ?? '';
  if (models.saysMaySleep.some((flag) => isSet(flag, program.resolveConstant(flag, file), facts)))
    return true;
  if (!asksContext(models, facts)) return false;
  const skeletons = new Set(steps.map(({ fn }) => program.skeleton(fn)));
  let isAsserted = false;
  for (const skeleton of skeletons) {
    for (const event of eventsOf(skeleton)) {
      if (skeleton === undefined || event.k !== 'query' || models.api(event.api)?.asksContext !== true)
        continue;
      if (!stopsOtherwise(skeleton, event.id)) return true;
      isAsserted = true;
    }
  }
  return !isAsserted;
}

/**
 * Whether a path has only tested what interrupts it: `if (in_interrupt()) mdelay(10); else msleep(10);`. Under a spinlock that
 * a task has taken, that leads to the side that sleeps.
 */
export function missesLocks({ models }: Surroundings, facts: KnownFacts): boolean {
  const asked = [...contextTests(models, facts)];
  return asked.length > 0 && asked.every((api) => api.missesLocks === true);
}

/**
 * Whether a function of the path tests its context and goes on: `WARN_ON_ONCE(in_interrupt())`. The author means it to run in
 * a task, so that a registration may have been misread.
 */
export function testsContextBefore({ models, program }: Surroundings, steps: readonly Site[]): boolean {
  const tests = (name: string): boolean => {
    const api = models.api(name);
    return api?.asksContext === true && api.asksInterrupts !== true;
  };
  return steps.some(({ fn, event }) => {
    const skeleton = fn.item?.calls.some(tests) === true ? program.skeleton(fn) : undefined;
    if (skeleton === undefined) return false;
    const queries = eventsOf(skeleton).filter((one) => one.k === 'query' && tests(one.api));
    return queries.some(({ id }) => leadsTo(skeleton, id, event, () => false));
  });
}

/** Whether the path has found a flag set. */
function isSet(flag: string, value: number | undefined, facts: KnownFacts): boolean {
  const isFlag = (part: Term): boolean =>
    part.k === 'constant' ? part.value === value : part.k === 'global' && part.name === flag;
  const asks = (part: Term): boolean =>
    part.k === 'operation' && part.op === '&' && part.operands.some(isFlag);
  for (const { term, fact } of facts.known())
    if ((fact.signs & ZERO) === 0 && someTerm(term, asks)) return true;
  return false;
}

/** Whether every branch on the result of an event has a side that ends there. */
function stopsOtherwise({ blocks, exprs }: Skeleton, event: EventId): boolean {
  const on = blocks.filter(
    ({ exit }) =>
      exit.k === 'branch' &&
      partsOf(exprs, exit.condition).some((part) => {
        const expr = exprs[part];
        return expr?.k === 'result' && expr.event === event;
      }),
  );
  const stops = on.filter(({ exit }) => successors(exit).some((to) => blocks[to]?.exit.k === 'stop'));
  return on.length > 0 && stops.length === on.length;
}
