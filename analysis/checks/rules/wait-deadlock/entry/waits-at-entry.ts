import { pointee } from '../../../../base/ctype.js';
import { hashText } from '../../../../base/hash.js';
import type { Progress } from '../../../../base/progress.js';
import { keyOf } from '../../../../graph/events/collect.js';
import { Arms } from '../../../../graph/feasibility/arms.js';
import type { HandlerNeeds, HandlerPath } from '../../../../graph/waits/handler-needs.js';
import { isInKeptPart, isInObjectOfHandlersData, isInReceived } from '../../../../graph/waits/own-device.js';
import type { Awaited, WaitSlots } from '../../../../graph/slots/slots.js';
import { arriving, type Waits, type Waiting, type WaitPlace } from '../../../../graph/waits/waits.js';
import { SPINNING_KINDS } from '../../../../models/records/kinds.js';
import { inNamesOfWaiter } from '../../../../graph/waits/waiter-names.js';
import { leadsBack } from '../../../../graph/events/instances.js';
import * as t from '../../../../summaries/locks/terms.js';
import type { Surroundings } from '../../../../summaries/surroundings.js';
import { ZERO } from '../../../../summaries/facts/fact.js';
import type { CheckContext } from '../../../engine/check.js';
import type { Turns } from '../../../engine/turns.js';
import { tellChain } from '../../../story/chain.js';
import { locationOf, shown, siteNames, spoken, tellEntry, witnessId } from '../../../story/story.js';
import type { Finding } from '../../../types.js';
import { calledUnderLocks, type Called } from '../../lock-order-cycle/called-under.js';
import type { CompletionWaits } from '../completions/completion-wait.js';
import { doubtTakenBack } from '../conditional-wait.js';
import type { NeededLocks } from '../needed-locks.js';
import { givenTo, hasAskedFor } from '../wait-terms.js';
import { completionsAtEntry } from './completions-at-entry.js';

/** What the search for waits under locks has found out about handlers. */
interface EntrySearch {
  /** Waits for handlers, but for those that call them back. */
  readonly selfWaits: Waits;
  readonly slots: WaitSlots;
  readonly needs: HandlerNeeds;
  readonly needed: NeededLocks;
  /** All waits that some code may end, and what ends those for completions and conditions. */
  readonly waits: Waits;
  readonly completions: CompletionWaits;
}

/** Reports functions that wait for code which takes a lock held by their callers. */
export function* waitsAtEntry(
  context: CheckContext,
  turns: Turns,
  { selfWaits, slots, needs, needed, waits, completions }: EntrySearch,
): Generator<Progress, readonly Finding[]> {
  yield* context.prepareContexts();
  const { around, proofs } = context;
  const arms = new Arms(around.program);
  const found = new Map<string, Finding>();
  for (const called of calledUnderLocks(context)) {
    const { fn, key, takenBy, ownLock } = called;
    const isOfObject = takenBy !== undefined;
    const isSpun = SPINNING_KINDS.has(around.classes.info(key)?.kind ?? 'mutex');
    if ((isOfObject && ownLock === undefined) || !turns.has(`entry wait\n${fn.id}\n${key}`)) continue;
    for (const { tail, effect, api } of selfWaits.below(fn)) {
      if (api.confidence !== undefined) continue;
      // A wait that sleeps under a lock that forbids it is reported as that.
      if (isOfObject && api.sleeps === true && isSpun) continue;
      const place: WaitPlace = { root: fn, steps: tail, effect, api, held: new Set([key]) };
      if (!needed.mayBeNeeded(place)) continue;
      for (const waiting of arriving(proofs, place)) {
        if (waiting.arrived.released.some((lock) => keyOf(lock) === key)) continue;
        const all = [...slots.awaited(api, waiting.arrived.args, fn.file)];
        for (const awaited of doubtTakenBack(around, waiting.arrived, all)) {
          const [way] = needs.ways(awaited.registration.handler, key);
          if (
            way === undefined ||
            way.isForLast ||
            way.isSelected ||
            way.steps.some((step) => step.fn === fn)
          )
            continue;
          // If every object has such a lock, the awaited code may take that of another object.
          if (isOfObject && !takesOwn(around, called, waiting, awaited, way)) continue;
          if (arms.exclusive([{ steps: tail, facts: waiting.arrived.facts }, way]) !== undefined) continue;
          const finding = report(context, called, waiting, awaited, way);
          if (!found.has(finding.id)) found.set(finding.id, finding);
        }
      }
    }
    for (const finding of completionsAtEntry(context, called, waits, completions))
      found.set(finding.id, finding);
    yield { stage: 'check', done: found.size, total: 0 };
  }
  return [...found.values()];
}

/** Whether the awaited code takes the lock of the object that the function is called for. */
function takesOwn(
  around: Surroundings,
  { fn, ownLock = '' }: Called,
  waiting: Waiting,
  { registration, object }: Awaited,
  { lock }: HandlerPath,
): boolean {
  const type = fn.item?.parameters[0]?.type ?? '';
  let held: t.Term = t.parameter(0, type);
  for (const [, link, name = ''] of ownLock.matchAll(/(->|\.)(\w+)/g))
    held = t.field(link === '->' ? t.deref(held) : held, name, '');
  const needed = inNamesOfWaiter(around, registration, object, givenTo(waiting), lock.term);
  const { file } = registration.handler;
  if (isInKeptPart(around.program, held, needed, file)) return true;
  if (isInObjectOfHandlersData(around.program, lock.term, pointee(type), ownLock, file)) return true;
  return leadsBack(held, needed) && isInReceived(around.program, lock.term, file);
}

function report(
  { around: { classes, models } }: CheckContext,
  { fn, entry, key, mode }: Called,
  waiting: Waiting,
  { slot, registration }: Awaited,
  way: HandlerPath,
): Finding {
  const { steps, effect } = waiting;
  const lock = spoken(classes, key);
  const handler = `${registration.handler.name}()`;
  const through = steps.length > 1 ? ` through ${steps[1]?.fn.name ?? ''}()` : '';
  // A reader of the lock does not wait for other readers.
  const isSure =
    (mode === 'write' || way.lock.mode === 'write') &&
    steps.length + way.steps.length <= 4 &&
    registration.isDoubtful !== true;
  // Whoever asks whether the handler runs, and then waits for it, is not called from it.
  const hasAsked = hasAskedFor(models, waiting, 'asksRunning', ZERO);
  return {
    id: hashText(['wait-deadlock', 'entry', fn.file, fn.name, key, slot].join('\n')),
    rule: 'wait-deadlock',
    severity: 'error',
    confidence: hasAsked ? 'low' : isSure ? 'high' : 'medium',
    message: `waits for ${handler} with ${effect.api}()${through}, although ${fn.name}() is called with ${lock} held, which ${handler} takes`,
    at: locationOf(steps[0] ?? effect.site),
    locks: [shown(classes, key)],
    story: [
      tellEntry(entry, 0, lock),
      ...tellChain(classes, steps, { text: `waits for ${handler} to finish`, waitsWith: effect.api }, 0),
      ...tellChain(classes, way.steps, `takes ${lock}`, 1),
    ],
    assumes: [
      { reason: 'handler-runs', text: `${handler} may be running when ${effect.api}() is called` },
      { reason: 'same-instance', text: `${fn.name}() waits for the ${handler} that runs` },
    ],
    witnesses: [witnessId(['wait-at-entry', slot, key, registration.handler.name, ...siteNames(steps)])],
    evidence: [],
    fixes: [],
  };
}
