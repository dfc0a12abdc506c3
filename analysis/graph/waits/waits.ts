import { BOUNDS } from '../../base/bounds.js';
import { folderOf } from '../../base/paths.js';
import type { Surroundings } from '../../summaries/surroundings.js';
import * as t from '../../summaries/locks/terms.js';
import type { Term } from '../../summaries/locks/terms.js';
import type { ApiEffect, FunctionSummary, Site } from '../../summaries/state/types.js';
import type { FunctionRef } from '../../link/types.js';
import type { Models, OtherApi } from '../../models/types.js';
import { ByDistance } from '../events/by-distance.js';
import { calleesBeside, namesCalled, targetsBeside, within, type Within } from '../events/bounded.js';
import type { ProofRun } from '../paths/proofs.js';
import { flatten, type Arrived } from '../paths/replay.js';

/** A wait that may be reached with locks held, before paths are checked. */
export interface WaitPlace {
  readonly root: FunctionRef;
  /** Calls from the root, then the wait. */
  readonly steps: readonly Site[];
  readonly effect: ApiEffect;
  readonly api: OtherApi;
  /** Classes held in the root at the first step. */
  readonly held: ReadonlySet<string>;
}

/** One feasible path to a wait, in terms of the root. */
export interface Waiting extends WaitPlace {
  readonly arrived: Arrived;
  /** The awaited object. */
  readonly object: Term;
}

/** Where a function waits, itself. */
export interface OwnWait {
  readonly effect: ApiEffect;
  readonly api: OtherApi;
}

/** Finds functions that wait for other code, directly or through calls. */
export class Waits {
  private readonly reaching: Within;
  private readonly own = new Map<FunctionSummary, readonly OwnWait[]>();
  /** By folder: the waits that a function reaches by exactly so many calls in it; `''`: in any folder. */
  private readonly reached = new Map<string, ByDistance<ReadonlySet<OwnWait>>>();

  constructor(
    private readonly around: Surroundings,
    private readonly fits: (api: OtherApi) => boolean,
  ) {
    this.reaching = within(around, (fn) => this.waitsItself(fn), calleesBeside);
  }

  /** A function's own waits. */
  of(summary: FunctionSummary): readonly OwnWait[] {
    let own = this.own.get(summary);
    if (own === undefined) this.own.set(summary, (own = [...this.find(summary)]));
    return own;
  }

  private *find(summary: FunctionSummary): Generator<OwnWait> {
    for (const effect of summary.apis) {
      const api = this.around.models.api(effect.api);
      if (!isWaiting(api)) continue;
      const told = api?.waitsArg === undefined ? undefined : effect.args[api.waitsArg];
      // It only starts the function on another processor.
      if (told?.k === 'constant' && told.value === 0) continue;
      if (this.fits(api)) yield { effect, api };
    }
    for (const { api: name, lock, site, locksets } of summary.acquires) {
      const api = site.via === undefined ? semaphoreWait(this.around.models, name) : undefined;
      if (api === undefined || !this.fits(api)) continue;
      yield { effect: { k: 'wait', api: name, args: [t.address(lock.term)], site, locksets }, api };
    }
  }

  /**
   * Waits reached from a function while it holds a lock that it acquired, directly or a few calls below. Only those for
   * which `matters` holds; it is asked for each of them, with the classes held.
   */
  *under(
    summary: FunctionSummary,
    classOf: (lock: FunctionSummary['acquires'][number]['lock']) => string | undefined,
    matters: (wait: OwnWait, held: ReadonlySet<string>) => boolean,
  ): Generator<WaitPlace> {
    const heldAt = (locksets: ApiEffect['locksets']): Set<string> => {
      const keys = new Set<string>();
      for (const { held } of locksets) {
        for (const lock of held) {
          const key = classOf(lock);
          if (key !== undefined) keys.add(key);
        }
      }
      return keys;
    };
    const root = summary.fn;
    for (const wait of this.of(summary)) {
      const held = heldAt(wait.effect.locksets);
      if (held.size > 0 && matters(wait, held)) yield { root, steps: [wait.effect.site], ...wait, held };
    }
    for (const call of summary.calls) {
      const callees = targetsBeside(call).filter((callee) => callee !== root);
      if (callees.length === 0) continue;
      if (!call.locksets.some(({ held }) => held.length > 0)) continue;
      const held = heldAt(call.locksets);
      if (held.size === 0) continue;
      for (const [calls, folder] of distances(root)) {
        for (const callee of callees) {
          const wanted = [...this.reachedBy(callee, calls, folder)].filter((wait) => matters(wait, held));
          if (wanted.length === 0) continue;
          for (const { tail, ...wait } of this.tails(callee, calls, [root], folder, new Set(wanted)))
            yield { root, steps: [...flatten(call.site), ...tail], ...wait, held };
        }
      }
    }
  }

  /** Whether a function waits, directly or within a number of calls. Coarse: paths are not checked. */
  reach(fn: FunctionRef, calls: number): boolean {
    return this.reaching.of(fn, calls);
  }

  /** Waits exactly `calls` calls below a function, if all functions on the way are in `folder`, where one is given. */
  private reachedBy(fn: FunctionRef, calls: number, folder: string): ReadonlySet<OwnWait> {
    if ((folder !== '' && folderOf(fn.file) !== folder) || !this.reach(fn, calls)) return NONE;
    let known = this.reached.get(folder);
    if (known === undefined) this.reached.set(folder, (known = new ByDistance()));
    return known.of(fn, calls, () => {
      const summary = this.around.summaryOf(fn);
      if (summary === undefined) {
        this.around.program.demand(fn, 'path');
        return NONE;
      }
      if (calls === 0) return new Set(this.of(summary));
      const all = new Set<OwnWait>();
      for (const call of summary.calls)
        for (const callee of targetsBeside(call))
          for (const wait of this.reachedBy(callee, calls - 1, folder)) all.add(wait);
      return all.size === 0 ? NONE : all;
    });
  }

  /** Paths from a function's entry to a wait, the shortest first; long ones only in the function's folder. */
  *below(fn: FunctionRef): Generator<OwnWait & { readonly tail: readonly Site[] }> {
    for (const [calls, folder] of distances(fn)) yield* this.tails(fn, calls, [], folder);
  }

  /** Paths from a function's entry to a wait, exactly `calls` calls deep; `wanted`, if given, are the waits to reach. */
  *tails(
    fn: FunctionRef,
    calls: number,
    above: readonly FunctionRef[],
    folder = '',
    wanted?: ReadonlySet<OwnWait>,
  ): Generator<OwnWait & { readonly tail: readonly Site[] }> {
    if (above.includes(fn) || !this.leadsTo(fn, calls, folder, wanted)) return;
    if (calls === 0) {
      for (const wait of this.reachedBy(fn, calls, folder))
        if (wanted?.has(wait) !== false) yield { tail: [wait.effect.site], ...wait };
      return;
    }
    for (const call of this.around.summaryOf(fn)?.calls ?? []) {
      for (const callee of targetsBeside(call)) {
        if (!this.leadsTo(callee, calls - 1, folder, wanted)) continue;
        for (const { tail, ...wait } of this.tails(callee, calls - 1, [...above, fn], folder, wanted))
          yield { tail: [...flatten(call.site), ...tail], ...wait };
      }
    }
  }

  /** Whether a wait, one of `wanted` if that is given, is exactly `calls` calls below a function. */
  private leadsTo(
    fn: FunctionRef,
    calls: number,
    folder: string,
    wanted: ReadonlySet<OwnWait> | undefined,
  ): boolean {
    const below = this.reachedBy(fn, calls, folder);
    return below.size > 0 && (wanted === undefined || meet(below, wanted));
  }

  private waitsItself(fn: FunctionRef): boolean {
    for (const name of namesCalled(this.around.program, fn)) {
      const api = this.around.models.api(name);
      if (isWaiting(api) && this.fits(api)) return true;
      const semaphore = semaphoreWait(this.around.models, name);
      if (semaphore !== undefined && this.fits(semaphore)) return true;
    }
    return false;
  }
}

/** Whether a call waits for functions, or calls those of a queue itself. */
function isWaiting(api: OtherApi | undefined): api is OtherApi {
  return api?.k === 'wait' || (api?.k === 'register' && api.callsBack === true);
}

/** What taking a semaphore is to those who wait for whoever releases it; `undefined` for other calls. */
function semaphoreWait(models: Models, name: string): OtherApi | undefined {
  const api = models.lockApi(name);
  if (api?.kind !== 'semaphore' || api.nonBlocking === true) return undefined;
  if (api.op !== 'acquire' && api.op !== 'try') return undefined;
  return { name, k: 'wait', awaits: 'semaphore', arg: 0, ...(api.timed === true ? { timed: true } : {}) };
}

/** Numbers of calls from a function to a wait, each with the folder in which the way has to stay; `''`: in any. */
function* distances({ file }: FunctionRef): Generator<readonly [calls: number, folder: string]> {
  for (let calls = 0; calls < BOUNDS.callsToWaitInFolder; calls++)
    yield [calls, calls < BOUNDS.callsToWait ? '' : folderOf(file)];
}

const NONE: ReadonlySet<OwnWait> = new Set();

function meet(some: ReadonlySet<OwnWait>, others: ReadonlySet<OwnWait>): boolean {
  if (some.size > others.size) return meet(others, some);
  for (const one of some) if (others.has(one)) return true;
  return false;
}

/** The feasible paths to a wait. */
export function* arriving(proofs: ProofRun, place: WaitPlace): Generator<Waiting> {
  for (const arrived of proofs.arrive(place.steps)) {
    const { arg } = place.api;
    // A wait for everything has no object. That of a semaphore is a lock event, which has no arguments.
    const given = arrived.lock === undefined ? undefined : t.address(arrived.lock.term);
    const object = arg === undefined ? t.opaque('all', '') : (arrived.args[arg] ?? given);
    if (object !== undefined) yield { ...place, arrived, object };
  }
}
