import { hashText } from '../base/hash.js';
import { packSkeleton } from '../skeleton/codec/codec.js';
import type { FileSummary, Skeleton } from '../skeleton/types.js';
import { comparePaths, type LinkedFile } from './files/files.js';
import type { Demand, FunctionRef } from './files/function-ref.js';

type DemandState = 'pending' | 'taken' | 'declined';

/** A skeleton supplied for a function or macro. */
interface Supplied {
  readonly hash: string;
  /** Columns of a skeleton are absolute; on the first line they shift with the function. */
  readonly column: number;
  readonly packed: ReadonlyMap<number, Skeleton>;
}

/**
 * Skeletons supplied for one file, for {@link Demands.adopt}, keyed by callable: even numbers for functions, odd for
 * macros.
 */
export type SuppliedSkeletons = ReadonlyMap<number, Supplied>;

interface FileDemands {
  /** By number of the callable. */
  readonly states: Map<number, DemandState>;
  readonly reasons: Map<number, Demand['why']>;
  readonly supplied: Map<number, Supplied>;
}

/** Skeletons of summaries and those supplied later: which were demanded and which arrived. */
export class Demands {
  private readonly byFile = new Map<string, FileDemands>();
  private readonly waiting = new Set<string>();
  /** Number of queries for a skeleton that was missing, since the program was created. */
  made = 0;
  /** Number of demands answered, successfully or not. */
  answered = 0;

  constructor(private readonly summaryOf: (file: string) => FileSummary | undefined) {}

  skeleton({ file, macro, index }: FunctionRef): Skeleton | undefined {
    return (
      this.inSummary(file, macro !== undefined)?.get(index) ??
      this.suppliedAt(file, macro !== undefined, index)
    );
  }

  hasSkeleton({ file, macro, index }: FunctionRef): boolean {
    const isMacro = macro !== undefined;
    return (
      this.inSummary(file, isMacro)?.has(index) === true ||
      this.byFile.get(file)?.supplied.has(numberOf(isMacro, index)) === true
    );
  }

  /** The functions of a file that have a skeleton, by index. */
  *ofFunctions(file: string): Generator<readonly [index: number, skeleton: Skeleton]> {
    const summary = this.summaryOf(file);
    const count = summary?.outline.functions.length ?? 0;
    for (let index = 0; index < count; index++) {
      const skeleton = summary?.skeletons.get(index) ?? this.suppliedAt(file, false, index);
      if (skeleton !== undefined) yield [index, skeleton];
    }
  }

  private inSummary(file: string, isMacro: boolean): ReadonlyMap<number, Skeleton> | undefined {
    const summary = this.summaryOf(file);
    return isMacro ? summary?.macroSkeletons : summary?.skeletons;
  }

  private suppliedAt(file: string, isMacro: boolean, index: number): Skeleton | undefined {
    return this.byFile.get(file)?.supplied.get(numberOf(isMacro, index))?.packed.get(0);
  }

  supplied(file: string): SuppliedSkeletons | undefined {
    return this.byFile.get(file)?.supplied;
  }

  /**
   * Adopts skeletons that another program received for the same summary. Yields the callables that gained a skeleton.
   */
  *adopt(file: string, supplied: SuppliedSkeletons): Generator<readonly [isMacro: boolean, index: number]> {
    const demands = this.of(file);
    for (const [number, one] of supplied) {
      if (demands.supplied.has(number)) continue;
      demands.supplied.set(number, one);
      demands.states.delete(number);
      demands.reasons.delete(number);
      this.answered++;
      yield [(number & 1) !== 0, number >> 1];
    }
  }

  demand(fn: FunctionRef, why: Demand['why']): void {
    const demands = this.of(fn.file);
    const number = numberOf(fn.macro !== undefined, fn.index);
    const state = demands.states.get(number);
    if (state === 'declined' || demands.supplied.has(number)) return;
    this.made++;
    if (state !== undefined) return;
    demands.states.set(number, 'pending');
    demands.reasons.set(number, why);
    this.waiting.add(fn.file);
  }

  isDeclined(fn: FunctionRef): boolean {
    return this.byFile.get(fn.file)?.states.get(numberOf(fn.macro !== undefined, fn.index)) === 'declined';
  }

  get pending(): boolean {
    return this.waiting.size > 0;
  }

  take(): readonly Demand[] {
    const taken: Demand[] = [];
    for (const file of [...this.waiting].sort(comparePaths)) {
      const demands = this.byFile.get(file);
      if (demands === undefined) continue;
      const pending = [...demands.states]
        .filter(([, state]) => state === 'pending')
        .map(([number]) => number);
      pending.sort((left, right) => (left & 1) - (right & 1) || left - right);
      for (const number of pending) {
        demands.states.set(number, 'taken');
        const why = demands.reasons.get(number) ?? 'path';
        const isMacro = (number & 1) !== 0;
        const index = number >> 1;
        taken.push({ file, functionHash: this.hashOf(file, isMacro, index), isMacro, index, why });
      }
    }
    this.waiting.clear();
    return taken;
  }

  supply(file: string, isMacro: boolean, index: number, hash: string, skeleton: Skeleton): void {
    this.answered++;
    const number = numberOf(isMacro, index);
    const demands = this.of(file);
    demands.states.delete(number);
    demands.reasons.delete(number);
    if (this.hashOf(file, isMacro, index) !== hash) return;
    const column = this.columnOf(file, isMacro, index);
    demands.supplied.set(number, { hash, column, packed: packSkeleton(skeleton) });
  }

  decline(demand: Demand): void {
    this.answered++;
    const demands = this.of(demand.file);
    const number = numberOf(demand.isMacro, demand.index);
    if (this.hashOf(demand.file, demand.isMacro, demand.index) === demand.functionHash) {
      demands.states.set(number, 'declined');
    } else {
      demands.states.delete(number);
    }
  }

  /** Whether the demands and supplied skeletons of a file are also valid for a summary that means the same. */
  areOf({ path, summary: before }: LinkedFile, now: FileSummary): boolean {
    const demands = this.byFile.get(path);
    if (demands === undefined) return true;
    const hashIn = ({ outline }: FileSummary, number: number): string | undefined =>
      outline.functions[number >> 1]?.hash;
    const isSame = (number: number): boolean =>
      (number & 1) !== 0 || hashIn(before, number) === hashIn(now, number);
    return [...demands.states.keys()].every(isSame) && [...demands.supplied.keys()].every(isSame);
  }

  /**
   * Updates after a file was replaced. A skeleton depends on the function's text and the file's declarations. While the
   * declarations are unchanged, skeletons of unchanged functions stay, even if the functions moved.
   */
  fileChanged(file: string, interfaceChanged: boolean): void {
    const before = this.byFile.get(file);
    if (before === undefined) return;
    this.byFile.delete(file);
    this.waiting.delete(file);
    if (interfaceChanged) return;
    const supplied: FileDemands['supplied'] = new Map();
    for (const [number, kept] of before.supplied) {
      const isMacro = (number & 1) !== 0;
      const index = this.indexOf(file, isMacro, number >> 1, kept.hash);
      if (index >= 0 && this.columnOf(file, isMacro, index) === kept.column)
        supplied.set(numberOf(isMacro, index), kept);
    }
    if (supplied.size > 0) this.byFile.set(file, { states: new Map(), reasons: new Map(), supplied });
  }

  private of(file: string): FileDemands {
    let demands = this.byFile.get(file);
    if (demands === undefined) {
      demands = { states: new Map(), reasons: new Map(), supplied: new Map() };
      this.byFile.set(file, demands);
    }
    return demands;
  }

  /** The current index of the function that was at `index` and has this hash: functions before it may have been added or removed. */
  private indexOf(file: string, isMacro: boolean, index: number, hash: string): number {
    if (this.hashOf(file, isMacro, index) === hash) return index;
    if (isMacro) return -1;
    return this.summaryOf(file)?.outline.functions.findIndex((item) => item.hash === hash) ?? -1;
  }

  private columnOf(file: string, isMacro: boolean, index: number): number {
    const outline = this.summaryOf(file)?.outline;
    return (isMacro ? outline?.macros[index] : outline?.functions[index])?.nameSpan.column ?? 0;
  }

  /** The hash of the text a skeleton depends on: the function's own, or that of the macro's replacement. */
  private hashOf(file: string, isMacro: boolean, index: number): string {
    const outline = this.summaryOf(file)?.outline;
    if (!isMacro) return outline?.functions[index]?.hash ?? '';
    const macro = outline?.macros[index];
    return macro === undefined
      ? ''
      : hashText(`${macro.name}(${macro.parameters?.join() ?? ''})${macro.body}`);
  }
}

function numberOf(isMacro: boolean, index: number): number {
  return index * 2 + (isMacro ? 1 : 0);
}
