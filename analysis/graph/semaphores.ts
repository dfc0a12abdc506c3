import { folderOf } from '../base/paths.js';
import type { ClassTable } from '../effects/locks.js';
import type { LockRef } from '../effects/types.js';
import type { FunctionRef } from '../link/types.js';
import type { LockApi } from '../models/types.js';
import { Evaluator } from '../effects/evaluate.js';
import { State } from '../effects/state.js';
import * as t from '../effects/terms.js';
import type { Collected } from './collect.js';

const kept = new WeakMap<Collected, Semaphores>();

/** It is known by what it is a part of: behind a pointer that is kept somewhere may be any of them. */
function isNamed({ key, term }: LockRef): boolean {
  return key !== undefined && term.k !== 'deref';
}

/** Which semaphores work as locks: whoever takes them gives them back, and one at a time has them. */
export class Semaphores {
  /** Classes that others than their holder release, or may, since a pointer to them is kept: signals rather than locks. */
  readonly handedOver: ReadonlySet<string>;
  private readonly unsure = new Map<string, boolean>();
  private readonly counts = new Map<string, ReadonlyMap<string, number>>();

  private constructor(
    private readonly collected: Collected,
    private readonly classes: ClassTable,
  ) {
    const out = new Set<string>();
    /** Members released of objects whose type does not show, by folder. */
    const members = new Set<string>();
    for (const { fn, uses } of collected.effects.values()) {
      for (const { k, ended, lock } of uses) {
        if (k !== 'release' || ended === 'own' || lock.kind !== 'semaphore') continue;
        if (lock.key !== undefined) out.add(lock.key);
        else if (lock.term.k === 'field') members.add(`${folderOf(fn.file)}\n${lock.term.name}`);
      }
    }
    if (members.size > 0)
      for (const { fn, acquires } of collected.effects.values())
        for (const { lock } of acquires)
          if (lock.kind === 'semaphore' && lock.key !== undefined && lock.term.k === 'field')
            if (members.has(`${folderOf(fn.file)}\n${lock.term.name}`)) out.add(lock.key);
    // Whoever finds it behind a pointer may release it.
    for (const [file, { outline }] of collected.program.files)
      for (const { lock } of outline.lockPointers) {
        const key = classes.written(lock, file);
        if (key !== undefined && classes.info(key)?.kind === 'semaphore') out.add(key);
      }
    this.handedOver = out;
  }

  static of(collected: Collected, classes: ClassTable): Semaphores {
    let known = kept.get(collected);
    if (known === undefined) kept.set(collected, (known = new Semaphores(collected, classes)));
    return known;
  }

  /** Somebody else than its holder releases it, or may do so among what stands beside `file`. */
  mayBeSignal(key: string, file: string): boolean {
    return this.handedOver.has(key) || this.isUnsure(folderOf(file));
  }

  /** Nobody but its holder releases it, and the code beside `file` says that there is one of it. */
  isMutex(key: string, file: string): boolean {
    return !this.mayBeSignal(key, file) && this.countsIn(folderOf(file)).get(key) === 1;
  }

  /** Some function releases a semaphore that it has not taken, and which one it is does not show. */
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
          const uses = fn && this.collected.effects.get(fn)?.uses;
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
      // Of a class that is made with several numbers, none is sure.
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
      const type = definedBy === '' ? undefined : program.models.declarator(definedBy)?.type;
      if (type === undefined || program.models.lockType(type) !== 'semaphore') continue;
      const symbol = this.classes.symbol(name, file)?.symbol;
      // Older kernels name no number: it is one.
      const count = members.find(({ field }) => field === '#1')?.value ?? '1';
      if (symbol !== undefined) note(symbol, Number(count));
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
