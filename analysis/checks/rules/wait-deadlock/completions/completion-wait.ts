import { driverOf, isOnlyInRemoval } from '../../../../graph/watched/reference-takers.js';
import { lesser, type Confidence } from '../../../../base/confidence.js';
import { hashText } from '../../../../base/hash.js';
import * as t from '../../../../summaries/locks/terms.js';
import type { Term } from '../../../../summaries/locks/terms.js';
import type { HeldLock, Site } from '../../../../summaries/state/types.js';
import { FilesAround } from '../../../../graph/sight/around-header.js';
import { KnownCallers } from '../../../../graph/sight/callers.js';
import { keyOf } from '../../../../graph/events/collect.js';
import { publishedNames, type Published } from '../../../../graph/waits/published.js';
import { completes, handlersOf } from '../../../../graph/contexts/handlers.js';
import { needsLastReference } from '../../../../graph/paths/last-reference.js';
import type { ProofRun } from '../../../../graph/paths/proofs.js';
import type { WaitSlots } from '../../../../graph/slots/slots.js';
import { Semaphores } from '../../../../graph/waits/semaphores.js';
import { isPlainPath } from '../../../../graph/feasibility/only-way.js';
import { arriving as arrivingAt, type WaitPlace } from '../../../../graph/waits/waits.js';
import { folderOf } from '../../../../base/paths.js';
import { append } from '../../../../base/lists.js';
import type { FunctionRef } from '../../../../link/types.js';
import type { OtherApi } from '../../../../models/types.js';
import { tellChain } from '../../../story/chain.js';
import type { CheckContext } from '../../../engine/check.js';
import { locationOf, shown, siteNames, witnessId } from '../../../story/story.js';
import { mayHaveCompleted } from './completed-before.js';
import { type Awaiting, CompleterNeeds, isSameLock, type Completer, type Need } from './completer-needs.js';
import { awaitedObject, isCountingSemaphore, isPartOf } from '../wait-terms.js';
import type { Finding } from '../../../types.js';
import { KeptPointers } from './kept-pointers.js';

/** How a completion needs a lock first. */
export interface Needed {
  /** The class of the completion. */
  readonly what: string;
  /** The function that completes it, and where. */
  readonly by: FunctionRef;
  readonly at: Site;
  /** Everything that completes it. */
  readonly completers: readonly Completer[];
  /** The lock in terms of that function, and where it takes the lock. */
  readonly lock: Term;
  readonly from: Site;
}

/** A completion, with what completes it. */
interface Completed {
  /** The class of the completion. */
  readonly slot: string;
  readonly completers: readonly Completer[];
  /** Whether code that is not known may complete it, too. */
  readonly isOtherUnknown: boolean;
}

/** A held lock, with where the completers take one of its class. */
interface HeldAgainst {
  readonly key: string;
  readonly holds: HeldLock;
  readonly needs: readonly Need[];
}

/**
 * Finds waits for a completion under a lock that all completers need first: none of them reaches complete() while the
 * lock is held.
 */
export class CompletionWaits {
  private readonly directories = new Map<string, ReadonlyMap<string | undefined, readonly Completer[]>>();
  private readonly needs: CompleterNeeds;
  private readonly filesAround: FilesAround;
  private readonly keptPointers: KeptPointers;
  private readonly callers: KnownCallers;
  private readonly found = new Map<string, Finding>();

  constructor(
    private readonly context: CheckContext,
    private readonly proofs: ProofRun,
    private readonly slots: WaitSlots,
  ) {
    this.needs = new CompleterNeeds(context, proofs);
    this.filesAround = new FilesAround(context.around.program);
    this.callers = new KnownCallers(context.collected);
    this.keptPointers = new KeptPointers(context, proofs, slots, this.filesAround);
  }

  findings(): readonly Finding[] {
    return [...this.found.values()];
  }

  consider(place: WaitPlace): void {
    const { effect, api, steps } = place;
    const waiter = steps.at(-1)?.fn;
    const object = awaitedObject(api, effect.args);
    if (waiter === undefined || object === undefined || object.k === 'parameter') return;
    if (t.rootOf(object).k !== 'local') return this.considerAs(place, object, waiter, undefined);
    // An object on the stack: code that received its address through another object completes it by the name there.
    for (const published of publishedNames(this.proofs, this.context.around.program, steps))
      this.considerAs(place, published.object, waiter, published);
  }

  private considerAs(
    place: WaitPlace,
    named: Term,
    waiter: FunctionRef,
    published: Published | undefined,
  ): void {
    const { api, held } = place;
    const all =
      api.awaits === 'semaphore' ? this.releasersOf(named, waiter) : this.completersOf(named, waiter);
    if (all === undefined) return;
    const { slot, isOtherUnknown } = all;
    // Who waits while the device is in use must not depend on its removal.
    const inUse = all.own.filter(({ fn }) => !this.isOfRemoval(fn));
    const own = inUse.length > 0 ? inUse : all.own;
    for (const key of held) {
      const needs = own.map((completer) => this.needs.of(completer, key));
      if (needs.some((need) => need === undefined)) continue;
      if (api.awaits === 'semaphore') {
        if (!this.semaphores.outlasts(slot, key, waiter.file) || this.semaphores.isSectionOf(slot)) continue;
        // Who releases it under a lock of its callers, and is named as a value, may have callers without it. The waiter itself is
        // no other task.
        const isLent = own.some(({ fn }, i) =>
          needs[i]?.some(
            ({ site }) =>
              site.fn === place.root || (site.fn !== fn && this.callers.namesIn(fn.file).has(fn.name)),
          ),
        );
        if (isLent) continue;
      }
      for (const arriving of arrivingAt(this.proofs, place)) {
        const object = published?.object ?? awaitedObject(api, arriving.arrived.args) ?? arriving.object;
        const waiting = { ...arriving, object, published };
        const holds = waiting.arrived.held.find((h) => h.site.fn === place.root && keyOf(h) === key);
        if (holds === undefined || holds.kind === 'srcu') continue;
        if (api.dropsArg !== undefined && isPartOf(holds.term, waiting.arrived.args[api.dropsArg])) continue;
        const known = needs.flatMap((need) => need ?? []);
        this.report(waiting, { slot, completers: own, isOtherUnknown }, { key, holds, needs: known });
        break;
      }
    }
  }

  private get semaphores(): Semaphores {
    return Semaphores.of(this.context.collected, this.context.around.classes);
  }

  private isOfRemoval({ file, item }: FunctionRef): boolean {
    const { program, models } = this.context.around;
    return item !== undefined && isOnlyInRemoval(models, driverOf(program, file), item);
  }

  /** The functions that complete what a function waits for, and whether further functions complete something unknown; `undefined` if there are none. */
  private completersOf(
    named: Term,
    waiter: FunctionRef,
  ):
    | { readonly slot: string; readonly own: readonly Completer[]; readonly isOtherUnknown: boolean }
    | undefined {
    const slot = this.slots.slotOf(named, 'object', waiter.file);
    const directory = folderOf(waiter.file);
    // Code in other directories may complete an object that is declared elsewhere.
    const declared = slot === undefined ? undefined : this.context.around.classes.info(slot)?.declaredAt;
    if (slot === undefined || declared === undefined) return undefined;
    const folders = this.foldersOf(declared.file, directory);
    const completersOf = (one: string): readonly Completer[] =>
      folders.flatMap((folder) => this.completersIn(folder).get(one) ?? []);
    let own = completersOf(slot);
    // It may be known by another pointer where it is completed.
    if (own.length === 0 && named.k === 'field') {
      const kept = this.keptPointers.of(slot, named.name, declared.file);
      const completers = kept.map((one) => completersOf(one.slot).map((by) => ({ ...by, kept: one })));
      own = completers.some(({ length }) => length === 0) ? [] : completers.flat();
    }
    const isOtherUnknown = folders.some((folder) => this.completersIn(folder).has(undefined));
    return own.length === 0 ? undefined : { slot, own, isOtherUnknown };
  }

  /** The functions that release a semaphore which they have not taken, as {@link completersOf} for a completion. */
  private releasersOf(named: Term, waiter: FunctionRef): ReturnType<CompletionWaits['completersOf']> {
    const slot = this.slots.slotOf(named, 'object', waiter.file);
    const own = slot === undefined ? [] : this.semaphores.releasesOf(slot);
    if (slot === undefined || own.length === 0) return undefined;
    return {
      slot,
      own: own.map(({ fn, use: { api, lock, site, locksets } }) => {
        const object = t.address(lock.term);
        return { fn, effect: { k: 'complete', api, args: [object], site, locksets }, object };
      }),
      isOtherUnknown: this.semaphores.mayBeReleasedElse(slot, waiter.file),
    };
  }

  /**
   * How everything that completes what `waiter` waits for needs a lock of class `key` first; `undefined` if some of it does
   * not, or is unknown.
   */
  neededBy(named: Term, waiter: FunctionRef, key: string): Needed | undefined {
    const all = this.completersOf(named, waiter);
    if (all === undefined || all.isOtherUnknown) return undefined;
    const needs = all.own.map((completer) => this.needs.of(completer, key));
    const [completer, need] = [all.own[0], needs[0]?.[0]];
    if (needs.includes(undefined) || completer === undefined || need?.key !== key) return undefined;
    if (needs.some((some) => some?.some(({ isConditional }) => isConditional))) return undefined;
    return {
      what: all.slot,
      by: completer.fn,
      at: completer.effect.site,
      completers: all.own,
      lock: need.lock,
      from: need.site,
    };
  }

  /** Everything that completes what `waiter` waits for; empty if some of it is unknown. */
  allOf(named: Term, waiter: FunctionRef): readonly Completer[] {
    const all = this.completersOf(named, waiter);
    return all === undefined || all.isOtherUnknown ? [] : all.own;
  }

  /** Folders whose code can complete an object declared in a file: the waiter's, and those that include the header. */
  private foldersOf(declared: string, directory: string): readonly string[] {
    if (!declared.endsWith('.h') && folderOf(declared) !== directory) return [];
    const files = this.filesAround.of(declared);
    return files === undefined ? [] : [...new Set([directory, ...files.map(folderOf)])];
  }

  /** Completers in a directory, keyed by completion class; key `undefined` holds those whose completion is unknown. */
  private completersIn(directory: string): ReadonlyMap<string | undefined, readonly Completer[]> {
    const known = this.directories.get(directory);
    if (known !== undefined) return known;
    const { program, models } = this.context.around;
    const found = new Map<string | undefined, Completer[]>();
    for (const file of program.filesIn(directory)) {
      const outline = program.outline(file);
      for (const index of outline ? handlersOf(outline, models).completing : []) {
        const fn = program.functionAt(file, index);
        if (fn === undefined) continue;
        const summary = this.context.around.summaryOf(fn);
        if (summary === undefined) {
          program.demand(fn, 'path');
          continue;
        }
        for (const effect of summary.apis) {
          const api = models.api(effect.api);
          const object = completes(api) ? effect.args[api?.arg ?? 0] : undefined;
          if (object === undefined) continue;
          const slot = this.slots.slotOf(object, 'object', file);
          append(found, slot, { fn, effect, object });
        }
      }
    }
    this.directories.set(directory, found);
    return found;
  }

  private report(
    waiting: Awaiting,
    { slot, completers, isOtherUnknown }: Completed,
    { key, holds, needs }: HeldAgainst,
  ): void {
    const { classes } = this.context.around;
    const { root, steps, effect, arrived } = waiting;
    const [completer] = completers;
    const [need] = needs;
    if (completer === undefined || need === undefined) return;
    const lock = shown(classes, key);
    const what = shown(classes, slot);
    const by = `${completer.fn.name}()`;
    const same = needs.every((one) => isSameLock(this.context, waiting, one, holds));
    // Another subclass is another lock, unless it is proven to be the same one.
    if (!same && needs.some((one) => one.key !== key)) return;
    let confidence: Confidence = same ? 'high' : 'medium';
    const isTimed = waiting.api.timed === true;
    // A timed wait for a condition may only be a delay, whereas a completer is expected.
    if (isTimed && waiting.api.awaits === 'condition') confidence = 'medium';
    const isNear = steps.length <= 2 || isPlainPath(this.context.proofs, steps, arrived.facts);
    const isLast = needsLastReference(this.context.around, steps);
    const isCounting = isCountingSemaphore(this.context, holds, root.file);
    const isSometimes = needs.some(({ isConditional }) => isConditional);
    if (isOtherUnknown || !isNear || isLast || isCounting) confidence = lesser(confidence, 'medium');
    if (!holds.certain || classes.info(key)?.generic === true) confidence = 'low';
    // The reply may come on another path, or have come before.
    if (isSometimes || mayHaveCompleted(this.context, waiting, completers)) confidence = 'low';
    // Two readers meet only with a writer in between.
    if (holds.mode === 'read' && needs.some(({ mode }) => mode === 'read')) confidence = 'low';
    const through = steps.length > 1 ? ` through ${steps[1]?.fn.name ?? ''}()` : '';
    const id = ['wait-deadlock', root.file, root.name, key, slot].join('\n');
    this.found.set(id, {
      id: hashText(id),
      rule: 'wait-deadlock',
      // A timed wait ends: nothing hangs forever.
      severity: isTimed ? 'warning' : 'error',
      confidence,
      message: `${isTimed ? 'stalls until the timeout: ' : ''}waits for ${what} with ${effect.api}()${through} while holding ${lock}, which ${by} ${isSometimes ? 'may need' : 'needs'} before it can ${ending(waiting.api)} it`,
      at: locationOf(steps[0] ?? effect.site),
      locks: [lock],
      story: [
        ...tellChain(classes, steps, { text: `waits for ${what}`, waitsWith: effect.api }, 0, {
          held: arrived.held,
          told: [holds],
        }),
        { path: 1, ...locationOf(need.site), text: `takes ${lock}`, held: [] },
        {
          path: 1,
          ...locationOf(completer.effect.site),
          text: `only then calls ${completer.effect.api}() for ${what}`,
          held: [],
        },
      ],
      assumes: [
        { reason: 'completers', text: `nothing else ${ending(waiting.api)}s ${what}` },
        ...(same ? [] : [{ reason: 'same-instance', text: `all refer to the same ${lock}` }]),
      ],
      witnesses: [witnessId(['wait-deadlock', slot, key, ...siteNames(steps)])],
      evidence: [],
      fixes: [],
    });
  }
}

/** The word for what ends a wait. */
function ending({ awaits }: OtherApi): string {
  return awaits === 'condition' ? 'wake' : awaits === 'semaphore' ? 'release' : 'complete';
}
