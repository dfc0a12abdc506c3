import { folderOf } from '../base/paths.js';
import type { Progress } from '../checks/types.js';
import type { FunctionRef, Program } from '../link/types.js';

/** A function called from this many folders does not indicate that files belong together. */
const MOST_FOLDERS = 12;
/** Calls followed from the given files, up and down. */
const CALLS = 2;

/**
 * The files that determine the findings in a few of them: their folders, files that call them or that they
 * call within two calls, and all headers these include. Far less than a kernel, and it contains a whole
 * driver.
 */
export class Neighbourhoods {
  constructor(private readonly program: Program) {}

  /** Including the given files. */
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
    for (const file of own) for (const beside of program.filesIn(folderOf(file))) found.add(beside);
    // Iteration over a set includes elements added meanwhile.
    for (const file of found) {
      yield { stage: 'fix', done: 0, total: 0 };
      for (const header of program.included(file)) found.add(header);
    }
    return found;
  }

  /** The models describe it. */
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
