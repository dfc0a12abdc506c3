import { folderOf } from '../base/paths.js';
import type { Progress } from '../checks/types.js';
import type { FunctionRef, Program } from '../link/types.js';

/** A function that files of so many folders call says nothing about who belongs to whom. */
const MOST_FOLDERS = 12;
/** Calls followed from the files asked about, up and down. */
const CALLS = 2;

/**
 * The files that decide what is found in a few of them: their folders, the files that call them or that they call over two
 * calls, and all headers that these include. Far less than a kernel, and a driver is whole in it.
 */
export class Neighbourhoods {
  private readonly folders = new Map<string, string[]>();

  constructor(private readonly program: Program) {
    for (const file of program.files.keys()) {
      const folder = folderOf(file);
      const known = this.folders.get(folder);
      if (known === undefined) this.folders.set(folder, [file]);
      else known.push(file);
    }
  }

  /** With the files asked about themselves. */
  *around(own: readonly string[]): Generator<Progress, ReadonlySet<string>> {
    const { program } = this;
    const found = new Set(own);
    let level = [...found].flatMap((file) => this.functionsOf(file));
    const seen = new Set<FunctionRef>(level);
    for (let calls = 0; calls < CALLS; calls++) {
      const next: FunctionRef[] = [];
      for (const fn of level) {
        yield { stage: 'fix', done: 0, total: 0 };
        for (const other of [...this.callersOf(fn), ...program.callees(fn)]) {
          if (seen.has(other) || this.isKnown(other.name)) continue;
          seen.add(other);
          found.add(other.file);
          if (other.macro === undefined) next.push(other);
        }
      }
      level = next;
    }
    for (const file of own) for (const beside of this.folders.get(folderOf(file)) ?? []) found.add(beside);
    // A set is walked to its end, whatever is added on the way.
    for (const file of found) {
      yield { stage: 'fix', done: 0, total: 0 };
      for (const header of program.included(file)) found.add(header);
    }
    return found;
  }

  /** The models say what it does. */
  private isKnown(name: string): boolean {
    const { models } = this.program;
    return models.lockApi(name) !== undefined || models.api(name) !== undefined || models.isInert(name);
  }

  private functionsOf(file: string): FunctionRef[] {
    const count = this.program.outline(file)?.functions.length ?? 0;
    return Array.from({ length: count }, (_, index) => this.program.functionAt(file, index)).filter(
      (fn) => fn !== undefined,
    );
  }

  private callersOf(fn: FunctionRef): readonly FunctionRef[] {
    if (fn.item?.isStatic === true) return [];
    const callers = this.program.callers(fn);
    return new Set(callers.map(({ file }) => folderOf(file))).size > MOST_FOLDERS ? [] : callers;
  }
}
