import { BOUNDS } from '../../../base/bounds.js';
import { lesser, type Confidence } from '../../../base/confidence.js';
import { isAtomic, type Contexts, type OutsideEntry } from '../../../graph/contexts/contexts.js';
import type { Registration } from '../../../graph/contexts/registrations.js';
import { Sleepers, type SleepPoint } from '../../../graph/events/sleep.js';
import { countNew } from '../../../graph/paths/decisions.js';
import type { Arrived } from '../../../graph/paths/replay.js';
import { isToldOf } from '../../../graph/paths/told-events.js';
import { WaitSlots } from '../../../graph/slots/slots.js';
import type { FunctionRef } from '../../../link/types.js';
import { wholeAnswer } from '../../../link/whole-answers.js';
import type { OtherApi } from '../../../models/types.js';
import { someTerm, type Term } from '../../../summaries/locks/terms.js';
import type { ApiEffect, FunctionSummary, Site } from '../../../summaries/state/types.js';
import { tellChain } from '../../story/chain.js';
import { shown } from '../../story/story.js';
import type { CheckContext } from '../../engine/check.js';
import type { StoryStep } from '../../types.js';
import { sleepTails } from './sleep-tails.js';

/** How the callback of a registry sleeps. */
interface CallbackSleep {
  readonly registration: Registration;
  readonly slot: string;
  readonly steps: readonly Site[];
  readonly point: SleepPoint;
}

/** Whether a path into a callback sleeps where its caller may not. */
type Judge = (steps: readonly Site[], point: SleepPoint, arrived: Arrived, entry: OutsideEntry) => boolean;

/**
 * Calls of the functions in a registry that takes no lock of its own, so that they run in whatever context the call
 * stands in. Such a call may sleep if one of the functions does.
 */
export class CallbackSleeps {
  private readonly slots: WaitSlots;
  private readonly sleepers: Sleepers;
  private readonly memo = new Map<ApiEffect, SleepPoint | undefined>();
  private readonly found = new WeakMap<SleepPoint, CallbackSleep>();

  constructor(
    private readonly context: CheckContext,
    private readonly contexts: Contexts,
    private readonly sleeps: Judge,
  ) {
    this.slots = new WaitSlots(context.around);
    this.sleepers = new Sleepers(context.around);
  }

  /** Whether a function of this name calls callbacks in its caller's context. */
  isCalling(name: string): boolean {
    return callsHere(this.context.around.models.api(name));
  }

  /** The calls of a function that sleep in a callback. */
  of({ fn, apis }: FunctionSummary): readonly SleepPoint[] {
    return apis.flatMap((effect) => {
      const api = this.context.around.models.api(effect.api);
      if (api === undefined || !callsHere(api)) return [];
      const { program } = this.context.around;
      return wholeAnswer(this.memo, effect, program, () => this.find(fn, effect, api)) ?? [];
    });
  }

  /** The callback through which a call sleeps. */
  through(point: SleepPoint): FunctionRef | undefined {
    return this.found.get(point)?.registration.handler;
  }

  /** How the callback came into the registry, and how it sleeps. */
  tell(point: SleepPoint): readonly StoryStep[] {
    const sleep = this.found.get(point);
    if (sleep === undefined) return [];
    const { classes } = this.context.around;
    const { registration, slot, steps } = sleep;
    const { at, by, handler } = registration;
    const text = `makes ${handler.name}() a callback of ${shown(classes, slot)}`;
    const end = `calls ${sleep.point.api}(), which may sleep`;
    return [{ path: 1, ...at, function: by, text, held: [] }, ...tellChain(classes, steps, end, 1)];
  }

  private find(
    fn: FunctionRef,
    { api: name, args, site, locksets }: ApiEffect,
    api: OtherApi,
  ): SleepPoint | undefined {
    let best: SleepPoint | undefined;
    for (const { slot, registration } of this.slots.awaited(api, args, fn.file)) {
      const { handler } = registration;
      // Where the registration itself says that its functions may not sleep, the sleep is reported there.
      if (handler === fn || this.contexts.of(handler).some(({ context }) => isAtomic(context))) continue;
      const way = this.way(registration, api, args);
      if (way === undefined) continue;
      const isOfMany = this.context.around.classes.info(slot)?.generic === true;
      const isSure = !isOfMany && registration.isDoubtful !== true;
      const confidence = isSure ? way.confidence : lesser(way.confidence, 'medium');
      if (best !== undefined && lesser(best.confidence, confidence) === confidence) continue;
      const facts = { flagsArg: -1, isSure: true, touchesUser: false, isSubstitute: false } as const;
      best = { api: name, site, locksets, confidence, ...facts };
      this.found.set(best, { registration, slot, steps: way.steps, point: way.point });
    }
    return best;
  }

  /** The shortest path on which a callback sleeps. */
  private way(
    registration: Registration,
    api: OtherApi,
    args: readonly Term[],
  ):
    | { readonly steps: readonly Site[]; readonly point: SleepPoint; readonly confidence: Confidence }
    | undefined {
    const { around, proofs } = this.context;
    const { handler, at, by } = registration;
    const title = 'a callback';
    const entry: OutsideEntry = { context: 'atomic', title, at, by, text: '', confidence: 'high' };
    const search = { around, sleepers: this.sleepers };
    let tried = 0;
    for (let calls = 0; calls <= BOUNDS.callsInHandler; calls++) {
      for (const { tail, point } of sleepTails(search, handler, calls)) {
        if (point.confidence === 'low') continue;
        if (++tried > BOUNDS.chainsPerAtomicCall) return undefined;
        for (const arrived of proofs.arrive(tail)) {
          if (!isToldOf(around, api, args, handler, arrived.facts)) continue;
          if (!this.sleeps(tail, point, arrived, entry)) continue;
          const isPlain = isLittleAsked(api, args, arrived);
          return { steps: tail, point, confidence: isPlain ? point.confidence : 'medium' };
        }
      }
    }
    return undefined;
  }
}

/** Whether an API calls the functions of a registry without a lock that lets them sleep. */
function callsHere(api: OtherApi | undefined): boolean {
  return (
    api?.callsBack === true && api.awaits === 'queue' && api.sleeps !== true && api.queueName === undefined
  );
}

/**
 * Whether a path depends on little: not on which event the callback is told, unless the call says which, and on no more
 * than one other condition.
 */
function isLittleAsked({ toldArg = -1 }: OtherApi, args: readonly Term[], { facts }: Arrived): boolean {
  const isEvent = (part: Term): boolean => part.k === 'parameter' && part.index === toldArg;
  const asksEvent = [...facts.known()].some(({ term }) => someTerm(term, isEvent));
  if (asksEvent && args[toldArg]?.k !== 'constant') return false;
  return countNew(facts, new Set()) <= (asksEvent ? 2 : 1);
}
