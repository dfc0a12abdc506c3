import type { FunctionRef, Program } from '../../link/types.js';
import type { FileOutline } from '../../outline/types.js';
import type { OutsideEntry } from './entries.js';
import { handlersOf } from './handlers.js';

/** How a function is entered, according to one file. A guess counts only if no file states the context. */
export interface Said {
  readonly fn: FunctionRef;
  readonly entries: readonly OutsideEntry[];
  readonly isGuess: boolean;
}

interface Kept {
  readonly said: readonly Said[];
  /** How many of the functions that may register handlers had a skeleton. */
  readonly readable: number;
  /** The state of the program then: if it is the same, the file says the same. */
  readonly edits: number;
  readonly supplied: number;
}

/** Remembers between runs what files say about contexts; an edit invalidates one file. */
export class ContextMemory {
  private readonly kept = new WeakMap<FileOutline, Kept>();

  keep(program: Program, file: string, outline: FileOutline, said: readonly Said[]): void {
    const { filesSet: edits } = program;
    const supplied = suppliedIn(program, file);
    this.kept.set(outline, { said, readable: readable(program, file, outline), edits, supplied });
  }

  /** `undefined` if the file must be read again. */
  recall(program: Program, file: string, outline: FileOutline): readonly Said[] | undefined {
    const kept = this.kept.get(outline);
    if (kept === undefined) return undefined;
    if (kept.edits === program.filesSet && kept.supplied === suppliedIn(program, file)) return kept.said;
    if (kept.readable === 0 && kept.said.length === 0 && !mayBeReadable(program, outline)) return kept.said;
    const isSame = kept.said.every(({ fn }) => program.functionById(fn.id) === fn);
    return isSame && kept.readable === readable(program, file, outline) ? kept.said : undefined;
  }
}

/** How many skeletons a file has beside those of its summary. */
function suppliedIn(program: Program, file: string): number {
  return program.supplied(file)?.size ?? 0;
}

function mayBeReadable(program: Program, outline: FileOutline): boolean {
  const { registering, timing } = handlersOf(outline, program.models);
  return registering.length > 0 || timing.length > 0;
}

function readable(program: Program, file: string, outline: FileOutline): number {
  const { registering, timing } = handlersOf(outline, program.models);
  const isReadable = (index: number): boolean => {
    const fn = program.functionAt(file, index);
    return fn !== undefined && program.hasSkeleton(fn);
  };
  return registering.filter(({ index }) => isReadable(index)).length + timing.filter(isReadable).length;
}
