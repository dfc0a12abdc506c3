import { runToEnd } from '../base/progress.js';
import { comparePaths } from '../link/files.js';
import type { FunctionRef, Program } from '../link/types.js';
import type { Models } from '../models/types.js';
import type { FileOutline } from '../outline/types.js';
import type { Skeleton } from '../summary/types.js';
import { AccessorDemands } from './accessors.js';
import { ClassTable } from './locks.js';
import type { Surroundings } from './step.js';
import { Sharing } from './sharing.js';
import { summarise } from './summarise.js';
import type { Effects } from './types.js';

/** Callees interpreted inside one another before a call is cut off. */
const MAX_DEPTH = 120;
/** Functions looked through between two yields. */
const ASKED_AT_ONCE = 64;

/** The functions of a file that have a skeleton. */
interface FileFunctions {
  readonly outline: FileOutline | undefined;
  readonly functions: readonly FunctionRef[];
}

const NO_FUNCTIONS: readonly FunctionRef[] = [];

/** The outline itself, if it has functions: many headers have none. */
function withFunctions(outline: FileOutline): FileOutline | undefined {
  return outline.functions.length > 0 ? outline : undefined;
}

/** Users of a function are few, or looked through now and then for those that are gone. */
const MANY_USERS = 4;

interface Known {
  readonly effects: Effects;
  /** What it was computed from: callees, and what it depended on of each of them. */
  readonly used: readonly FunctionRef[];
  readonly signatures: readonly string[];
}

/** A function whose effects are to be found out. */
interface ToInterpret {
  readonly missing: Skeleton;
  readonly old: Known | undefined;
}

type Found = Pick<Known, 'effects'> | { readonly effects: undefined } | ToInterpret;

const NOT_KNOWN: Found = { effects: undefined };

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
  private readonly accessors: AccessorDemands;
  /** For the functions of one run: what went with an edit does not stay for its sake. */
  private sharing = new Sharing();
  /** Whether nothing was interpreted yet. */
  isNew = true;
  /** By file: its functions that have a skeleton. */
  private readonly byFile = new Map<string, FileFunctions>();
  /** Those that have functions, sorted. Files and functions do not come and go while a table is in use. */
  private paths: readonly string[] = [];

  constructor(
    readonly program: Program,
    readonly models: Models,
  ) {
    this.classes = new ClassTable(program, models);
    this.accessors = new AccessorDemands(program);
  }

  /**
   * Takes note of what changed in the program. Returns the functions whose effects may be new since they were
   * last {@link settled}: all the first time.
   */
  begin(): Iterable<FunctionRef> {
    const { program, suspects, fresh } = this;
    this.classes.begin();
    const changed = program.takeChanged();
    this.suspectUsers(changed);
    for (const { file } of changed) this.byFile.delete(file);
    for (const fn of changed) {
      if (program.functionById(fn.id) === fn) {
        fresh.add(fn);
        continue;
      }
      this.known.delete(fn);
      this.users.delete(fn);
      suspects.delete(fn);
      fresh.delete(fn);
      this.accessors.forget(fn);
    }
    return this.isNew
      ? { [Symbol.iterator]: () => program.functions()[Symbol.iterator]() }
      : [...fresh, ...suspects];
  }

  private suspectUsers(changed: readonly FunctionRef[]): void {
    const { users, suspects } = this;
    const queue = [...changed];
    for (let fn = queue.pop(); fn !== undefined; fn = queue.pop()) {
      for (const user of users.get(fn) ?? []) {
        if (suspects.has(user) || !this.known.has(user)) continue;
        suspects.add(user);
        queue.push(user);
      }
    }
  }

  /**
   * Asks for what the effects of these functions depend on, as far as it can be told without interpreting any:
   * while something is missing, interpreting would be in vain.
   */
  *ask(functions: Iterable<FunctionRef>): Generator<{ readonly done: number }, void> {
    let done = 0;
    for (const list of [functions, this.fresh]) {
      for (const fn of list) {
        this.accessors.ask(fn);
        if (++done % ASKED_AT_ONCE === 0) yield { done };
      }
    }
  }

  /** All functions that have a skeleton, in the order of the program. */
  *interpreted(): Generator<FunctionRef> {
    const { program, byFile } = this;
    const outlines = program.facts.of(withFunctions);
    if (this.paths.length !== outlines.size) this.paths = [...outlines.keys()].sort(comparePaths);
    for (const file of this.paths) {
      const outline = outlines.get(file);
      let known = byFile.get(file);
      if (known === undefined || known.outline !== outline) {
        known = { outline, functions: this.inFile(file, outline) };
        byFile.set(file, known);
      }
      yield* known.functions;
    }
  }

  private inFile(file: string, outline: FileOutline | undefined): readonly FunctionRef[] {
    const { program } = this;
    const found: FunctionRef[] = [];
    for (const index of outline?.functions.keys() ?? []) {
      const fn = program.functionAt(file, index);
      if (fn !== undefined && program.hasSkeleton(fn)) found.push(fn);
    }
    return found.length === 0 ? NO_FUNCTIONS : found;
  }

  /** Everything that {@link begin} named was looked at. */
  settled(): void {
    this.isNew = false;
    this.fresh.clear();
    this.sharing = new Sharing();
  }

  effectsOf(fn: FunctionRef, concern?: 'locks'): Effects | undefined {
    const effects = this.compute(fn);
    const used = this.active.at(-1);
    if (used !== undefined && (concern === undefined || !used.has(fn)))
      used.set(fn, dependency(effects, concern));
    return effects;
  }

  /** The same in slices, where nobody is being computed; those that are computed on the way are in one go each. */
  *computed(fn: FunctionRef): Generator<void, Effects | undefined> {
    const found = this.find(fn);
    return 'missing' in found ? yield* this.interpret(fn, found) : found.effects;
  }

  private compute(fn: FunctionRef): Effects | undefined {
    const found = this.find(fn);
    return 'missing' in found ? runToEnd(this.interpret(fn, found)) : found.effects;
  }

  /** What holds of a function, or what it takes to find out. */
  private find(fn: FunctionRef): Found {
    const old = this.known.get(fn);
    if (old !== undefined && !this.suspects.has(fn)) return old;
    if (!this.program.hasSkeleton(fn)) return NOT_KNOWN;
    if (this.onStack.has(fn) || this.active.length > MAX_DEPTH) return NOT_KNOWN;
    if (old !== undefined && this.stillHolds(fn, old)) {
      this.suspects.delete(fn);
      return old;
    }
    const missing = this.program.skeleton(fn);
    return missing === undefined ? NOT_KNOWN : { missing, old };
  }

  private *interpret(fn: FunctionRef, { missing, old }: ToInterpret): Generator<void, Effects> {
    const used = new Map<FunctionRef, string>();
    const work = summarise(this, fn, missing);
    for (;;) {
      // Whoever asks between two steps is no callee, and may ask for this one.
      this.onStack.add(fn);
      this.active.push(used);
      const step = work.next();
      this.active.pop();
      this.onStack.delete(fn);
      if (step.done === true) {
        const effects = this.sharing.settle(step.value);
        this.suspects.delete(fn);
        this.keep(fn, old, { effects, used: [...used.keys()], signatures: [...used.values()] });
        return effects;
      }
      yield;
    }
  }

  private keep(fn: FunctionRef, old: Known | undefined, now: Known): void {
    this.known.set(fn, now);
    const before = new Set(old?.used);
    for (const callee of now.used) {
      if (before.has(callee)) continue;
      const users = this.users.get(callee);
      if (users === undefined) this.users.set(callee, [fn]);
      else if (users.push(fn) >= MANY_USERS && isPowerOfTwo(users.length))
        this.users.set(callee, this.living(users));
    }
  }

  /** Without those that are gone: every edit of a file puts other functions in the place of its own. */
  private living(users: readonly FunctionRef[]): FunctionRef[] {
    return [...new Set(users)].filter((user) => this.known.has(user));
  }

  private stillHolds(fn: FunctionRef, { used, signatures }: Known): boolean {
    this.onStack.add(fn);
    // A callee whose file was replaced is another function, also where it does the same.
    const holds = used.every(
      (callee, i) =>
        this.program.functionById(callee.id) === callee && isMet(this.compute(callee), signatures[i]),
    );
    this.onStack.delete(fn);
    return holds;
  }
}

/** What a function without body, or with neutral effects where that is as good, is to its callers. */
export const NO_EFFECT = '';
/** Nothing known, where neutral effects would have been something else. */
const UNKNOWN = '?';

/** What a function that looked at the effects of a callee depends on, as text. */
export function dependency(effects: Effects | undefined, concern?: 'locks'): string {
  if (concern === undefined) return effects?.signature ?? UNKNOWN;
  return effects === undefined || effects.isNeutral ? NO_EFFECT : effects.signature;
}

/** Whether a function still does what another one depended on. */
export function isMet(effects: Effects | undefined, on: string | undefined): boolean {
  return on === dependency(effects) || (on === NO_EFFECT && on === dependency(effects, 'locks'));
}

function isPowerOfTwo(count: number): boolean {
  return (count & (count - 1)) === 0;
}
