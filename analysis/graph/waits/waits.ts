import { BOUNDS } from '../../base/bounds.js';
import type { Surroundings } from '../../summaries/interpret/step.js';
import * as t from '../../summaries/locks/terms.js';
import type { Term } from '../../summaries/locks/terms.js';
import type { ApiEffect, FunctionSummary, Site } from '../../summaries/state/types.js';
import type { FunctionRef } from '../../link/types.js';
import type { OtherApi } from '../../models/types.js';
import { calleesBeside, targetsBeside, within, type Bounded } from '../events/bounded.js';
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

/** Finds functions that wait for other code, directly or through calls. */
export class Waits {
  private readonly reaching: Bounded<boolean>;

  constructor(
    private readonly around: Surroundings,
    private readonly fits: (api: OtherApi) => boolean,
  ) {
    this.reaching = within(around, (fn) => this.waitsItself(fn), calleesBeside);
  }

  /** A function's own waits. */
  *of(summary: FunctionSummary): Generator<{ readonly effect: ApiEffect; readonly api: OtherApi }> {
    for (const effect of summary.apis) {
      const api = effect.k === 'wait' ? this.around.models.api(effect.api) : undefined;
      if (api !== undefined && this.fits(api)) yield { effect, api };
    }
  }

  /** Waits reached from a function while it holds a lock that it acquired, directly or a few calls below. */
  *under(
    summary: FunctionSummary,
    classOf: (lock: FunctionSummary['acquires'][number]['lock']) => string | undefined,
  ) {
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
    for (const { effect, api } of this.of(summary)) {
      const held = heldAt(effect.locksets);
      if (held.size > 0) yield { root, steps: [effect.site], effect, api, held } satisfies WaitPlace;
    }
    for (const call of summary.calls) {
      const callees = targetsBeside(call).filter((callee) => callee !== root);
      if (callees.length === 0) continue;
      if (!call.locksets.some(({ held }) => held.length > 0)) continue;
      const held = heldAt(call.locksets);
      if (held.size === 0) continue;
      for (let calls = 0; calls < BOUNDS.callsToWaitInFile; calls++) {
        const within = calls < BOUNDS.callsToWait ? undefined : root.file;
        for (const callee of callees) {
          for (const { tail, effect, api } of this.tails(callee, calls, [root], within))
            yield { root, steps: [...flatten(call.site), ...tail], effect, api, held } satisfies WaitPlace;
        }
      }
    }
  }

  /** Whether a function waits, directly or within a number of calls. Coarse: paths are not checked. */
  reach(fn: FunctionRef, calls: number): boolean {
    return this.reaching.of(fn, calls);
  }

  /** Paths from a function's entry to a wait, exactly `calls` calls deep; `file`, if given, contains all functions on them. */
  *tails(
    fn: FunctionRef,
    calls: number,
    above: readonly FunctionRef[],
    file?: string,
  ): Generator<{ readonly tail: readonly Site[]; readonly effect: ApiEffect; readonly api: OtherApi }> {
    if (above.includes(fn) || (file !== undefined && fn.file !== file) || !this.reach(fn, calls)) return;
    const summary = this.around.summaryOf(fn);
    if (summary === undefined) {
      this.around.program.demand(fn, 'path');
      return;
    }
    if (calls === 0) {
      for (const { effect, api } of this.of(summary)) yield { tail: [effect.site], effect, api };
      return;
    }
    for (const call of summary.calls) {
      for (const callee of targetsBeside(call)) {
        for (const { tail, ...rest } of this.tails(callee, calls - 1, [...above, fn], file))
          yield { tail: [...flatten(call.site), ...tail], ...rest };
      }
    }
  }

  private waitsItself(fn: FunctionRef): boolean {
    for (const name of fn.item?.calls ?? fn.macro?.calls ?? []) {
      const api = this.around.models.api(name);
      if (api?.k === 'wait' && this.fits(api)) return true;
    }
    return false;
  }
}

/** The feasible paths to a wait. */
export function* arriving(proofs: ProofRun, place: WaitPlace): Generator<Waiting> {
  for (const arrived of proofs.arrive(place.steps)) {
    const { arg } = place.api;
    // A wait for everything has no object.
    const object = arg === undefined ? t.opaque('all', '') : arrived.args[arg];
    if (object !== undefined) yield { ...place, arrived, object };
  }
}
