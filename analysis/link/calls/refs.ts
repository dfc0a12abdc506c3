import type { CallableLookup } from './calls.js';
import { comparePaths, type FileTable, type LinkedFile } from '../files/files.js';
import { mentions } from '../files/internal-change.js';
import type { FileOutline, FunctionItem, MacroItem } from '../../outline/types.js';
import type { FunctionRef, Program } from '../types.js';

const BITS = 10;
const SIZE = 1 << BITS;
/** A chunk with this few live functions takes more memory than the same entries in a map. */
const FEW = SIZE >> 4;

interface Chunk {
  readonly refs: (FunctionRef | undefined)[];
  live: number;
}

/**
 * A program whose objects represent the same functions in another one, as long as a file has the same summary in both.
 */
export type Lender = Pick<Program, 'files' | 'functionAt' | 'macroAt' | 'askedIn'>;

/**
 * The unique object of each function and function-like macro, created on demand. With a lender, its objects are used
 * where they can be; others then have negative ids, which the lender never gives.
 */
export class FunctionRefs {
  /** By id. Ids only grow and edits leave holes, so chunks that are nearly empty are dissolved. */
  private readonly chunks: (Chunk | undefined)[] = [];
  /** Live entries of dissolved chunks. */
  private readonly scattered = new Map<number, FunctionRef>();
  private nextId = 0;
  private changed: FunctionRef[] = [];

  constructor(
    private readonly files: FileTable,
    private readonly callables: CallableLookup,
    private readonly lender: Lender | undefined,
  ) {}

  byId(id: number): FunctionRef | undefined {
    const chunk = this.chunks[id >> BITS];
    return chunk === undefined ? this.scattered.get(id) : chunk.refs[id & (SIZE - 1)];
  }

  /** The function or macro of an entry in the index of callables. */
  ofEntry(entry: number): FunctionRef | undefined {
    const file = this.files.at(this.callables.index.file(entry));
    if (file === undefined) return undefined;
    const item = this.callables.index.item(entry);
    return this.callables.isMacro(entry) ? this.macroOf(file, item) : this.functionOf(file, item);
  }

  functionOf(file: LinkedFile, index: number): FunctionRef | undefined {
    const known = file.functionRefs[index];
    if (known !== undefined) return known;
    const item = file.summary.outline.functions[index];
    if (item === undefined) return undefined;
    const { name, line } = item;
    const ref = this.add(
      this.lenderFor(file)?.functionAt(file.path, index) ??
        ({ id: this.newId(), file: file.path, name, index, item, macro: undefined, line } as const),
    );
    file.functionRefs[index] = ref;
    return ref;
  }

  macroOf(file: LinkedFile, index: number): FunctionRef | undefined {
    const known = file.macroRefs[index];
    if (known !== undefined) return known;
    const macro = file.summary.outline.macros[index];
    if (macro === undefined) return undefined;
    const { name, line } = macro;
    const ref = this.add(
      this.lenderFor(file)?.macroAt(file.path, index) ??
        ({ id: this.newId(), file: file.path, name, index, item: undefined, macro, line } as const),
    );
    file.macroRefs[index] = ref;
    return ref;
  }

  /** The functions and macros of a file that have an object. */
  *askedIn(file: LinkedFile | undefined): Generator<FunctionRef> {
    for (const refs of [file?.functionRefs ?? [], file?.macroRefs ?? []])
      for (const ref of refs) if (ref !== undefined) yield ref;
  }

  /** Takes over the lender's objects for a new file, so that its replacement is noticed later. */
  borrow(file: LinkedFile): void {
    for (const { macro, index } of this.lenderFor(file)?.askedIn(file.path) ?? []) {
      if (macro === undefined) this.functionOf(file, index);
      else this.macroOf(file, index);
    }
  }

  private lenderFor(file: LinkedFile): Lender | undefined {
    return this.lender?.files.get(file.path) === file.summary ? this.lender : undefined;
  }

  private newId(): number {
    return this.lender === undefined ? this.nextId++ : --this.nextId;
  }

  /** Whether the object must not change: it is the lender's, for which the file has another summary. */
  private isFixed({ id }: FunctionRef, file: LinkedFile): boolean {
    return this.lender !== undefined && id >= 0 && this.lenderFor(file) === undefined;
  }

  /** Functions and macros that were replaced, gained a skeleton or were removed since the last call. */
  takeChanged(): readonly FunctionRef[] {
    const { changed } = this;
    this.changed = [];
    return changed;
  }

  noteChanged(ref: FunctionRef): void {
    this.changed.push(ref);
  }

  /**
   * Updates after an edit that changed bodies, and declarations of static functions of these names only: functions
   * with the same text at the same place that mention none of them keep their object and everything derived from it. The file already has
   * the new summary.
   */
  keepSame(file: LinkedFile, before: FileOutline, changed: ReadonlySet<string>): void {
    const { functions, macros } = file.summary.outline;
    if (changed.size > 0) this.replaceMoved(file, before, changed);
    for (const [index, ref] of file.functionRefs.entries()) {
      const [old, item] = [before.functions[index], functions[index]];
      if (ref === undefined || old === undefined || item === undefined) continue;
      // The name too: a substring of the old text would keep that text alive.
      const isFixed = this.isFixed(ref, file);
      if (isSameFunction(old, item) && !isFixed) Object.assign(ref, { item, name: item.name });
      else if (!isFixed || !isSameFunction(old, item) || !isAtSameOffset(old, item)) {
        this.remove(ref);
        file.functionRefs[index] = undefined;
        const other = this.functionOf(file, index);
        if (other !== undefined) this.noteChanged(other);
      }
    }
    for (const [index, ref] of file.macroRefs.entries()) {
      const macro = macros[index];
      if (ref === undefined) continue;
      if (macro !== undefined && isSameMacro(ref.macro, macro)) {
        if (!this.isFixed(ref, file)) Object.assign(ref, { macro, name: macro.name });
      } else {
        this.remove(ref);
        file.macroRefs[index] = undefined;
      }
    }
  }

  /**
   * Replaces the functions from the first one at another place on, and all those that mention one of these names. New
   * functions count as changed.
   */
  private replaceMoved(file: LinkedFile, before: FileOutline, names: ReadonlySet<string>): void {
    const { functions } = file.summary.outline;
    const kept = functions.map(
      (item, index) => isSameFunction(before.functions[index], item) && !mentions(item, names),
    );
    for (const [index, ref] of file.functionRefs.entries()) {
      if (ref === undefined || kept[index] === true) continue;
      this.remove(ref);
      file.functionRefs[index] = undefined;
    }
    file.functionRefs.length = Math.min(file.functionRefs.length, functions.length);
    for (const index of functions.keys()) {
      const other = kept[index] === true ? undefined : this.functionOf(file, index);
      if (other !== undefined) this.noteChanged(other);
    }
  }

  /** Updates after an edit without meaning: the functions stay and get the items of the new outline. */
  renew(file: LinkedFile): void {
    const { functions, macros } = file.summary.outline;
    const isFixed = (ref: FunctionRef): boolean => this.isFixed(ref, file);
    // The name too: a substring of the old text would keep that text alive.
    for (const [index, ref] of file.functionRefs.entries()) {
      const item = functions[index];
      if (ref !== undefined && item !== undefined && !isFixed(ref))
        Object.assign(ref, { item, name: item.name });
    }
    for (const [index, ref] of file.macroRefs.entries()) {
      const macro = macros[index];
      if (ref !== undefined && macro !== undefined && !isFixed(ref))
        Object.assign(ref, { macro, name: macro.name });
    }
  }

  /** Removes the functions of a file that was replaced or removed. */
  drop(file: LinkedFile): void {
    for (const refs of [file.functionRefs, file.macroRefs]) {
      for (const ref of refs) if (ref !== undefined) this.remove(ref);
    }
    file.functionRefs = [];
    file.macroRefs = [];
  }

  private add(ref: FunctionRef): FunctionRef {
    if (this.lender !== undefined) {
      this.scattered.set(ref.id, ref);
      return ref;
    }
    const number = ref.id >> BITS;
    let chunk = this.chunks[number];
    if (chunk === undefined) {
      chunk = { refs: [], live: 0 };
      this.chunks[number] = chunk;
      // The previous chunk could not be dissolved while it was being filled.
      this.giveUp(number - 1);
    }
    chunk.refs[ref.id & (SIZE - 1)] = ref;
    chunk.live += 1;
    return ref;
  }

  private remove(ref: FunctionRef): void {
    this.changed.push(ref);
    const number = ref.id >> BITS;
    const chunk = this.chunks[number];
    if (chunk === undefined) {
      this.scattered.delete(ref.id);
      return;
    }
    chunk.refs[ref.id & (SIZE - 1)] = undefined;
    chunk.live -= 1;
    this.giveUp(number);
  }

  /** Dissolves a chunk, unless it is still being filled or has many live entries. */
  private giveUp(number: number): void {
    const chunk = this.chunks[number];
    if (chunk === undefined || chunk.live > FEW || number >= (this.nextId - 1) >> BITS) return;
    for (const ref of chunk.refs) if (ref !== undefined) this.scattered.set(ref.id, ref);
    this.chunks[number] = undefined;
  }
}

/** Whether a function has the same text at the same place. */
export function isSameFunction(old: FunctionItem | undefined, item: FunctionItem): boolean {
  return (
    old !== undefined &&
    old.hash === item.hash &&
    old.line === item.line &&
    old.nameSpan.line === item.nameSpan.line &&
    old.nameSpan.column === item.nameSpan.column
  );
}

function isAtSameOffset(old: FunctionItem, item: FunctionItem): boolean {
  return old.start === item.start && old.end === item.end;
}

/** Whether a macro has the same text at the same place. */
export function isSameMacro(old: MacroItem | undefined, item: MacroItem): boolean {
  return old !== undefined && old.line === item.line && old.body === item.body;
}

/** Order by path, then functions before macros, then position. */
export function compareRefs(left: FunctionRef, right: FunctionRef): number {
  return (
    comparePaths(left.file, right.file) ||
    Number(left.macro !== undefined) - Number(right.macro !== undefined) ||
    left.index - right.index
  );
}

/** Whether a macro uses its own name, which then means what the macro shadows. */
export function namesItself(caller: FunctionRef, name: string, callee: FunctionRef): boolean {
  return caller === callee && caller.macro !== undefined && caller.name === name;
}
