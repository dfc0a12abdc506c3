import { withoutSubclass } from '../../base/subclass.js';
import { BOUNDS } from '../../base/bounds.js';
import { append, Joined } from '../../base/lists.js';
import { OfFunctions } from '../../link/of-functions.js';
import { isSameList } from '../../summaries/solver/known.js';
import type { SummaryTable } from '../../summaries/solver/table.js';
import type {
  AcquireEffect,
  CallSummary,
  FunctionSummary,
  HeldLock,
  Lockset,
  LockRef,
} from '../../summaries/state/types.js';
import type { FunctionRef, Program } from '../../link/types.js';
import type { LockKind, Models } from '../../models/types.js';

/** A lock held while something else happens: one end of a dependency, with the function that shows it. */
export type EdgeSource =
  | {
      readonly k: 'acquire';
      readonly fn: FunctionRef;
      readonly holds: HeldLock;
      readonly acquire: AcquireEffect;
      readonly lockset: Lockset;
    }
  | {
      readonly k: 'call';
      readonly fn: FunctionRef;
      readonly holds: HeldLock;
      readonly call: CallSummary;
      readonly target: FunctionRef;
      readonly lockset: Lockset;
    };

/** An acquisition of a class. */
export interface ClassAcquisition {
  readonly fn: FunctionRef;
  readonly acquire: AcquireEffect;
}

/** Files added between two yields. */
const FILES_AT_ONCE = 64;

/** The input of the lock graph: one pass over the summaries of all functions with skeletons. */
export class Collected {
  /** Classes that a function itself acquires, blocking; includes lifted parameters. */
  readonly acquires = new OfFunctions<ReadonlySet<string>>();
  readonly summaries = new OfFunctions<FunctionSummary>();
  /** By class: the lock kind according to the first function that acquires it, else the first that uses it. */
  readonly kinds = new Map<string, LockKind>();
  private readonly usedKinds = new Map<string, LockKind>();

  private byClass: Map<string, ClassAcquisition[]> | undefined;
  private touching: Map<string, FunctionSummary[]> | undefined;
  private levels: Map<string, string[]> | undefined;

  /** @param sources by held class: what is acquired or called with it held */
  constructor(
    readonly program: Program,
    readonly sources: ReadonlyMap<string, readonly EdgeSource[]>,
  ) {}

  /** Every visible acquisition of a class, including those lifted from callees; indexed at the first query. */
  acquisitions(key: string): readonly ClassAcquisition[] {
    if (this.byClass === undefined) {
      this.byClass = new Map();
      for (const [fn, summary] of this.summaries) {
        for (const acquire of summary.acquires) {
          const own = keyOf(acquire.lock);
          if (own === undefined) continue;
          append(this.byClass, own, { fn, acquire });
        }
      }
    }
    return this.byClass.get(key) ?? [];
  }

  /** Functions that acquire, release or hold a lock of this class in any subclass; indexed at the first query. */
  touches(key: string): readonly FunctionSummary[] {
    if (this.touching === undefined) {
      this.touching = new Map();
      for (const summary of this.summaries.values()) {
        for (const own of classesIn(summary)) {
          append(this.touching, own, summary);
        }
      }
    }
    return this.touching.get(withoutSubclass(key)) ?? [];
  }

  /** The class in all other subclasses that are acquired somewhere: the same lock for a task that takes it twice. */
  otherSubclasses(key: string): readonly string[] {
    if (this.levels === undefined) {
      this.levels = new Map();
      for (const own of [...this.kinds.keys()].sort()) append(this.levels, withoutSubclass(own), own);
    }
    const all = this.levels.get(withoutSubclass(key)) ?? [];
    return all.length < 2 && all[0] === key ? [] : all.filter((own) => own !== key);
  }

  /** Adds the functions of one file. Files come in program order: the first one that states a kind determines it. */
  add(file: string, { summaries, acquires, kinds, usedKinds }: FileContribution): void {
    this.summaries.set(file, summaries);
    this.acquires.set(file, acquires);
    for (const [key, kind] of kinds) if (!this.kinds.has(key)) this.kinds.set(key, kind);
    for (const [key, kind] of usedKinds) if (!this.usedKinds.has(key)) this.usedKinds.set(key, kind);
  }

  /** Called after everything has been added. */
  end(): void {
    for (const [key, kind] of this.usedKinds) if (!this.kinds.has(key)) this.kinds.set(key, kind);
  }

  /** The summaries of a file's functions. */
  inFile(file: string): Iterable<FunctionSummary> {
    return this.summaries.inFile(file);
  }

  /** The summaries of the functions of some files; `undefined`: of all. */
  *inFiles(files: readonly string[] | undefined): Generator<FunctionSummary> {
    if (files === undefined) yield* this.summaries.values();
    else for (const file of files) yield* this.summaries.inFile(file);
  }

  /** Locks held at a call that never returns have no effect below it. */
  comesBack(callee: FunctionRef): boolean {
    return comesBack(callee, this.program.models);
  }

  /** Possible callees of a function: by its summary if it was interpreted, else by its outline. */
  callees(fn: FunctionRef): readonly FunctionRef[] {
    const summary = this.summaries.get(fn);
    return summary === undefined ? this.program.callees(fn) : calleesOf(summary);
  }

  /** Those callees that return. */
  returning(fn: FunctionRef): readonly FunctionRef[] {
    const callees = this.callees(fn);
    if (callees.length === 0) return callees;
    let known = returning.get(callees);
    if (known === undefined) {
      const found = callees.filter((callee) => this.comesBack(callee));
      returning.set(callees, (known = found.length === callees.length ? callees : found));
    }
    return known;
  }
}

/** Callees that return, keyed by the list of callees, which the program and the summaries keep. */
const returning = new WeakMap<readonly FunctionRef[], readonly FunctionRef[]>();
/** For interpreted functions; the program keeps those of the others. */
const called = new WeakMap<FunctionSummary, readonly FunctionRef[]>();
const NO_CALLEES: readonly FunctionRef[] = [];

/** What the functions of one file add to the graph, independent of other files. */
interface FileContribution {
  /** Those that have a skeleton. */
  readonly functions: readonly FunctionRef[];
  readonly summaries: ReadonlyMap<FunctionRef, FunctionSummary>;
  readonly acquires: ReadonlyMap<FunctionRef, ReadonlySet<string>>;
  /** By held class. */
  readonly sources: ReadonlyMap<string, readonly EdgeSource[]>;
  /** Of acquired locks, and of those that are only used. */
  readonly kinds: ReadonlyMap<string, LockKind>;
  readonly usedKinds: ReadonlyMap<string, LockKind>;
}

function contributionOf(
  functions: readonly FunctionRef[],
  summaries: ReadonlyMap<FunctionRef, FunctionSummary>,
  models: Models,
): FileContribution {
  const acquires = new Map<FunctionRef, ReadonlySet<string>>();
  const sources = new Map<string, EdgeSource[]>();
  const kinds = new Map<string, LockKind>();
  const usedKinds = new Map<string, LockKind>();
  for (const summary of summaries.values()) {
    const own = contribute(summary, models);
    if (own.acquires.size > 0) acquires.set(summary.fn, own.acquires);
    for (const source of own.sources) append(sources, keyOf(source.holds) ?? '', source);
    learnKinds(kinds, summary.acquires);
    learnKinds(usedKinds, summary.uses);
  }
  return { functions, summaries, acquires, sources, kinds, usedKinds };
}

/** What one function's summary adds to the graph. */
interface Contribution {
  readonly acquires: ReadonlySet<string>;
  readonly sources: readonly EdgeSource[];
}

function contribute({ fn, acquires, calls }: FunctionSummary, models: Models): Contribution {
  const own = new Set<string>();
  const sources: EdgeSource[] = [];
  for (const acquire of acquires) {
    const key = keyOf(acquire.lock);
    if (key === undefined || acquire.nonBlocking || !mayWait(acquire.lock)) continue;
    own.add(key);
    for (const lockset of acquire.locksets)
      for (const holds of lockset.held)
        if (isEnd(holds)) sources.push({ k: 'acquire', fn, holds, acquire, lockset });
  }
  for (const call of calls) {
    if (call.targets.length > BOUNDS.edgeTargets) continue;
    for (const lockset of call.locksets) {
      for (const holds of lockset.held) {
        if (!isEnd(holds)) continue;
        for (const target of call.targets)
          if (comesBack(target, models)) sources.push({ k: 'call', fn, holds, call, target, lockset });
      }
    }
  }
  return { acquires: own, sources };
}

function calleesOf(summary: FunctionSummary): readonly FunctionRef[] {
  if (summary.calls.length === 0) return NO_CALLEES;
  let known = called.get(summary);
  if (known === undefined) {
    const out = new Set<FunctionRef>();
    for (const { targets } of summary.calls) {
      if (targets.length <= BOUNDS.edgeTargets) for (const target of targets) out.add(target);
    }
    called.set(summary, (known = [...out]));
  }
  return known;
}

/** Classes, without subclass, of the locks that a function acquires, releases or holds at some point. */
function classesIn({ acquires, uses, apis, calls }: FunctionSummary): ReadonlySet<string> {
  const found = new Set<string>();
  const note = (lock: LockRef): unknown => found.add(wholeClassOf(lock));
  for (const { lock } of acquires) note(lock);
  for (const { lock } of uses) note(lock);
  for (const { locksets } of [...acquires, ...uses, ...apis, ...calls])
    for (const { held } of locksets) held.forEach(note);
  return found;
}

/** Whether the held lock can be one end of a dependency. */
function isEnd(holds: HeldLock): boolean {
  return keyOf(holds) !== undefined && mayWait(holds);
}

function comesBack(callee: FunctionRef, models: Models): boolean {
  return !models.isNoReturn(callee.name);
}

/** The class of a lock, or the fallback if no caller binds it. */
export function keyOf(lock: {
  readonly key: string | undefined;
  readonly fallback: string | undefined;
}): string | undefined {
  return lock.key ?? lock.fallback;
}

/** The same for all subclasses of the class; empty for a lock without a class. */
export function wholeClassOf(lock: Parameters<typeof keyOf>[0]): string {
  return withoutSubclass(keyOf(lock) ?? '');
}

/** Keeps the kind that the first function states. */
function learnKinds(kinds: Map<string, LockKind>, locks: readonly { readonly lock: LockRef }[]): void {
  for (const { lock } of locks) {
    const key = keyOf(lock);
    if (key !== undefined && !kinds.has(key)) kinds.set(key, lock.kind);
  }
}

/** Read-side sections without blocking writers create no dependency that can close a cycle. */
function mayWait(lock: LockRef): boolean {
  return lock.kind !== 'rcu' && lock.kind !== 'seqcount' && lock.kind !== 'srcu';
}

/**
 * The contributions of all files, kept from run to run. Those of files in which no summary has changed stay: most rounds
 * and edits concern few functions.
 */
export class Contributions {
  private readonly byFile = new Map<string, FileContribution>();
  private readonly sources = new Joined<string, EdgeSource>();

  /** Starts with the contributions of another table, whose summaries `table` has adopted. */
  adopt({ byFile, sources }: Contributions): void {
    for (const [file, known] of byFile) this.byFile.set(file, known);
    this.sources.adopt(sources);
  }

  /** Interprets every function with a skeleton and collects its summary. */
  *collect(table: SummaryTable): Generator<{ readonly done: number }, Collected> {
    const parts = new Map<string, FileContribution>();
    let done = 0;
    for (const file of table.takeRenewed()) this.byFile.delete(file);
    for (const [file, functions] of table.interpreted()) {
      let known = this.byFile.get(file);
      if (known === undefined || !isSameList(known.functions, functions)) {
        const summaries = new Map<FunctionRef, FunctionSummary>();
        for (const fn of functions) {
          const summary = table.summaryOf(fn);
          if (summary !== undefined) summaries.set(fn, summary);
          yield { done: ++done };
        }
        known = contributionOf(functions, summaries, table.models);
        this.byFile.set(file, known);
      }
      parts.set(file, known);
    }
    const joining = this.sources.join([...parts.values()].map(({ sources }) => sources));
    let step = joining.next();
    for (; step.done !== true; step = joining.next()) yield { done };
    const collected = new Collected(table.program, step.value);
    let added = 0;
    for (const [file, part] of parts) {
      collected.add(file, part);
      if (++added % FILES_AT_ONCE === 0) yield { done };
    }
    collected.end();
    table.classes.settle(collected.kinds);
    return collected;
  }
}
