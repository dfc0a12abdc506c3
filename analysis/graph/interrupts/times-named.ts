import { named } from '../../outline/named.js';
import type { FunctionRef, Program } from '../../link/types.js';

/** How often the address of a function is taken. */
export class TimesNamed {
  private readonly referenced = new Map<string, ReadonlyMap<string, number>>();

  constructor(private readonly program: Program) {}

  /** Number of functions, tables and macros of its file that take its address or export it. */
  of(fn: FunctionRef): number {
    let names = this.referenced.get(fn.file);
    if (names === undefined) {
      const counts = new Map<string, number>();
      const outline = this.program.outline(fn.file);
      for (const name of outline === undefined ? [] : named(outline))
        counts.set(name, (counts.get(name) ?? 0) + 1);
      names = counts;
      this.referenced.set(fn.file, names);
    }
    return names.get(fn.name) ?? 0;
  }
}
