import { ENTRY_CONTEXT } from '../effects/context.js';
import type { Term } from '../effects/terms.js';
import type { Moment } from '../effects/types.js';
import type { FunctionRef } from '../link/types.js';
import type { Collected } from './collect.js';

/** One call of a function, as its caller sees it. */
export interface KnownCall {
  readonly caller: FunctionRef;
  /** `undefined` as long as the caller is not interpreted: it holds no lock, its arguments are not known yet. */
  readonly args: readonly Term[] | undefined;
  readonly moments: readonly Moment[];
}

/** All calls of functions of which all calls can be known: static ones whose address is never taken. */
export class KnownCallers {
  private readonly memo = new Map<FunctionRef, readonly KnownCall[] | undefined>();
  private readonly referenced = new Map<string, ReadonlySet<string>>();

  constructor(private readonly collected: Collected) {}

  /** `undefined` when somebody else may call it. */
  of(fn: FunctionRef): readonly KnownCall[] | undefined {
    if (!this.memo.has(fn)) this.memo.set(fn, this.isClosed(fn) ? this.gather(fn) : undefined);
    return this.memo.get(fn);
  }

  private isClosed(fn: FunctionRef): boolean {
    if (fn.item?.isStatic !== true) return false;
    let names = this.referenced.get(fn.file);
    if (names === undefined) {
      names = this.referencedIn(fn.file);
      this.referenced.set(fn.file, names);
    }
    return !names.has(fn.name);
  }

  private referencedIn(file: string): ReadonlySet<string> {
    const outline = this.collected.program.outline(file);
    const names = new Set<string>();
    for (const fn of outline?.functions ?? []) for (const name of fn.references) names.add(name);
    for (const variable of outline?.variables ?? [])
      for (const member of variable.members) names.add(member.value);
    return names;
  }

  private gather(fn: FunctionRef): readonly KnownCall[] {
    const out: KnownCall[] = [];
    for (const caller of this.collected.program.callers(fn)) {
      if (caller === fn) continue;
      const effects = this.collected.effects.get(caller);
      if (effects === undefined) {
        this.collected.program.demand(caller, 'path');
        out.push({ caller, args: undefined, moments: [{ held: [], released: [], context: ENTRY_CONTEXT }] });
        continue;
      }
      for (const { targets, args, moments } of effects.calls) {
        if (targets.includes(fn)) out.push({ caller, args, moments });
      }
    }
    return out;
  }
}
