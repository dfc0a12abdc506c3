import { hashText } from '../../../../base/hash.js';
import { keyOf } from '../../../../graph/events/collect.js';
import { isPlainPath } from '../../../../graph/feasibility/only-way.js';
import { arriving, type Waiting, type WaitPlace, type Waits } from '../../../../graph/waits/waits.js';
import { rootOf } from '../../../../summaries/locks/terms.js';
import type { CheckContext } from '../../../engine/check.js';
import { tellChain } from '../../../story/chain.js';
import { locationOf, shown, siteNames, spoken, tellEntry, witnessId } from '../../../story/story.js';
import type { Finding } from '../../../types.js';
import type { Called } from '../../lock-order-cycle/called-under.js';
import { mayHaveCompleted } from '../completions/completed-before.js';
import type { CompletionWaits, Needed } from '../completions/completion-wait.js';
import { awaitedObject } from '../wait-terms.js';

/**
 * Reports waits for a completion or a condition below a function whose caller holds a lock that everything needs which
 * completes it. The lock must have one instance only.
 */
export function* completionsAtEntry(
  context: CheckContext,
  called: Called,
  waits: Waits,
  completions: CompletionWaits,
): Generator<Finding> {
  const { fn, key, mode, takenBy } = called;
  if (takenBy !== undefined || mode !== 'write') return;
  for (const { tail, effect, api } of waits.below(fn)) {
    // A semaphore may be one that the caller takes and releases inside of its section.
    if (api.confidence !== undefined || api.awaits === 'semaphore') continue;
    const object = awaitedObject(api, effect.args);
    // What is on the stack has another name where it is completed.
    if (object === undefined || object.k === 'parameter' || rootOf(object).k === 'local') continue;
    const needed = completions.neededBy(object, tail.at(-1)?.fn ?? fn, key);
    if (needed === undefined) continue;
    const place: WaitPlace = { root: fn, steps: tail, effect, api, held: new Set([key]) };
    for (const waiting of arriving(context.proofs, place)) {
      if (waiting.arrived.released.some((lock) => keyOf(lock) === key)) continue;
      yield report(context, called, waiting, needed);
      break;
    }
  }
}

function report(
  context: CheckContext,
  { fn, entry, key }: Called,
  waiting: Waiting,
  { what: slot, by, at, completers, from }: Needed,
): Finding {
  const { classes } = context.around;
  const { steps, effect, api, arrived } = waiting;
  const [lock, what] = [spoken(classes, key), shown(classes, slot)];
  const isTimed = api.timed === true;
  const object = awaitedObject(api, arrived.args) ?? waiting.object;
  const isDoubtful = mayHaveCompleted(context, { ...waiting, object }, completers);
  const isSure = (steps.length <= 2 || isPlainPath(context.proofs, steps, arrived.facts)) && !isTimed;
  const through = steps.length > 1 ? ` through ${steps[1]?.fn.name ?? ''}()` : '';
  const id = ['wait-deadlock', 'entry', fn.file, fn.name, key, slot].join('\n');
  return {
    id: hashText(id),
    rule: 'wait-deadlock',
    severity: isTimed ? 'warning' : 'error',
    confidence: isDoubtful ? 'low' : isSure ? 'high' : 'medium',
    message: `${isTimed ? 'stalls until the timeout: ' : ''}waits for ${what} with ${effect.api}()${through}, although ${fn.name}() is called with ${lock} held, which ${by.name}() needs before it can ${api.awaits === 'condition' ? 'wake' : 'complete'} it`,
    at: locationOf(steps[0] ?? effect.site),
    locks: [shown(classes, key)],
    story: [
      tellEntry(entry, 0, lock),
      ...tellChain(classes, steps, { text: `waits for ${what}`, waitsWith: effect.api }, 0),
      { path: 1, ...locationOf(from), text: `takes ${lock}`, held: [] },
      { path: 1, ...locationOf(at), text: `only then completes ${what}`, held: [] },
    ],
    assumes: [
      { reason: 'completers', text: `nothing else completes ${what}` },
      { reason: 'same-instance', text: `all refer to the same ${lock}` },
    ],
    witnesses: [witnessId(['completion-at-entry', slot, key, ...siteNames(steps)])],
    evidence: [],
    fixes: [],
  };
}
