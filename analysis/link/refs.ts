import type { CallableLookup } from './calls.js';
import { comparePaths, type FileTable, type LinkedFile } from './files.js';
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
    const chunk = this.chunks[ref.id >> BITS];
    if (chunk === undefined) return;
    chunk.refs[ref.id & (SIZE - 1)] = undefined;
    chunk.live -= 1;
    // The chunk being filled stays: it is about to be used.
    if (chunk.live === 0 && ref.id >> BITS !== this.nextId >> BITS) this.chunks[ref.id >> BITS] = undefined;
  }
}

/** By path, functions before macros, by place. */
export function compareRefs(left: FunctionRef, right: FunctionRef): number {
  return (
    comparePaths(left.file, right.file) ||
    Number(left.macro !== undefined) - Number(right.macro !== undefined) ||
    left.index - right.index
  );
}
