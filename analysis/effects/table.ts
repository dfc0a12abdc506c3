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
  /** What it was computed from: callees, and the signature that each of them had (`''`: none). */
  readonly used: readonly FunctionRef[];
  readonly signatures: readonly string[];
}

/**
 * Effects of all functions, computed bottom-up on demand and kept. When functions change, those that were
 * computed from them, however indirectly, are looked at again, and computed again only where the signature of
 * a callee is another one (early cut-off). A function whose body changes is another {@link FunctionRef}.
 */
export class EffectsTable implements Surroundings {
  readonly classes: ClassTable;
  private readonly known = new Map<FunctionRef, Known>();
  /** By callee: the functions computed from it. Some may be gone or not use it any more. */
  private readonly users = new Map<FunctionRef, FunctionRef[]>();
  /** Functions whose effects may no longer hold. */
  private readonly suspects = new Set<FunctionRef>();
  private readonly active: Map<FunctionRef, string>[] = [];
  private readonly onStack = new Set<FunctionRef>();
  private readonly fresh = new Set<FunctionRef>();
  private isNew = true;

  constructor(
    readonly program: Program,
    readonly models: Models,
  ) {
    this.classes = new ClassTable(program, models);
  }

  /**
   * Takes note of what changed in the program. Returns the functions whose effects may be new since they were
   * last {@link settled}: all the first time.
   */
  begin(): Iterable<FunctionRef> {
    const { program, users, suspects, fresh } = this;
    const changed = program.takeChanged();
    if (this.isNew) return program.functions();
    const queue = [...changed];
    for (let fn = queue.pop(); fn !== undefined; fn = queue.pop()) {
      for (const user of users.get(fn) ?? []) {
        if (suspects.has(user) || !this.known.has(user)) continue;
        suspects.add(user);
        queue.push(user);
      }
    }
    for (const fn of changed) {
      if (program.functionById(fn.id) === fn) {
        fresh.add(fn);
        continue;
      }
      this.known.delete(fn);
      this.users.delete(fn);
      suspects.delete(fn);
      fresh.delete(fn);
    }
    return [...fresh, ...suspects];
  }

  /** Everything that {@link begin} named was looked at. */
  settled(): void {
    this.isNew = false;
    this.fresh.clear();
  }

  effectsOf(fn: FunctionRef): Effects | undefined {
    const effects = this.compute(fn);
    this.active.at(-1)?.set(fn, effects?.signature ?? '');
    return effects;
  }

  private compute(fn: FunctionRef): Effects | undefined {
    const old = this.known.get(fn);
    if (old !== undefined && !this.suspects.has(fn)) return old.effects;
    if (!this.program.hasSkeleton(fn)) return undefined;
    if (this.onStack.has(fn) || this.active.length > MAX_DEPTH) return undefined;
    if (old !== undefined && this.stillHolds(fn, old)) {
      this.suspects.delete(fn);
      return old.effects;
    }
    const skeleton = this.program.skeleton(fn);
    if (skeleton === undefined) return undefined;
    const used = new Map<FunctionRef, string>();
    this.onStack.add(fn);
    this.active.push(used);
    const effects = summarise(this, fn, skeleton);
    this.active.pop();
    this.onStack.delete(fn);
    this.suspects.delete(fn);
    this.keep(fn, old, { effects, used: [...used.keys()], signatures: [...used.values()] });
    return effects;
  }

  private keep(fn: FunctionRef, old: Known | undefined, now: Known): void {
    this.known.set(fn, now);
    const before = new Set(old?.used);
    for (const callee of now.used) {
      if (before.has(callee)) continue;
      const users = this.users.get(callee);
      if (users === undefined) this.users.set(callee, [fn]);
      else users.push(fn);
    }
  }

  private stillHolds(fn: FunctionRef, { used, signatures }: Known): boolean {
    this.onStack.add(fn);
    // A callee whose file was replaced is another function, also where it does the same.
    const holds = used.every(
      (callee, i) =>
        this.program.functionById(callee.id) === callee &&
        (this.compute(callee)?.signature ?? '') === signatures[i],
    );
    this.onStack.delete(fn);
    return holds;
  }
}
