import type { FunctionItem, MacroItem } from '../../outline/types.js';
import type { LinkedFile } from '../files/files.js';
import { Lookup } from '../names/lookup.js';
import type { NameTable } from '../names/names.js';
import type { Scope } from '../names/scope.js';
import type { SymbolIndex } from '../names/symbol-index.js';
import { ALIAS, MACRO, STATIC } from '../names/symbols.js';

/**
 * Resolves direct calls, in this order: the file's own function or macro, what is visible through includes, what the
 * surrounding text defines, the global function it is linked with.
 */
export class CallableLookup extends Lookup {
  constructor(
    index: SymbolIndex,
    names: NameTable,
    scope: Scope,
    private readonly prototypes: SymbolIndex,
    /** The body of a function or macro, with the names it calls. */
    private readonly bodyOf: (entry: number) => FunctionItem | MacroItem | undefined,
  ) {
    super(index, names, scope, (entry) => bodySize(bodyOf(entry)));
  }

  isAlias(entry: number): boolean {
    return (this.index.mark(entry) & ALIAS) !== 0;
  }

  /** Whether a name has one definition in the whole program. */
  isOnly(name: string): boolean {
    const first = this.index.first(this.names.find(name));
    return first >= 0 && this.index.after(first) < 0;
  }

  isMacro(entry: number): boolean {
    return (this.index.mark(entry) & MACRO) !== 0;
  }

  protected search(entries: readonly number[], from: LinkedFile): readonly number[] {
    const visible = this.inText(entries, from);
    if (visible.length === 0) {
      const linked = this.linked(entries, from);
      if (linked.length > 0) return linked;
      const possible = this.filter(entries, (home) => this.scope.mayInclude(from, home));
      return this.nearest(possible, from);
    }
    const others = entries.filter((entry) => !visible.includes(entry));
    // A macro that wraps the function of its own name: callers mean the macro, the macro means the function.
    const wrappers = visible.filter((entry) => this.callsItself(entry));
    if (wrappers.length > 0) {
      const wrapped = visible.filter((entry) => !wrappers.includes(entry));
      return [...wrappers, ...wrapped, ...this.linked(others, from)];
    }
    if (visible.some((entry) => this.isGlobal(entry))) return visible;
    // A stub for a configuration without the real function: the other arm declares the real one.
    return this.areDeclared(visible) ? [...this.linked(others, from), ...visible] : visible;
  }

  protected countsElsewhere(entry: number, home: LinkedFile, from: LinkedFile): boolean {
    return this.isGlobal(entry) ? this.scope.links(from, home) : this.scope.mayInclude(from, home);
  }

  /**
   * Whether edits to bodies change the order of candidates for a function of the file. The file's declarations are the
   * same as before.
   */
  areReordered(file: LinkedFile, before: readonly FunctionItem[], now: readonly FunctionItem[]): boolean {
    return now.some((item, at) => {
      const old = before[at];
      return old !== undefined && bodySize(old) !== bodySize(item) && this.isReordered(file, at, before, now);
    });
  }

  private isReordered(
    file: LinkedFile,
    at: number,
    before: readonly FunctionItem[],
    now: readonly FunctionItem[],
  ): boolean {
    const [was, is] = [bodySize(before[at]), bodySize(now[at])];
    const first = this.index.first(this.names.find(now[at]?.name ?? ''));
    for (let entry = first; entry >= 0; entry = this.index.after(entry)) {
      const isHere = this.index.file(entry) === file.id;
      if (!isHere && now[at]?.isStatic === true && !this.scope.includes.mayBeIncluded(file)) continue;
      const item = this.index.item(entry);
      const isFunction = isHere && !this.isMacro(entry);
      const otherIs = bodySize(this.bodyOf(entry));
      const [otherWas, otherNow] = isFunction
        ? [bodySize(before[item]), bodySize(now[item])]
        : [otherIs, otherIs];
      if (Math.sign(was - otherWas) !== Math.sign(is - otherNow)) return true;
    }
    return false;
  }

  private callsItself(entry: number): boolean {
    if (!this.isMacro(entry) || this.isAlias(entry)) return false;
    const body = this.bodyOf(entry);
    return body !== undefined && body.calls.includes(body.name);
  }

  private isGlobal(entry: number): boolean {
    return (this.index.mark(entry) & (STATIC | MACRO)) === 0;
  }

  private linked(entries: readonly number[], from: LinkedFile): number[] {
    const global = this.filter(
      entries,
      (home, entry) => this.isGlobal(entry) && this.scope.links(from, home),
    );
    return this.nearest(global, from);
  }

  /** Whether a file that contains one of `entries` (all of one name) also declares a global function of that name. */
  private areDeclared(entries: readonly number[]): boolean {
    const files = new Set(entries.map((entry) => this.index.file(entry)));
    const name = this.index.name(entries[0] ?? 0);
    for (let at = this.prototypes.first(name); at >= 0; at = this.prototypes.after(at)) {
      if ((this.prototypes.mark(at) & STATIC) === 0 && files.has(this.prototypes.file(at))) return true;
    }
    return false;
  }
}

/** The amount of code in a body. A function has more than the macro that replaces it when it is configured away. */
export function bodySize(body: FunctionItem | MacroItem | undefined): number {
  if (body === undefined) return 0;
  return body.calls.length + body.lockSites + ('returns' in body ? 1 : 0);
}
