import { areOfOneDriver } from '../../../link/files/one-driver.js';
import { BOUNDS } from '../../../base/bounds.js';
import { NONZERO, ZERO } from '../../../summaries/facts/fact.js';
import { opaque, rebuild, rootOf, someTerm, type Term } from '../../../summaries/locks/terms.js';
import type { FunctionSummary, LockRef, Site } from '../../../summaries/state/types.js';
import { keyOf } from '../../../graph/events/collect.js';
import { handlerNames } from './handler-names.js';
import { HandlerNeeds } from '../../../graph/waits/handler-needs.js';
import type { Sameness } from '../../../graph/events/instances.js';
import type { ProofRun } from '../../../graph/paths/proofs.js';
import { Probing } from '../../../graph/feasibility/probing.js';
import { KnownCallers } from '../../../graph/sight/callers.js';
import { isBehindRun } from '../../../graph/paths/run-ends.js';
import { isOnlyUnder, lastEnteredUnder } from '../../../graph/feasibility/only-way.js';
import { namingOf, WaitSlots, type Registration } from '../../../graph/slots/slots.js';
import { QueueTurns } from '../../../graph/waits/queue-turns.js';
import { unify } from '../../../graph/waits/waiter-names.js';
import { Watchers } from '../../../graph/watched/watchers.js';
import { arriving, Waits, type OwnWait, type Waiting, type WaitPlace } from '../../../graph/waits/waits.js';
import { folderOf } from '../../../base/paths.js';
import type { FunctionRef } from '../../../link/types.js';
import { OWNED_KINDS } from '../../../models/records/kinds.js';
import type { LockKind, OtherApi } from '../../../models/types.js';
import type { CheckContext } from '../../engine/check.js';
import { SrcuReaders } from '../../../graph/waits/srcu-readers.js';
import { SrcuWaits } from './srcu-wait.js';
import { CompletionWaits } from './completions/completion-wait.js';
import { withWays } from '../../story/told-ways.js';
import type { Finding } from '../../types.js';
import { TurnWaits } from './turn-wait.js';
import {
  doubtTakenBack,
  isConditional,
  isForLastReference,
  isOver,
  tellsByFlag,
} from './conditional-wait.js';
import { EndedBefore } from './ended-before.js';
import { NearestWays } from './nearest-ways.js';
import { NeededLocks } from './needed-locks.js';
import { WaitChains } from './wait-chains.js';
import {
  areExclusive,
  asksWhoRuns,
  awaitsSlot,
  bodyOf,
  filesNaming,
  givenTo,
  givesOwn,
  hasAskedFor,
  isCountingSemaphore,
  isEnded,
  isOfChain,
  isKeptInData,
} from './wait-terms.js';
import { mayStandBehind } from './queued-besides.js';
import { reportWait, type Mistake } from './wait-report.js';

/** Kinds on which a second holder waits. A semaphore may have several holders. */
const BLOCKING = new Set<LockKind>([...OWNED_KINDS, 'bit_lock', 'semaphore']);
const SURENESS: Record<Sameness, number> = { same: 2, probable: 1, other: 0 };

function blockingKey(lock: LockRef): string | undefined {
  return BLOCKING.has(lock.kind) || lock.kind === 'srcu' ? keyOf(lock) : undefined;
}

/** Finds waits under a lock that the awaited code needs, and code that waits for itself. */
export class WaitSearch {
  private readonly proofs: ProofRun;
  readonly slots: WaitSlots;
  private readonly watchers: Watchers;
  readonly waits: Waits;
  readonly selfWaits: Waits;
  readonly needs: HandlerNeeds;
  private readonly nearest: NearestWays;
  readonly completions: CompletionWaits;
  private readonly mistakes = new Map<string, Mistake>();
  private readonly srcu: SrcuWaits;
  private readonly chains: WaitChains;
  private readonly turns: TurnWaits;
  private readonly callers: KnownCallers;
  private readonly probing: Probing;
  private readonly ended: EndedBefore;
  private readonly queueTurns: QueueTurns;
  readonly needed: NeededLocks;
  /** By directory. */
  private readonly names = new Map<string, ReadonlySet<string>>();

  constructor(private readonly context: CheckContext) {
    const { around, acquiredWithin } = context;
    this.proofs = context.proofs;
    this.slots = new WaitSlots(around);
    this.watchers = new Watchers(around, this.slots);
    this.waits = new Waits(
      around,
      (api) => awaitsSlot(api) || (api.arg !== undefined && (isEnded(api) || api.awaits === 'srcu')),
    );
    this.selfWaits = new Waits(around, (api) => awaitsSlot(api) && api.callsBack !== true);
    this.needs = new HandlerNeeds(around, acquiredWithin, this.proofs);
    this.completions = new CompletionWaits(context, this.proofs, this.slots);
    this.chains = new WaitChains(context, this.slots, this.selfWaits, this.needs, this.completions);
    this.srcu = new SrcuWaits(
      context,
      new SrcuReaders(context.collected, this.needs, this.proofs, this.waits),
    );
    this.callers = new KnownCallers(context.collected);
    this.turns = new TurnWaits(context, this.slots, this.completions, this.callers);
    this.nearest = new NearestWays(around, this.needs, this.callers);
    this.probing = new Probing(around, this.callers);
    this.ended = new EndedBefore(around, this.selfWaits, this.slots, this.probing);
    this.queueTurns = new QueueTurns(this.slots, this.callers);
    this.needed = new NeededLocks(around, this.slots, this.watchers, this.needs, this.chains);
  }

  // ---- waiting under a lock

  /** Whether the function waits for anything with a lock held. */
  under(summary: FunctionSummary): boolean {
    let waits = false;
    const matters = (wait: OwnWait, held: ReadonlySet<string>): boolean => {
      waits = true;
      return this.needed.mayMatter(wait, held);
    };
    for (const place of this.waits.under(summary, blockingKey, matters)) {
      if (isEnded(place.api)) this.completions.consider(place);
      else if (place.api.awaits === 'srcu') this.consider(place, (waiting) => this.srcu.consider(waiting));
      else if (this.needed.mayBeNeeded(place)) this.consider(place, (waiting) => this.judge(waiting));
    }
    return waits;
  }

  private consider(place: WaitPlace, judge: (waiting: Waiting) => boolean): void {
    for (const waiting of arriving(this.proofs, place)) if (judge(waiting)) return;
  }

  /** The handlers that a wait waits for, each with the wait bound to the handler's object. */
  private *awaited(waiting: Waiting): Generator<{ slot: string; registration: Registration; own: Waiting }> {
    const { api, root, steps, arrived } = waiting;
    for (const file of filesNaming(root, steps.at(-1))) {
      const own = [...this.slots.awaited(api, arrived.args, file)].map((one) => ({ ...one, api }));
      const all = [...own, ...this.watchers.of(api, arrived.args, file)];
      for (const { slot, registration, object, api: told } of all)
        yield { slot, registration, own: { ...waiting, object, api: told } };
      if (all.length > 0) return;
    }
  }

  private judge(waiting: Waiting): boolean {
    const { around } = this.context;
    let isMistake = false;
    const { arrived } = waiting;
    let conditional: boolean | undefined;
    const isDecided = (): boolean =>
      (conditional ??= isConditional(this.context, this.waits, waiting, 'other'));
    for (const { slot, registration, own } of doubtTakenBack(around, arrived, [...this.awaited(waiting)])) {
      if (registration.handler === waiting.root || isOver(around, waiting, registration)) continue;
      if (this.queueTurns.exclude(own, registration.handler)) continue;
      // A lock that the callee took is reported for the callee.
      for (const holds of arrived.held.filter((lock) => lock.site.fn === waiting.root)) {
        const key = blockingKey(holds);
        if (key === undefined) continue;
        const found = holds.kind === 'srcu' ? undefined : this.nearest.of(registration, holds, key, own);
        if (found === undefined) {
          // The wait sleeps under a lock that forbids it: sleep-in-atomic reports that with a shorter story.
          if (waiting.api.sleeps === true && around.models.lockApi(holds.api)?.atomic === true) continue;
          const chain = this.chains.of(registration.handler, holds, arrived.held);
          if (chain === undefined) continue;
          const isPrivate = this.nearest.isPrivate(holds, registration.handler) && !chain.isOfMany;
          const same = chain.isVariable || isPrivate ? 'probable' : 'other';
          this.note({
            waiting: own,
            registration,
            slot,
            holds,
            chain,
            same,
            isConditional: isDecided(),
          });
          isMistake = true;
          continue;
        }
        this.note({ waiting: own, registration, slot, holds, ...found, isConditional: isDecided() });
        isMistake = true;
      }
    }
    return isMistake;
  }

  /** Records one mistake per wait and lock, the most certain one, however many handlers need the lock. */
  private note(told: Omit<Mistake, 'isStraight' | 'isHandlerStraight' | 'isEarly' | 'isCounting'>): void {
    const { waiting, slot, holds, registration, way } = told;
    const callee = waiting.steps[1]?.fn.name;
    const what = callee === undefined ? slot : `through ${callee}`;
    const self = `self\n${registration.handler.name}`;
    const id = [
      'wait-deadlock',
      waiting.root.file,
      waiting.root.name,
      holds === undefined ? self : (keyOf(holds) ?? ''),
      what,
    ].join('\n');
    const known = this.mistakes.get(id);
    if (known !== undefined && SURENESS[told.same] <= SURENESS[known.same]) return;
    const isOnly = holds !== undefined && isOnlyUnder(this.callers, waiting.steps, keyOf(holds));
    // A notifier chain is locked while its callbacks run, for every event.
    const isSure = isOnly || (holds === undefined && (waiting.api.leaves === true || isOfChain(waiting.api)));
    const from = holds === undefined ? 0 : lastEnteredUnder(this.callers, waiting.steps, keyOf(holds));
    const isStraight = isSure || this.proofs.learnedSince(waiting.steps, from, waiting.arrived.facts) === 0;
    const isDecided =
      hasAskedFor(this.context.around.models, waiting, 'asksRunning', ZERO) ||
      (!isSure && (told.isConditional || isForLastReference(this.context.around, told)));
    const isHandlerStraight = way !== undefined && this.proofs.learnedSince(way.steps, 0, way.facts) === 0;
    const isEarly =
      holds !== undefined &&
      waiting.api.callsBack !== true &&
      (this.probing.isEarly(waiting.steps) || this.ended.has(waiting, registration, holds));
    const isCounting = holds !== undefined && isCountingSemaphore(this.context, holds, waiting.root.file);
    this.mistakes.set(id, {
      ...told,
      isConditional: isDecided,
      isStraight,
      isHandlerStraight,
      isEarly,
      isCounting,
    });
  }

  // ---- waiting for itself

  selves(file: string): void {
    const directory = folderOf(file);
    const { program } = this.context.collected;
    const names = this.namesIn(directory);
    if (names.size === 0) return;
    for (const index of program.outline(file)?.functions.keys() ?? []) {
      const fn = program.functionAt(file, index);
      if (fn === undefined || !names.has(fn.name)) continue;
      // Only the body says what the pointers point to.
      if ((fn.item?.indirectCalls.length ?? 0) > 0 && !program.hasSkeleton(fn)) program.demand(fn, 'path');
      for (let calls = 0; calls <= BOUNDS.callsToLeave; calls++) this.selfWait(fn, calls);
      this.turns.consider(fn);
    }
  }

  private namesIn(directory: string): ReadonlySet<string> {
    let names = this.names.get(directory);
    if (names === undefined) {
      const { program, models } = this.context.around;
      this.names.set(directory, (names = handlerNames(program, models, directory)));
    }
    return names;
  }

  private selfWait(root: FunctionRef, calls: number): void {
    for (const { tail, effect, api } of this.selfWaits.tails(root, calls, [])) {
      const { program } = this.context.around;
      const isNear = tail.every(({ fn }) => areOfOneDriver(program, fn.file, root.file));
      if (calls > BOUNDS.callsToSelfWait && api.leaves !== true && !isNear) continue;
      const waiter = tail.at(-1)?.fn ?? root;
      const object = effect.args[api.arg ?? -1];
      const isGiven = object !== undefined && waiter === root && givesOwn(api, object);
      const isBound =
        api.queueName !== undefined ||
        (object !== undefined && this.slots.slotOf(object, namingOf(api), waiter.file) !== undefined);
      if (!isBound && (object === undefined || rootOf(object).k !== 'parameter')) continue;
      if (isBound && !isGiven && !this.isAwaited(root, api, effect.args, waiter.file)) {
        const others = [...this.slots.awaited(api, effect.args, waiter.file)];
        if (!others.some(({ registration }) => this.waitsBack(registration.handler, root) !== undefined))
          continue;
      }
      if (isGiven && this.slots.ownOf(root, api).length === 0) continue;
      const place = { root, steps: tail, effect, api, held: new Set<string>() };
      this.consider(place, (waiting) => this.judgeSelf(waiting));
    }
  }

  /** The path on which `handler` waits for `root`, which waits for it. Only the first of the two reports it. */
  private waitsBack(handler: FunctionRef, root: FunctionRef): readonly Site[] | undefined {
    if (handler.file === root.file ? handler.name <= root.name : handler.file < root.file) return undefined;
    for (const { registration, steps } of this.chains.awaitedBy(handler))
      if (registration.handler === root) return steps;
    return undefined;
  }

  private isAwaited(fn: FunctionRef, api: OtherApi, args: readonly Term[], file: string): boolean {
    for (const { registration } of this.slots.awaited(api, args, file))
      if (registration.handler === fn) return true;
    return false;
  }

  private judgeSelf(waiting: Waiting): boolean {
    const { around } = this.context;
    if (isBehindRun(around, waiting.steps) || asksWhoRuns(around, waiting)) return false;
    if (tellsByFlag(around, waiting)) return false;
    // The author has considered that it may be running.
    if (hasAskedFor(this.context.around.models, waiting, 'asksPending', NONZERO)) return false;
    for (const { term } of waiting.arrived.facts.known()) {
      // Code that compares the object with the running one handles this case. That there is one says nothing.
      const isObject = (part: Term): boolean => part.key === waiting.object.key;
      if (!isObject(term) && someTerm(term, isObject)) return false;
    }
    if (givesOwn(waiting.api, waiting.object)) {
      const registration = this.slots.ownOf(waiting.root, waiting.api)[0];
      if (registration === undefined) return false;
      const slot = this.slots.slotOf(registration.object, registration.naming, registration.at.file);
      const own = { waiting, registration, slot: slot ?? 'its own', same: 'same' } as const;
      this.note({ ...own, isConditional: isConditional(this.context, this.waits, waiting, 'itself') });
      return true;
    }
    for (const { slot, registration, own } of this.awaited(waiting)) {
      if (registration.handler !== waiting.root) {
        const back = this.waitsBack(registration.handler, waiting.root);
        if (back === undefined || this.queueTurns.exclude(own, registration.handler)) continue;
        const others = this.proofs.arrive(back).map(({ facts }) => facts);
        if (areExclusive(this.context.around.models, waiting.arrived.facts, others)) continue;
        const isDecided = [...waiting.arrived.facts.known()].some(({ term }) =>
          someTerm(term, ({ k }) => k === 'field'),
        );
        this.note({ waiting: own, registration, slot, same: 'probable', isConditional: isDecided, back });
        return true;
      }
      // A variable's queue or chain has all its handlers, whatever their objects are.
      const { awaits, queueName } = waiting.api;
      const isOnlyQueue =
        awaits === 'queue' && (queueName !== undefined || rootOf(waiting.object).k === 'global');
      const isBehind = waiting.api.inTurn === true && slot !== this.slotOf(waiting);
      const isPut = !isBehind || mayStandBehind(around.program, this.slots, this.callers, slot, waiting);
      const same = isPut && (isOnlyQueue || this.isOwn(own, registration)) ? 'same' : 'other';
      if (awaits === 'kthread' && same === 'other') continue;
      // A callback stored in a member is not a work item, and the registry that it leaves is the one that calls it.
      const isLeaving = (awaits === 'queue' && registration.api === '') || isOfChain(waiting.api);
      const awaiting = isLeaving ? 'registry' : isBehind ? 'other' : 'itself';
      const isDecided = isConditional(this.context, this.waits, waiting, awaiting);
      this.note({ waiting: own, registration, slot, same, isConditional: isDecided, isBehind });
      return true;
    }
    return false;
  }

  private slotOf({ object, api, root }: Waiting): string | undefined {
    return this.slots.slotOf(object, namingOf(api), root.file);
  }

  /** Whether the awaited object is the one the handler was called for. */
  private isOwn(waiting: Waiting, registration: Registration): boolean {
    const { object, api } = waiting;
    // Of several threads of one function, one stops the others.
    const isOfMany = api.awaits === 'kthread' && someTerm(object, ({ k }) => k === 'index');
    if (rootOf(object).k === 'global') return !isOfMany;
    if (registration.naming === 'irq') {
      const { data } = registration;
      const translate = unify(registration.object, object);
      const told = givenTo(waiting) ?? (data && translate && rebuild(data, translate));
      return told?.k === 'parameter' && told.index === 1;
    }
    if (registration.naming === 'handle' && registration.data !== undefined)
      return isKeptInData(this.context.around.models, object, registration);
    // Relative to the handler's own object, the awaited object must be that object.
    const root = opaque('self', rootOf(object).type);
    const seen = bodyOf(object, root);
    if (seen === undefined) return false;
    const path = this.nearest.bound(object, registration, { ...waiting, object: seen });
    const files = [registration.at, ...waiting.steps.map(({ fn }) => fn)].map(({ file }) => file);
    return path.key === seen.key || this.nearest.isSameObject(seen, path, new Set(files));
  }

  // ---- report

  findings(): readonly Finding[] {
    const { srcu, completions, turns } = this;
    const out: Finding[] = [...srcu.findings(), ...completions.findings(), ...turns.findings()];
    for (const [id, mistake] of this.mistakes) {
      const { waiting, registration, way } = mistake;
      const ways = [{ root: waiting.root, facts: waiting.arrived.facts }];
      if (way !== undefined) ways.push({ root: registration.handler, facts: way.facts });
      out.push(withWays(reportWait(this.context.around, id, mistake), ways));
    }
    return out;
  }
}
