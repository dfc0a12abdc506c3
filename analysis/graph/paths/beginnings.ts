import { BOUNDS } from '../../base/bounds.js';
import type { State } from '../../summaries/state/state.js';
import type { Surroundings } from '../../summaries/surroundings.js';
import type { Term } from '../../summaries/locks/terms.js';
import type { UsedSummaries } from './used.js';

/** A state of the caller at a call, with the arguments. */
export interface Arrival {
  readonly state: State;
  readonly args: readonly Term[];
  /** The pointer through which the call goes. */
  readonly pointer: Term | undefined;
}

export interface Beginning {
  /** The arrivals at the previous call, from which these were computed; `undefined` for a root. */
  readonly from: readonly Arrival[] | undefined;
  readonly arrivals: readonly Arrival[];
  used: UsedSummaries;
  /** Number of block executions from the root to here. */
  readonly steps: number;
  /** The replayer that last validated this entry; dependencies do not change during a replay. */
  seen: object;
}

/** A cache shared by replays: many chains have a common prefix. */
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
