import type { FileOutline, FunctionItem } from '../../outline/types.js';
import type { CallerIndex } from '../calls/callers.js';
import { bodySize, type CallableLookup } from '../calls/calls.js';
import type { FileTable, LinkedFile } from './files.js';
import type { Includes } from './includes.js';
import { changedStatics, isGlobal, sameButStatic, sameInterface } from './same-interface.js';

const NOTHING: ReadonlySet<string> = new Set();

/** Tells edits of a file that no other file sees from those that others may see. */
export class InternalChanges {
  constructor(
    private readonly table: FileTable,
    private readonly includes: Includes,
    private readonly callables: CallableLookup,
    private readonly callers: CallerIndex,
  ) {}

  /** Whether no other file sees a difference if a file gets another outline; false for a file that is not there. */
  ofPath(path: string, now: FileOutline): boolean {
    const file = this.table.get(path);
    return file !== undefined && this.of(file, file.summary.outline, now) !== undefined;
  }

  /**
   * The names of the static functions that an edit adds, removes, moves or declares otherwise; empty if it changes at most
   * bodies.
   * `undefined` if another file may see a difference.
   */
  of(file: LinkedFile, before: FileOutline, now: FileOutline): ReadonlySet<string> | undefined {
    if (sameInterface(before, now))
      return this.callables.areReordered(file, before.functions, now.functions) ? undefined : NOTHING;
    if (file.isHeader || this.includes.mayBeIncluded(file) || !sameButStatic(before, now)) return undefined;
    // The engine keeps the list of files that have functions.
    if (before.functions.length === 0 || now.functions.length === 0) return undefined;
    const differing = changedStatics(before, now);
    // Without any, the functions have another order, so that all of them have other indexes.
    const names = differing.size > 0 ? differing : new Set(now.functions.map(({ name }) => name));
    const isFree = this.isSameOrder(before, now) && !this.isUsedByOthers(file, names);
    return isFree ? names : undefined;
  }

  /** Whether a macro, whoever uses it, or a header that belongs to the file's text uses one of these names. */
  private isUsedByOthers(file: LinkedFile, names: ReadonlySet<string>): boolean {
    if (!this.callers.isThere) return true;
    for (const name of names) {
      for (const entry of this.callers.of(name)) if (this.callables.isMacro(entry)) return true;
      for (const _ of this.callers.aliasesOf(name)) return true;
    }
    for (const header of this.table.headersIn(file.directory)) {
      const { functions } = header.summary.outline;
      if (functions.some((item) => mentions(item, names)) && this.includes.reaches(file, header)) return true;
    }
    return false;
  }

  /** Whether candidates of each global function's name surely keep their order, which goes by the amount of code. */
  private isSameOrder(before: FileOutline, now: FileOutline): boolean {
    const others = now.functions.filter(isGlobal);
    return before.functions
      .filter(isGlobal)
      .every((item, at) => bodySize(item) === bodySize(others[at]) || this.callables.isOnly(item.name));
  }
}

/** Whether a body calls one of the functions or uses it as a value. */
export function mentions({ calls, references }: FunctionItem, names: ReadonlySet<string>): boolean {
  return calls.some((name) => names.has(name)) || references.some((name) => names.has(name));
}
