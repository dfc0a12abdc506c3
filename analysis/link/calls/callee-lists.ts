import type { CallerIndex } from './callers.js';
import type { LinkedFile } from '../files/files.js';
import type { FileOutline } from '../../outline/types.js';
import { type FunctionRefs, namesItself, isSameFunction, isSameMacro } from './refs.js';
import type { FunctionRef, Program } from '../types.js';

/** Direct callees of functions according to their outlines, memoized across edits. */
export class CalleeLists {
  private known = new WeakMap<FunctionRef, readonly FunctionRef[]>();

  constructor(
    private readonly program: Pick<Program, 'resolveCall'>,
    private readonly callers: CallerIndex,
    private readonly refs: FunctionRefs,
  ) {}

  of(caller: FunctionRef): readonly FunctionRef[] {
    let callees = this.known.get(caller);
    if (callees === undefined) this.known.set(caller, (callees = this.find(caller)));
    return callees;
  }

  /** Invalidates everything: names may resolve differently now. */
  forgetAll(): void {
    this.known = new WeakMap();
  }

  /**
   * Invalidates after an edit that keeps a file's declarations and their order but changes or moves functions and
   * macros. `before` is the previous outline; the file already has the new one.
   */
  fileChanged({ summary: { outline } }: LinkedFile, before: FileOutline): void {
    if (!this.callers.isThere) {
      this.forgetAll();
      return;
    }
    const names = new Set<string>();
    for (const [index, item] of outline.functions.entries())
      if (!isSameFunction(before.functions[index], item)) names.add(item.name);
    for (const [index, item] of outline.macros.entries())
      if (!isSameMacro(before.macros[index], item)) names.add(item.name);
    // A caller of an alias is a caller of the name.
    for (const name of names) for (const alias of this.callers.aliasesOf(name)) names.add(alias);
    for (const name of names) {
      for (const entry of this.callers.of(name)) {
        const caller = this.refs.ofEntry(entry);
        if (caller !== undefined) this.known.delete(caller);
      }
    }
  }

  private find(caller: FunctionRef): readonly FunctionRef[] {
    const found = new Set<FunctionRef>();
    for (const name of caller.item?.calls ?? caller.macro?.calls ?? []) {
      for (const callee of this.program.resolveCall(name, caller.file)) {
        if (!namesItself(caller, name, callee)) found.add(callee);
      }
    }
    return [...found];
  }
}
