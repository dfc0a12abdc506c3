import type { CallableLookup } from './calls.js';
import { comparePaths, type FileTable, type LinkedFile } from './files.js';
import type { FileOutline, FunctionItem, MacroItem } from '../outline/types.js';
import type { FunctionRef } from './types.js';

const BITS = 10;
const SIZE = 1 << BITS;

interface Chunk {
  readonly refs: (FunctionRef | undefined)[];
  live: number;
}

/** The one object of each function and function-like macro, made when first asked for. */
export class FunctionRefs {
  /** By id. Ids only grow; chunks none of whose functions is left are dropped. */
  private readonly chunks: (Chunk | undefined)[] = [];
  private nextId = 0;
  private changed: FunctionRef[] = [];

  constructor(
    private readonly files: FileTable,
    private readonly callables: CallableLookup,
  ) {}

  byId(id: number): FunctionRef | undefined {
    return this.chunks[id >> BITS]?.refs[id & (SIZE - 1)];
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
    const ref = this.add({ id: this.nextId++, file: file.path, name, index, item, macro: undefined, line });
    file.functionRefs[index] = ref;
    return ref;
  }

  macroOf(file: LinkedFile, index: number): FunctionRef | undefined {
    const known = file.macroRefs[index];
    if (known !== undefined) return known;
    const macro = file.summary.outline.macros[index];
    if (macro === undefined) return undefined;
    const { name, line } = macro;
    const ref = this.add({ id: this.nextId++, file: file.path, name, index, item: undefined, macro, line });
    file.macroRefs[index] = ref;
    return ref;
  }

  /** Functions and macros that were made anew, got a skeleton or are gone, since this was last asked. */
  takeChanged(): readonly FunctionRef[] {
    const { changed } = this;
    this.changed = [];
    return changed;
  }

  noteChanged(ref: FunctionRef): void {
    this.changed.push(ref);
  }

  /**
   * The file got other bodies but declares the same: functions that are the same text in the same place stay
   * what they are, and with them all that is known of them. The summary is already the new one.
   */
  keepSame(file: LinkedFile, before: FileOutline): void {
    const { functions, macros } = file.summary.outline;
    for (const [index, ref] of file.functionRefs.entries()) {
      const [old, item] = [before.functions[index], functions[index]];
      if (ref === undefined || old === undefined || item === undefined) continue;
      if (isSamePlace(old, item)) (ref as { item: FunctionItem | undefined }).item = item;
      else {
        this.remove(ref);
        file.functionRefs[index] = undefined;
        const other = this.functionOf(file, index);
        if (other !== undefined) this.noteChanged(other);
      }
    }
    for (const [index, ref] of file.macroRefs.entries()) {
      const macro = macros[index];
      if (ref === undefined) continue;
      if (macro?.line === ref.line && macro.body === ref.macro?.body) {
        (ref as { macro: MacroItem | undefined }).macro = macro;
      } else {
        this.remove(ref);
        file.macroRefs[index] = undefined;
      }
    }
  }

  /** The file is replaced or gone, and with it its functions. */
  drop(file: LinkedFile): void {
    for (const refs of [file.functionRefs, file.macroRefs]) {
      for (const ref of refs) if (ref !== undefined) this.remove(ref);
    }
    file.functionRefs = [];
    file.macroRefs = [];
  }

  private add(ref: FunctionRef): FunctionRef {
    const chunk = (this.chunks[ref.id >> BITS] ??= { refs: [], live: 0 });
    chunk.refs[ref.id & (SIZE - 1)] = ref;
    chunk.live += 1;
    return ref;
  }

  private remove(ref: FunctionRef): void {
    this.changed.push(ref);
    const chunk = this.chunks[ref.id >> BITS];
    if (chunk === undefined) return;
    chunk.refs[ref.id & (SIZE - 1)] = undefined;
    chunk.live -= 1;
    // The chunk being filled stays: it is about to be used.
    if (chunk.live === 0 && ref.id >> BITS !== this.nextId >> BITS) this.chunks[ref.id >> BITS] = undefined;
  }
}

function isSamePlace(old: FunctionItem, item: FunctionItem): boolean {
  return (
    old.hash === item.hash &&
    old.line === item.line &&
    old.nameSpan.line === item.nameSpan.line &&
    old.nameSpan.column === item.nameSpan.column
  );
}

/** By path, functions before macros, by place. */
export function compareRefs(left: FunctionRef, right: FunctionRef): number {
  return (
    comparePaths(left.file, right.file) ||
    Number(left.macro !== undefined) - Number(right.macro !== undefined) ||
    left.index - right.index
  );
}
