import type { CallerIndex } from './callers.js';
import type { LinkedFile } from './files.js';
import { type FunctionRefs, isItself } from './refs.js';
import type { FunctionRef } from './types.js';

/** Direct callees of functions by their outlines, from one edit to the next. */
export class CalleeLists {
  private known = new WeakMap<FunctionRef, readonly FunctionRef[]>();

  constructor(
    private readonly resolve: (name: string, file: string) => readonly FunctionRef[],
    private readonly callers: CallerIndex,
    private readonly refs: FunctionRefs,
  ) {}

  of(caller: FunctionRef): readonly FunctionRef[] {
    let callees = this.known.get(caller);
    if (callees === undefined) this.known.set(caller, (callees = this.find(caller)));
    return callees;
  }

  /** Names may mean something else now. */
  forgetAll(): void {
    this.known = new WeakMap();
  }

  /** The file declares what it did, but functions and macros of it are other ones now, or come in another order. */
  fileChanged({ summary: { outline } }: LinkedFile): void {
    if (!this.callers.isThere) {
      this.forgetAll();
      return;
    }
    const names = new Set<string>();
    for (const { name } of outline.functions) names.add(name);
    for (const { name } of outline.macros) names.add(name);
    // Who calls another name of one means that one, too.
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
      for (const callee of this.resolve(name, caller.file)) {
        if (!isItself(caller, name, callee)) found.add(callee);
      }
    }
    return [...found];
  }
}
