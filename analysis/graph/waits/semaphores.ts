import { positional } from '../../outline/designators.js';
import { BOUNDS } from '../../base/bounds.js';
import { append } from '../../base/lists.js';
import { folderOf } from '../../base/paths.js';
import type { ClassTable } from '../../summaries/locks/locks.js';
import type { FunctionSummary, LockRef, LockUse } from '../../summaries/state/types.js';
import type { FunctionRef } from '../../link/types.js';
import type { LockApi } from '../../models/types.js';
import { Evaluator } from '../../summaries/interpret/evaluate.js';
import { State } from '../../summaries/state/state.js';
import * as t from '../../summaries/locks/terms.js';
import { target } from '../events/bounded.js';
import { KnownCallers } from '../sight/callers.js';
import { keyOf, type Collected } from '../events/collect.js';

const kept = new WeakMap<Collected, Semaphores>();

/** Whether its container identifies the lock; an unnamed pointer may point to any semaphore. */
function isNamed({ key, term }: LockRef): boolean {
  return key !== undefined && term.k !== 'deref';
}

/** A release of a semaphore that the function has not acquired. */
interface Release {
  readonly fn: FunctionRef;
  readonly use: LockUse;
}

function holds(locks: readonly LockRef[], key: string): boolean {
  return locks.some((lock) => keyOf(lock) === key);
}

/** Whether a path of a function that ended these locks has taken and released one of the class. */
function hasEnded({ acquires }: FunctionSummary, ended: ReadonlySet<string>, key: string): boolean {
  return acquires.some(({ lock }) => keyOf(lock) === key && ended.has(lock.term.key));
}

/** Finds the semaphores that serve as mutexes: the acquirer releases them, and only one task holds them. */
export class Semaphores {
  /**
   * Classes that code other than the holder releases, or may release because a pointer to them is stored: signals, not
   * locks.
   */
  readonly handedOver: ReadonlySet<string>;
  private readonly releases = new Map<string, Release[]>();
  /** Classes that some code may release under another name: through a stored pointer, or as a member of an invisible type. */
  private readonly releasedUnnamed = new Set<string>();
  private readonly callers: KnownCallers;
  private readonly unsure = new Map<string, boolean>();
  private readonly counts = new Map<string, ReadonlyMap<string, number>>();

  private constructor(
    private readonly collected: Collected,
    private readonly classes: ClassTable,
  ) {
    this.callers = new KnownCallers(collected);
    /** Members released on objects of unknown type, by folder. */
    const members = new Set<string>();
    for (const { fn, uses } of collected.summaries.values()) {
      for (const use of uses) {
        const { k, ended, lock, locksets } = use;
        if (k !== 'release' || ended === 'own' || lock.kind !== 'semaphore') continue;
        // It ends a section of the function on another path: the mistake is this path's.
        if (locksets.some(({ held }) => held.some(({ term }) => term.key === lock.term.key))) continue;
        if (this.isForHolders(fn, lock.key)) continue;
        if (lock.key !== undefined) append(this.releases, lock.key, { fn, use });
        else if (lock.term.k === 'field') members.add(`${folderOf(fn.file)}\n${lock.term.name}`);
      }
    }
    if (members.size > 0)
      for (const { fn, acquires } of collected.summaries.values())
        for (const { lock } of acquires)
          if (lock.kind === 'semaphore' && lock.key !== undefined && lock.term.k === 'field')
            if (members.has(`${folderOf(fn.file)}\n${lock.term.name}`)) this.releasedUnnamed.add(lock.key);
    // Code that reaches it through a stored pointer may release it.
    for (const [file, { outline }] of collected.program.files)
      for (const { lock } of outline.lockPointers) {
        const key = classes.written(lock, file);
        if (key !== undefined && classes.info(key)?.kind === 'semaphore') this.releasedUnnamed.add(key);
      }
    this.handedOver = new Set([...this.releases.keys(), ...this.releasedUnnamed]);
  }

  static of(collected: Collected, classes: ClassTable): Semaphores {
    let known = kept.get(collected);
    if (known === undefined) kept.set(collected, (known = new Semaphores(collected, classes)));
    return known;
  }

  /** Whether only holders of the class call a function of the module: it releases what its caller took. */
  private isForHolders(fn: FunctionRef, key: string | undefined): boolean {
    const { program, summaries } = this.collected;
    const isInSight = key !== undefined && this.callers.ofModule(fn) !== undefined;
    const callers = isInSight ? program.callers(fn) : [];
    return (
      callers.length > 0 &&
      callers.every((caller) => {
        const calls = summaries.get(caller)?.calls.filter((call) => target(call) === fn) ?? [];
        return (
          calls.length > 0 &&
          calls.every(({ locksets }) =>
            locksets.every(({ held }) => held.some((lock) => lock.certain && lock.key === key)),
          )
        );
      })
    );
  }

  /** Whether code other than the holder releases it, or may do so in the folder of `file`. */
  mayBeSignal(key: string, file: string): boolean {
    return this.handedOver.has(key) || this.isUnsure(folderOf(file));
  }

  /** Where code other than the holder releases it. */
  releasesOf(key: string): readonly Release[] {
    return this.releases.get(key) ?? [];
  }

  /** Whether code that {@link releasesOf} does not show may release it, as far as the folder of `file` tells. */
  mayBeReleasedElse(key: string, file: string): boolean {
    return this.releasedUnnamed.has(key) || this.isUnsure(folderOf(file));
  }

  /**
   * Whether the semaphore outlasts sections of a lock: it begins with no room, or some function returns with it, having released
   * the lock, or having been called without it.
   */
  outlasts(key: string, lock: string, file: string): boolean {
    if (this.countsIn(folderOf(file)).get(key) === 0) return true;
    const takers = this.collected.acquisitions(key).map(({ fn }) => fn);
    return [...new Set(takers)].some((fn) => this.keepsWithout(fn, key, lock, BOUNDS.callersForEntry));
  }

  private keepsWithout(fn: FunctionRef, key: string, lock: string, levels: number): boolean {
    const { program, summaries } = this.collected;
    const kept = summaries.get(fn)?.rawExits.filter(({ acquired }) => holds(acquired, key)) ?? [];
    const free = kept.filter(({ acquired }) => !holds(acquired, lock));
    if (free.length === 0) return false;
    const summary = summaries.get(fn);
    if (summary !== undefined && free.some(({ ended }) => hasEnded(summary, ended, lock))) return true;
    const callers = program.callers(fn);
    if (callers.length === 0) return true;
    return levels > 0 && callers.some((caller) => this.keepsWithout(caller, key, lock, levels - 1));
  }

  /** Whether some function takes and releases it on each of its ways: it is a mutex there, and waits for nothing else. */
  isSectionOf(key: string): boolean {
    const { summaries } = this.collected;
    return this.collected.acquisitions(key).some(({ fn }) => {
      const exits = summaries.get(fn)?.rawExits ?? [];
      return exits.length > 0 && !exits.some(({ acquired }) => holds(acquired, key));
    });
  }

  /** Whether only the holder releases it, and the code in the folder of `file` initialises it to one. */
  isMutex(key: string, file: string): boolean {
    return !this.mayBeSignal(key, file) && this.countsIn(folderOf(file)).get(key) === 1;
  }

  /** Whether some function in the folder releases an unidentified semaphore that it has not acquired. */
  private isUnsure(folder: string): boolean {
    let known = this.unsure.get(folder);
    if (known === undefined) {
      known = false;
      for (const [file, { outline }] of this.collected.program.files) {
        if (known || folderOf(file) !== folder) continue;
        known = outline.functions.some(({ calls }, index) => {
          if (!calls.some((name) => this.does(name, 'release'))) return false;
          if (calls.some((name) => this.does(name, 'acquire') || this.does(name, 'try'))) return false;
          const fn = this.collected.program.functionAt(file, index);
          const uses = fn && this.collected.summaries.get(fn)?.uses;
          const released = uses?.filter(({ k, lock }) => k === 'release' && lock.kind === 'semaphore') ?? [];
          return released.length === 0 || released.some(({ lock }) => !isNamed(lock));
        });
      }
      this.unsure.set(folder, known);
    }
    return known;
  }

  private countsIn(folder: string): ReadonlyMap<string, number> {
    let counts = this.counts.get(folder);
    if (counts === undefined) {
      const found = new Map<string, number>();
      // A class initialised with several counts has no certain count.
      const note = (key: string, count: number): void => {
        found.set(key, (found.get(key) ?? count) === count ? count : -1);
      };
      for (const [file, { outline }] of this.collected.program.files) {
        if (folderOf(file) !== folder) continue;
        this.declared(file, note);
        outline.functions.forEach(({ calls }, index) => {
          const fn = calls.some((name) => this.makes(name))
            ? this.collected.program.functionAt(file, index)
            : undefined;
          if (fn !== undefined) this.made(fn, note);
        });
      }
      this.counts.set(folder, (counts = found));
    }
    return counts;
  }

  private makes(name: string): boolean {
    return this.does(name, 'lock-init');
  }

  private does(name: string, op: LockApi['op']): boolean {
    const api = this.collected.program.models.lockApi(name);
    return api?.op === op && api.kind === 'semaphore';
  }

  private declared(file: string, note: (key: string, count: number) => void): void {
    const { program } = this.collected;
    for (const { definedBy, members, name } of program.outline(file)?.variables ?? []) {
      const model = definedBy === '' ? undefined : program.models.declarator(definedBy);
      if (model === undefined || program.models.lockType(model.type) !== 'semaphore') continue;
      const symbol = this.classes.symbol(name, file)?.symbol;
      // Older kernels pass no count; it is one.
      const position = model.countArg === undefined ? undefined : positional(model.countArg);
      const count = members.find(({ field }) => field === position)?.value ?? '1';
      const number = /^\d+$/u.test(count) ? Number(count) : program.resolveConstant(count, file);
      if (symbol !== undefined) note(symbol, number ?? -1);
    }
  }

  private made(fn: FunctionRef, note: (key: string, count: number) => void): void {
    const { program } = this.collected;
    const skeleton = program.skeleton(fn);
    if (skeleton === undefined) {
      program.demand(fn, 'path');
      return;
    }
    const evaluator = new Evaluator(program, program.models, this.classes, fn, skeleton);
    for (const { events } of skeleton.blocks) {
      for (const event of events) {
        if (event.k !== 'lock-init' || !this.makes(event.api)) continue;
        const lock = t.deref(evaluator.value(event.lock, State.entry()));
        const found = this.classes.classOf(lock, 'semaphore', 0, fn.file);
        const count = skeleton.exprs[event.args[1] ?? -1];
        if ('key' in found) note(found.key, count?.k === 'constant' ? count.value : -1);
      }
    }
  }
}
