import { BOUNDS } from '../base/bounds.js';
import type { State } from '../effects/state.js';
import type { Surroundings } from '../effects/step.js';
import type { Term } from '../effects/terms.js';
import type { UsedEffects } from './used.js';

/** What arrives at a call: a state of the caller, and what it passes. */
export interface Arrival {
  readonly state: State;
  readonly args: readonly Term[];
}

export interface Beginning {
  /** What arrives at the call before, from which this was found; `undefined` for a root. */
  readonly from: readonly Arrival[] | undefined;
  readonly arrivals: readonly Arrival[];
  readonly used: UsedEffects;
  /** Executions of blocks that it took from the root to here. */
  readonly steps: number;
  /** The replayer that last saw that it still holds: what is used stays the same for as long as one replays. */
  seen: object;
}

/** What was asked for lately, also by replays before: chains that begin alike are asked for again and again. */
export class Beginnings {
  private static readonly known = new WeakMap<Surroundings, Beginnings>();

  static of(around: Surroundings): Beginnings {
    let kept = Beginnings.known.get(around);
    if (kept === undefined) {
      kept = new Beginnings();
      Beginnings.known.set(around, kept);
    }
    return kept;
  }

  private young = new Map<string, Beginning>();
  private old = new Map<string, Beginning>();

  get(key: string): Beginning | undefined {
    const recent = this.young.get(key);
    if (recent !== undefined) return recent;
    const found = this.old.get(key);
    if (found !== undefined) this.set(key, found);
    return found;
  }

  set(key: string, beginning: Beginning): void {
    if (this.young.size >= BOUNDS.cachedBeginnings) {
      this.old = this.young;
      this.young = new Map();
    }
    this.young.set(key, beginning);
  }

  forget(): void {
    this.young.clear();
    this.old.clear();
  }
}
