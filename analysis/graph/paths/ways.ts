import { BOUNDS } from '../../base/bounds.js';
import { bareName, pointed, type Term } from '../../summaries/locks/terms.js';
import type { FunctionSummary, Lockset } from '../../summaries/state/types.js';
import type { FunctionRef } from '../../link/types.js';
import type { Models } from '../../models/types.js';
import type { Collected } from '../events/collect.js';

/** A function that another one may lead to. */
export interface PossibleCallee {
  readonly fn: FunctionRef;
  /** The call may have many targets. */
  readonly isWide: boolean;
}

/** The targets of one event of a function, with the held sets there. */
export interface WayStep {
  readonly locksets: readonly Lockset[];
  readonly targets: readonly PossibleCallee[];
}

const NONE: readonly PossibleCallee[] = [];

/**
 * Where control may go from a function, regardless of paths: its callees, directly or through slots with any number of
 * targets; the functions it passes to its callees; and the bodies of modelled calls.
 */
export class Ways {
  private readonly known = new Map<FunctionRef, readonly PossibleCallee[]>();

  constructor(
    private readonly collected: Collected,
    private readonly models: Models,
  ) {}

  from(fn: FunctionRef): readonly PossibleCallee[] {
    let found = this.known.get(fn);
    if (found === undefined) {
      found = this.find(fn);
      this.known.set(fn, found);
    }
    return found;
  }

  private find(fn: FunctionRef): readonly PossibleCallee[] {
    const summary = this.collected.summaries.get(fn);
    if (summary === undefined) {
      if (this.hidesWays(fn)) this.collected.program.demand(fn, 'path');
      return this.collected.program.callees(fn).map((callee) => ({ fn: callee, isWide: false }));
    }
    const out = new Map<FunctionRef, boolean>();
    for (const { targets } of this.ofSummary(summary))
      for (const { fn: callee, isWide } of targets) out.set(callee, isWide && out.get(callee) !== false);
    return [...out].map(([callee, isWide]) => ({ fn: callee, isWide }));
  }

  /** Whether a function with only an outline calls through pointers, passes functions on, waits or wakes others. */
  private hidesWays({ item, file }: FunctionRef): boolean {
    if (item === undefined) return false;
    if (item.indirectCalls.length > 0 || item.calls.some((name) => this.isImplicit(name))) return true;
    const stored = new Set(item.fills.map(({ value }) => value));
    return item.references.some((name) => !stored.has(name) && this.functionNamed(name, file) !== undefined);
  }

  private isImplicit(name: string): boolean {
    const k = this.models.api(name)?.k;
    return k === 'wait' || k === 'complete';
  }

  *ofSummary(summary: FunctionSummary): Generator<WayStep> {
    const { file } = summary.fn;
    for (const { targets, args, locksets } of summary.calls) {
      const isWide = targets.length > BOUNDS.edgeTargets;
      const all = [...targets.map((fn) => ({ fn, isWide })), ...this.handed(args, file)];
      if (all.length > 0) yield { locksets, targets: all };
    }
    for (const { api, transient, locksets } of summary.acquires) {
      if (transient || this.models.lockApi(api)?.sleeps !== true) continue;
      // A waiter waits inside the body: on its queue, under the queue's lock.
      const bodies = this.collected.program.resolveCall(api, file);
      if (bodies.length > 0) yield { locksets, targets: bodies.map((fn) => ({ fn, isWide: false })) };
    }
    for (const { k, api, args, locksets } of summary.apis) {
      // Registered or woken code runs elsewhere, without these locks.
      const handed = k === 'register' || k === 'context' || k === 'query' ? NONE : this.handed(args, file);
      const bodies = this.collected.program.resolveCall(api, file);
      const all = [...bodies.map((fn) => ({ fn, isWide: false })), ...handed];
      if (all.length > 0) yield { locksets, targets: all };
    }
  }

  private handed(args: readonly Term[], file: string): readonly PossibleCallee[] {
    let out: PossibleCallee[] | undefined;
    for (const arg of args) {
      const value = pointed(arg);
      if (value.k !== 'global') continue;
      const fn = this.functionNamed(bareName(value), file);
      if (fn !== undefined) (out ??= []).push({ fn, isWide: false });
    }
    return out ?? NONE;
  }

  private functionNamed(name: string, file: string): FunctionRef | undefined {
    const [fn] = this.collected.program.resolveCall(name, file);
    return fn?.item === undefined ? undefined : fn;
  }
}
