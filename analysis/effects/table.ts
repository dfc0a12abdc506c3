import type { FunctionRef, Program } from '../link/types.js';
import type { Models } from '../models/types.js';
import { ClassTable } from './locks.js';
import type { Surroundings } from './step.js';
import { summarise } from './summarise.js';
import type { Effects } from './types.js';

/** Callees interpreted inside one another before a call is cut off. */
const MAX_DEPTH = 120;

interface Known {
  readonly effects: Effects;
  /** What it was computed from: callees and the signature they had. */
  readonly used: ReadonlyMap<FunctionRef, string>;
  /** The round it was last found to be up to date. */
  round: number;
}

/**
 * Effects of all functions, computed bottom-up on demand and kept as long as the signatures of its callees
 * stay the same (early cut-off). A function whose body changes is another {@link FunctionRef}.
 */
export class EffectsTable implements Surroundings {
  readonly classes: ClassTable;
  private known = new Map<FunctionRef, Known>();
  private readonly active: { readonly fn: FunctionRef; readonly used: Map<FunctionRef, string> }[] = [];
  private readonly onStack = new Set<FunctionRef>();
  private round = 0;
  /** How many functions were interpreted since the table exists. */
  interpreted = 0;

  constructor(
    readonly program: Program,
    readonly models: Models,
  ) {
    this.classes = new ClassTable(program, models);
  }

  /** Begins a round: the program may have changed since the last one. */
  begin(): void {
    this.round++;
  }

  /** Drops what is kept for functions that no longer exist. */
  prune(alive: (fn: FunctionRef) => boolean): void {
    for (const fn of this.known.keys()) if (!alive(fn)) this.known.delete(fn);
  }

  effectsOf(fn: FunctionRef): Effects | undefined {
    const effects = this.compute(fn);
    this.active.at(-1)?.used.set(fn, effects?.signature ?? '');
    return effects;
  }

  private compute(fn: FunctionRef): Effects | undefined {
    const old = this.known.get(fn);
    if (old?.round === this.round) return old.effects;
    if (!this.program.hasSkeleton(fn)) return undefined;
    if (this.onStack.has(fn) || this.active.length > MAX_DEPTH) return undefined;
    if (old !== undefined && this.upToDate(fn, old)) {
      old.round = this.round;
      return old.effects;
    }
    const skeleton = this.program.skeleton(fn);
    if (skeleton === undefined) return undefined;
    const used = new Map<FunctionRef, string>();
    this.onStack.add(fn);
    this.active.push({ fn, used });
    this.interpreted++;
    const effects = summarise(this, fn, skeleton);
    this.active.pop();
    this.onStack.delete(fn);
    this.known.set(fn, { effects, used, round: this.round });
    return effects;
  }

  private upToDate(fn: FunctionRef, old: Known): boolean {
    this.onStack.add(fn);
    let same = true;
    for (const [callee, signature] of old.used) {
      // A callee whose file was replaced is another function, also where it does the same.
      const isThere = this.program.functionById(callee.id) === callee;
      if (isThere && (this.compute(callee)?.signature ?? '') === signature) continue;
      same = false;
      break;
    }
    this.onStack.delete(fn);
    return same;
  }
}
