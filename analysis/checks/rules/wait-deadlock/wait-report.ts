import { classOfSlot } from '../../../graph/slots/slot-names.js';
import { lesser, type Confidence } from '../../../base/confidence.js';
import { hashText } from '../../../base/hash.js';
import type { HeldLock, Site } from '../../../summaries/state/types.js';
import type { Surroundings } from '../../../summaries/surroundings.js';
import { withoutWrappers } from '../../../graph/edges/call-steps.js';
import { keyOf } from '../../../graph/events/collect.js';
import type { HandlerPath } from '../../../graph/waits/handler-needs.js';
import type { Sameness } from '../../../graph/events/instances.js';
import type { Registration } from '../../../graph/slots/slots.js';
import type { Waiting } from '../../../graph/waits/waits.js';
import { tellChain } from '../../story/chain.js';
import type { Chain } from './wait-chains.js';
import { locationOf, shown, siteNames, witnessId } from '../../story/story.js';
import type { Finding, StoryStep } from '../../types.js';

/** A wait for a handler with a lock held that the handler needs; `holds` is absent if the handler waits for itself. */
export interface Mistake {
  readonly waiting: Waiting;
  readonly registration: Registration;
  readonly slot: string;
  readonly holds?: HeldLock;
  readonly way?: HandlerPath;
  /** How the handler needs the held lock if it does not take it itself. */
  readonly chain?: Chain;
  /** Whether both sides mean the same object. */
  readonly same: Sameness;
  /** Whether the waiting callee decides by a condition, which its callers may know, whether to wait. */
  readonly isConditional: boolean;
  /** Whether the calls on the path to the wait are unconditional: a caller of the first always reaches it. */
  readonly isStraight: boolean;
  /** Whether the calls on the handler's path to the lock are unconditional. */
  readonly isHandlerStraight: boolean;
  /** Whether the held lock is a semaphore that may have several holders. */
  readonly isCounting: boolean;
  /** Whether it happens only before the handler is started: while a device is probed, or where it starts again. */
  readonly isEarly: boolean;
  /** The handler waits for work that its queue, `slot`, runs only after it. */
  readonly isBehind?: boolean;
  /** The path on which the handler waits for its waiter. */
  readonly back?: readonly Site[];
}

/** The finding for a mistake; `id` identifies it without positions. */
export function reportWait(around: Surroundings, id: string, mistake: Mistake): Finding {
  const { classes } = around;
  const { waiting, registration, slot, holds, way, chain, back } = mistake;
  const { root, steps, effect, arrived } = waiting;
  const handler = `${registration.handler.name}()`;
  const key = holds && keyOf(holds);
  const lock = key === undefined ? undefined : shown(classes, key);
  const through = steps.length > 1 ? ` through ${steps[1]?.fn.name ?? ''}()` : '';
  const first = steps[0] ?? effect.site;
  const callsBack = waiting.api.callsBack === true && registration.isBusy !== true;
  const verb = callsBack ? 'calls' : 'waits for';
  const registered: StoryStep = {
    path: lock === undefined ? 0 : 1,
    ...registration.at,
    function: registration.by,
    text: `${by(registration)} ${handler} the handler of ${shown(classes, classOfSlot(slot))}`,
    held: [],
    entry: 'awaited',
  };
  const waits = tellChain(
    classes,
    steps,
    {
      text:
        lock === undefined
          ? `waits for ${handler}, which is running`
          : callsBack
            ? `calls ${handler}`
            : `waits for ${handler} to finish`,
      waitsWith: effect.api,
    },
    0,
    { held: arrived.held, told: holds === undefined ? [] : [holds] },
  );
  return {
    id: hashText(id),
    rule: 'wait-deadlock',
    severity: 'error',
    confidence: confidenceOf(around, mistake),
    message:
      lock === undefined
        ? back !== undefined
          ? `${root.name}() waits for ${handler} with ${effect.api}()${through}, and ${handler} waits for it`
          : mistake.isBehind === true
            ? `${handler} waits for work that ${shown(classes, slot)} runs only after it: it calls ${effect.api}()${through}`
            : `${handler} waits for itself: it calls ${effect.api}()${through}`
        : `${verb} ${handler} with ${effect.api}()${through} while holding ${lock}${
            chain === undefined ? `, which ${handler} takes` : `; ${handler} ${chain.text}`
          }`,
    at: locationOf(first),
    locks: lock === undefined ? [] : [lock],
    story:
      lock === undefined
        ? [registered, ...waits, ...tellChain(classes, back ?? [], `waits for ${root.name}() in turn`, 1)]
        : [
            ...waits,
            registered,
            ...(chain?.story ?? tellChain(classes, way?.steps ?? [], `takes ${lock}`, 1)),
          ],
    assumes: [
      { reason: 'handler-runs', text: `${handler} may be running when ${effect.api}() is called` },
      ...(mistake.same === 'same'
        ? []
        : [{ reason: 'same-instance', text: `${root.name}() and ${handler} refer to the same object` }]),
    ],
    witnesses: [
      witnessId(['wait-deadlock', slot, key ?? '', registration.handler.name, ...siteNames(steps)]),
    ],
    evidence: [],
    fixes: [],
  };
}

function confidenceOf(
  around: Surroundings,
  {
    waiting,
    registration,
    holds,
    way,
    same,
    slot,
    isConditional,
    isStraight,
    isHandlerStraight,
    isEarly,
    isCounting,
  }: Mistake,
): Confidence {
  const { api } = waiting;
  const { classes } = around;
  const taking = withoutWrappers(around, way?.steps ?? []).length;
  const confidence: Confidence = api.tableType === undefined ? (api.confidence ?? 'high') : 'high';
  // Whatever leads a handler to the wait for itself, it is running.
  const isSelf = holds === undefined && same === 'same';
  const isFar =
    waiting.steps.length > 2 && !isSelf && (!isStraight || (same !== 'same' && waiting.steps.length > 3));
  const calls = waiting.steps.length - 1 + Math.max(0, taking - 1);
  const areStraight = isStraight && isHandlerStraight;
  const isUnsure = same !== 'same' && !(areStraight && same === 'probable');
  const isLong = taking > 2 && (calls > (areStraight ? 4 : 2) || isUnsure);
  // Whoever waits for the handler mostly has a reference that the handler does not drop.
  const isDoubtfulWay = way?.isForLast === true || way?.isSelected === true;
  // The thread takes the lock in the waiting function: one such thread waits for the others, which do not wait.
  const isOfThread =
    waiting.api.awaits === 'kthread' && way?.steps.some(({ fn }) => fn === waiting.root) === true;
  if (isDoubtfulWay || isOfThread) return 'low';
  if (holds !== undefined) {
    const isOfMany = same !== 'same' && classes.info(keyOf(holds) ?? '')?.generic === true;
    if (!holds.certain || isOfMany) return 'low';
    if (holds.mode === 'read' && way?.lock.mode === 'read') return 'low';
  }
  const doubts = [
    same === 'other' || registration.isDoubtful === true,
    isFar,
    isConditional,
    isEarly,
    isLong,
    holds !== undefined && isCounting,
    classes.info(slot)?.generic === true,
  ].filter(Boolean).length;
  return doubts > 1 ? 'low' : doubts === 1 ? lesser(confidence, 'medium') : confidence;
}

/** Text for how a function became a handler. */
function by({ api, by: name }: Registration): string {
  if (api !== '') return `${api}() makes`;
  return name === '' ? 'a declaration makes' : 'makes';
}
