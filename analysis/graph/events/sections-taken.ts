import { BOUNDS } from '../../base/bounds.js';
import type { Context } from '../../summaries/state/context.js';
import type { Surroundings } from '../../summaries/surroundings.js';
import { bareName, type Term } from '../../summaries/locks/terms.js';
import type { FunctionSummary, Lockset, Site } from '../../summaries/state/types.js';
import type { FunctionRef } from '../../link/types.js';
import { mayReclaim } from './atomic.js';
import { calleesBeside, namesCalled, targetsBeside, within, type Within } from './bounded.js';
import { flatten } from '../paths/replay.js';
import { keyOf } from './collect.js';

/** Code that acquires a lock without naming it: it accesses user memory, or reclaims memory for an allocation. */
export interface SectionTaken {
  readonly key: string;
  readonly how: 'may fault' | 'may reclaim' | 'waits';
  /** The call that does it. */
  readonly api: string;
  readonly site: Site;
  readonly locksets: readonly Lockset[];
  /** The argument that decides whether an allocation may reclaim. */
  readonly flagsArg?: number;
}

/** Code that does so with locks held, before paths are checked. */
export interface SectionPlace {
  readonly root: FunctionRef;
  /** Calls from the root, then the place. */
  readonly steps: readonly Site[];
  /** Steps before those of the root: the calls that pass the flags which the root hands on. */
  readonly above?: number;
  readonly taken: SectionTaken;
  /** Classes held in the root at the first step. */
  readonly held: ReadonlySet<string>;
}

/** Finds functions that access user memory or reclaim memory, directly or through calls. */
export class SectionsTaken {
  private readonly reaching: Within;

  constructor(private readonly around: Surroundings) {
    this.reaching = within(around, (fn) => this.takesItself(fn), calleesBeside);
  }

  /** What a function itself acquires in this way. */
  *of({ fn, uses, apis, acquires }: FunctionSummary): Generator<SectionTaken> {
    const { models, classes } = this.around;
    for (const { k, api, lock, site, locksets } of uses) {
      const key = keyOf(lock);
      if (k !== 'might-acquire' || key === undefined || models.lockApi(api)?.implicit === undefined) continue;
      yield { key, how: 'may fault', api, site, locksets };
    }
    for (const { lock, api, site, locksets, nonBlocking } of acquires)
      if (lock.key !== undefined && !nonBlocking && models.isImplicitClass(classes.info(lock.key)?.id ?? ''))
        yield { key: lock.key, how: 'waits', api, site, locksets };
    for (const { k, api, args, site, locksets } of apis) {
      const flagsArg = k === 'sleep' ? models.api(api)?.gfpArg : undefined;
      if (flagsArg === undefined) continue;
      // A caller passes the flags: the replayed path binds them.
      if (!arePassedOn(args[flagsArg]) && !this.entersFileSystems(args[flagsArg], fn.file)) continue;
      const key = classes.named(models.reclaimClass, 'section', fn.file);
      yield { key, how: 'may reclaim', api, site, locksets, flagsArg };
    }
  }

  /** Places reached from a function while it holds one of these classes. */
  *under(summary: FunctionSummary, wanted: ReadonlySet<string>): Generator<SectionPlace> {
    const root = summary.fn;
    const heldAt = (locksets: readonly Lockset[]): Set<string> => {
      const keys = new Set<string>();
      for (const { held } of locksets) {
        for (const lock of held) {
          const key = keyOf(lock);
          if (key !== undefined && wanted.has(key)) keys.add(key);
        }
      }
      return keys;
    };
    for (const taken of this.of(summary)) {
      const held = heldAt(taken.locksets);
      if (held.size > 0) yield { root, steps: [taken.site], taken, held };
    }
    for (const call of summary.calls) {
      const callees = targetsBeside(call).filter((callee) => callee !== root);
      const held = callees.length === 0 ? new Set<string>() : heldAt(call.locksets);
      if (held.size === 0) continue;
      for (let calls = 0; calls < BOUNDS.callsToSection; calls++)
        for (const callee of callees)
          for (const { tail, taken } of this.tails(callee, calls, [root]))
            yield { root, steps: [...flatten(call.site), ...tail], taken, held };
    }
  }

  /** Whether the critical section is entered with these arguments in this context. */
  isEntered({ how, flagsArg }: SectionTaken, args: readonly Term[], context: Context, file: string): boolean {
    if (flagsArg === undefined) return how === 'waits' || context.faults <= 0;
    return context.reclaim <= 0 && this.entersFileSystems(args[flagsArg], file);
  }

  /**
   * The same place, led to by calls of the function that its steps begin in: each passes other flags, which end at the allocation.
   */
  *fromCallers(place: SectionPlace): Generator<SectionPlace> {
    const { steps, root, above = 0 } = place;
    const first = steps[0]?.fn ?? root;
    if (above + 1 >= BOUNDS.callersForFlags) return;
    const { program } = this.around;
    for (const caller of program.callers(first).slice(0, BOUNDS.callersThatPassFlags)) {
      const summary = this.around.summaryOf(caller);
      if (summary === undefined) program.demand(caller, 'path');
      for (const { site, callee, targets } of summary?.calls ?? []) {
        if (callee !== undefined || site.via !== undefined || !targets.includes(first)) continue;
        yield { ...place, steps: [site, ...steps], above: above + 1 };
      }
    }
  }

  private *tails(
    fn: FunctionRef,
    calls: number,
    above: readonly FunctionRef[],
  ): Generator<{ readonly tail: readonly Site[]; readonly taken: SectionTaken }> {
    if (above.includes(fn) || !this.reaching.of(fn, calls)) return;
    const summary = this.around.summaryOf(fn);
    if (summary === undefined) {
      this.around.program.demand(fn, 'path');
      return;
    }
    if (calls === 0) {
      for (const taken of this.of(summary)) yield { tail: [taken.site], taken };
      return;
    }
    for (const call of summary.calls) {
      for (const callee of targetsBeside(call))
        for (const { tail, taken } of this.tails(callee, calls - 1, [...above, fn]))
          yield { tail: [...flatten(call.site), ...tail], taken };
    }
  }

  /** Whether an allocation may write back file pages and run shrinkers to reclaim memory. */
  private entersFileSystems(flags: Term | undefined, file: string): boolean {
    const { models, program } = this.around;
    if (mayReclaim(models, program, flags, file) !== true || flags === undefined) return false;
    const parts = flags.k === 'operation' ? flags.operands : [flags];
    return !parts.some((part) => {
      if (part.k === 'constant') {
        const bit = program.resolveConstant(models.fileSystemBit, file);
        return part.value !== 0 && (bit === undefined || (part.value & bit) === 0);
      }
      return part.k === 'global' && models.isWithoutFs(bareName(part));
    });
  }

  private takesItself(fn: FunctionRef): boolean {
    const { models, program } = this.around;
    return namesCalled(program, fn).some((name) => {
      const lock = models.lockApi(name);
      if (lock !== undefined)
        return lock.op === 'might-acquire' ? lock.implicit !== undefined : models.acquiresImplicitClass(lock);
      const api = models.api(name);
      return api?.k === 'sleep' && api.gfpArg !== undefined;
    });
  }
}

/** Whether a caller passes the flags, to which the function may add some. */
export function arePassedOn(flags: Term | undefined): boolean {
  if (flags?.k === 'operation' && flags.op === '|') return flags.operands.some(arePassedOn);
  return flags?.k === 'parameter';
}
