import type { Surroundings } from '../../summaries/surroundings.js';
import { allowToWait } from '../../summaries/facts/allocation-flags.js';
import { eventAt } from '../../skeleton/lowering/events.js';
import { deref, global as globalTerm, isWithin, type Term } from '../../summaries/locks/terms.js';
import type {
  AcquireEffect,
  ApiEffect,
  CallSummary,
  FunctionSummary,
  Lockset,
  Site,
} from '../../summaries/state/types.js';
import { isEmptyStub } from '../../link/stubs.js';
import type { FunctionRef } from '../../link/types.js';
import type { Models, OtherApi } from '../../models/types.js';
import type { Confidence } from '../../base/confidence.js';
import { mayReclaim } from './atomic.js';
import {
  calleesAlike,
  calleesInFolder,
  namesCalled,
  targetsBeside,
  targetsCalledHere,
  targetsInFolder,
  within,
  type Within,
} from './bounded.js';

/** An event of a function that may sleep. */
export interface SleepPoint {
  readonly api: string;
  readonly site: Site;
  readonly locksets: readonly Lockset[];
  /** Argument with the flags that decide; -1 if it may always sleep. */
  readonly flagsArg: number;
  /** It may sleep on any path: without flags, or with flags that allow it. */
  readonly isSure: boolean;
  /** The confidence that the call can sleep at all. */
  readonly confidence: Confidence;
  /** Accesses user memory: allowed where only page faults are disabled. */
  readonly touchesUser: boolean;
  /**
   * PREEMPT_RT: a lock that spins on other kernels. It may be acquired under another such lock, in softirqs and by RCU
   * readers.
   */
  readonly isSubstitute: boolean;
}

/** The arguments of the call that sleeps. */
export function argumentsAt(around: Surroundings, { site }: SleepPoint): readonly Term[] {
  const { apis = [] } = around.summaryOf(site.fn) ?? {};
  return apis.find((one) => one.site.event === site.event)?.args ?? [];
}

const NONE: readonly SleepPoint[] = [];

/** Sleeping calls of functions: several checks query them in every run, and an edit changes them for one function. */
const points = new WeakMap<FunctionSummary, readonly SleepPoint[]>();
/** Whether functions that are not interpreted call something that sleeps, by name. */
const sleepsByName = new WeakMap<FunctionRef, boolean>();

/** Calls that sleep in functions which the program does not show as their callees. */
export interface MoreSleeps {
  /** Whether a call of this name may be one. */
  isCalling(name: string): boolean;
  of(summary: FunctionSummary): readonly SleepPoint[];
}

/** Which calls are followed to what sleeps. */
export interface Following {
  /** Whether a function may sleep, directly or within a number of calls. Coarse: paths are not checked. */
  reach(fn: FunctionRef, calls: number): boolean;
  /** The targets of a call that are followed over so many calls. */
  following(call: CallSummary, calls: number): readonly FunctionRef[];
  /** The events of an interpreted function that may sleep, regardless of the locks held. */
  of(summary: FunctionSummary): readonly SleepPoint[];
}

/** Finds functions that may sleep themselves, and those that lead to one. */
export class Sleepers implements Following {
  private readonly reaching: Within;
  private readonly reachingAny: Within;
  private handled: Following | undefined;

  /** `more` finds calls that sleep in what they call back. */
  constructor(
    private readonly around: Surroundings,
    private readonly more?: MoreSleeps,
  ) {
    this.reaching = within(around, (fn) => this.mayItself(fn), calleesAlike);
    this.reachingAny = within(around, (fn) => this.mayItself(fn), calleesInFolder);
  }

  of(summary: FunctionSummary): readonly SleepPoint[] {
    const { apis, acquires, uses, calls } = summary;
    if (apis.length + acquires.length + uses.length + calls.length === 0) return NONE;
    let known = points.get(summary);
    if (known === undefined) points.set(summary, (known = this.find(summary)));
    const { file } = summary.fn;
    // What a file defines itself may change without its callers.
    const own = known.some(({ api }) => this.isOwnLeaf(api, file))
      ? known.filter(({ api }) => !this.isOwnLeaf(api, file))
      : known;
    const more = this.more?.of(summary) ?? NONE;
    return more.length > 0 ? [...own, ...more] : own;
  }

  /** Whether the file has a function of this name that calls nothing, in place of the kernel's function that sleeps. */
  private isOwnLeaf(name: string, file: string): boolean {
    const [own] = this.around.program.resolveCall(name, file);
    if (own?.file !== file || own.item?.condition !== '') return false;
    return own.item.calls.length + own.item.indirectCalls.length === 0;
  }

  reach(fn: FunctionRef, calls: number): boolean {
    return this.reaching.of(fn, calls);
  }

  /**
   * The targets of a call that are followed to what sleeps: few that stand together, or the first implementation in the
   * folder if each of them may sleep within so many calls.
   */
  following(call: CallSummary, calls: number): readonly FunctionRef[] {
    const beside = targetsBeside(call);
    if (beside.length > 0) return beside;
    const targets = targetsInFolder(call);
    if (!targets.every((target) => this.reach(target, calls))) return [];
    const own = targets.find(({ file }) => file === call.site.fn.file) ?? targets[0];
    return own === undefined ? [] : [own];
  }

  /** Calls from a handler, whose context each target has that nothing else calls. */
  inHandler(): Following {
    this.handled ??= {
      of: (summary) => this.of(summary),
      reach: (fn, calls) => this.reachingAny.of(fn, calls),
      following: (call, calls) => {
        const all = this.following(call, calls);
        return all.length > 0 ? all : targetsCalledHere(this.around.program, call);
      },
    };
    return this.handled;
  }

  private mayItself(fn: FunctionRef): boolean {
    const summary = this.around.summaryOf(fn);
    if (summary !== undefined) return this.of(summary).length > 0;
    const { models, program } = this.around;
    const names = namesCalled(program, fn);
    // What a macro calls hangs on other macros, too.
    let known = fn.macro === undefined ? sleepsByName.get(fn) : undefined;
    if (known === undefined) {
      known = names.some(
        (name) =>
          models.lockApi(name)?.sleeps === true ||
          models.lockApi(name)?.gfpArg !== undefined ||
          isForbidden(models.api(name)) ||
          models.api(name)?.sleepsAlone === true,
      );
      if (fn.macro === undefined) sleepsByName.set(fn, known);
    }
    // Which bodies are visible may change.
    return (
      known ||
      names.some(
        (name) =>
          this.sleepsUnseen(name, fn.file) ||
          this.more?.isCalling(name) === true ||
          this.isUnseenAllocation(name, fn.file),
      )
    );
  }

  private find(summary: FunctionSummary): readonly SleepPoint[] {
    const out: SleepPoint[] = [];
    const { models } = this.around;
    for (const { api, site, locksets, args } of summary.apis) {
      const model = models.api(api);
      const isAlone = model?.sleepsAlone === true && args.length === 1;
      if (model === undefined || !(isAlone || isForbidden(model))) continue;
      const flagsArg = model.gfpArg ?? -1;
      // Allocators of PREEMPT_RT acquire sleeping locks whatever the flags.
      if (flagsArg >= 0 && !models.preemptRt && this.refuses(summary, args[flagsArg])) continue;
      out.push({
        api,
        site,
        locksets,
        flagsArg,
        isSure:
          flagsArg < 0 || mayReclaim(models, this.around.program, args[flagsArg], summary.fn.file) === true,
        confidence: isAlone ? 'high' : (model.confidence ?? 'high'),
        touchesUser: model.touchesUser === true,
        isSubstitute: false,
      });
    }
    for (const { api, site, locksets, nonBlocking } of summary.acquires) {
      if (site.via !== undefined || nonBlocking || models.lockApi(api)?.sleeps !== true) continue;
      const isSubstitute = models.lockApi(api)?.preemptible === true;
      const facts = { flagsArg: -1, isSure: true, confidence: 'high', touchesUser: false } as const;
      out.push({ api, site, locksets, ...facts, isSubstitute });
    }
    for (const { api, site, locksets } of this.allocating(summary)) {
      const facts = { flagsArg: -1, isSure: true, confidence: 'high', touchesUser: false } as const;
      out.push({ api, site, locksets, ...facts, isSubstitute: false });
    }
    for (const { k, api, site, locksets } of summary.uses) {
      if (k !== 'might-acquire' || models.lockApi(api)?.sleeps !== true) continue;
      const facts = { flagsArg: -1, isSure: true, confidence: 'high', touchesUser: true } as const;
      out.push({ api, site, locksets, ...facts, isSubstitute: false });
    }
    for (const { name, call } of this.unseen(summary)) {
      const { site, locksets, args } = call;
      const flagsArg = this.flagsArgOf(name);
      const isSure =
        flagsArg < 0 || mayReclaim(models, this.around.program, args[flagsArg], site.fn.file) === true;
      const facts = { flagsArg, isSure, confidence: 'high', touchesUser: false } as const;
      out.push({ api: name, site, locksets, ...facts, isSubstitute: false });
    }
    return out.length === 0 ? NONE : out;
  }

  /** Operations that take a lock of their own inside, and allocate before with flags that are written to wait. */
  private *allocating({ fn, acquires }: FunctionSummary): Generator<AcquireEffect> {
    const { models, program } = this.around;
    for (const acquire of acquires) {
      const { api, site, transient } = acquire;
      const flagsArg = transient && site.via === undefined ? models.lockApi(api)?.gfpArg : undefined;
      const skeleton = flagsArg === undefined ? undefined : program.skeleton(fn);
      const event = skeleton && eventAt(skeleton, site.event);
      if (flagsArg === undefined || event === undefined || !('args' in event)) continue;
      const flags = skeleton?.exprs[event.args[flagsArg] ?? -1];
      if (flags?.k !== 'global') continue;
      if (mayReclaim(models, program, globalTerm(flags.name, ''), fn.file) === true) yield acquire;
    }
  }

  /** The calls of functions that sleep in a body that is not visible. */
  private *unseen({ fn, calls }: FunctionSummary): Generator<{ name: string; call: CallSummary }> {
    const { program } = this.around;
    const names = namesCalled(program, fn).filter((name) => this.sleepsUnseen(name, fn.file));
    const unresolved = calls.filter(
      ({ callee, targets, site }) =>
        callee === undefined && targets.every(isEmptyStub) && site.via === undefined,
    );
    if (names.length === 0 && !unresolved.some((call) => this.isGivenFlags(call))) return;
    const skeleton = program.skeleton(fn);
    for (const call of unresolved) {
      const event = eventAt(skeleton, call.site.event);
      const name = event?.k === 'call' ? event.callee : undefined;
      if (typeof name !== 'string') continue;
      const isKnown = names.includes(name) && this.isToldToSleep(name, call, fn.file);
      if (isKnown || (this.isGivenFlags(call) && this.isUnseenAllocation(name, fn.file)))
        yield { name, call };
    }
  }

  /**
   * Whether a call passes allocation flags that allow to sleep. A callee that gets the object of a lock that is held, or the
   * state of a walk, a variable by address, may drop the lock before it allocates.
   */
  private isGivenFlags({ args, locksets }: CallSummary): boolean {
    const mayDrop = (arg: Term): boolean =>
      (arg.k === 'address' && (arg.base.k === 'local' || arg.base.k === 'global')) ||
      locksets.some(({ held }) => held.some(({ term }) => isWithin(term, deref(arg))));
    return args.some((arg) => allowToWait(this.around.models, arg) === true) && !args.some(mayDrop);
  }

  /** Whether the name of a function says that it allocates, and neither a model nor a body tells more. */
  private isUnseenAllocation(name: string, file: string): boolean {
    const { models, program } = this.around;
    return (
      models.soundsLikeMakingNew(name) &&
      models.api(name) === undefined &&
      models.lockApi(name) === undefined &&
      program.resolveCall(name, file).length === 0
    );
  }

  /** Whether the argument that decides about sleeping, if one does, is a constant that is not zero, or flags that may allow it. */
  private isToldToSleep(name: string, { args }: CallSummary, file: string): boolean {
    const { models, program } = this.around;
    const role = models.sleepsInside(name);
    if (role === true || role === undefined) return role === true;
    if (role.gfpArg !== undefined) return mayReclaim(models, program, args[role.gfpArg], file) !== false;
    return isNonZero(args[role.nonZeroArg ?? -1]);
  }

  /** The argument with the flags that let an invisible body wait for memory; -1 if the call has none. */
  private flagsArgOf(name: string): number {
    const role = this.around.models.sleepsInside(name);
    return role === true ? -1 : (role?.gfpArg ?? -1);
  }

  private sleepsUnseen(name: string, file: string): boolean {
    const { models, program } = this.around;
    return models.sleepsInside(name) !== undefined && program.resolveCall(name, file).every(isEmptyStub);
  }

  private refuses(summary: FunctionSummary, flags: ApiEffect['args'][number] | undefined): boolean {
    return mayReclaim(this.around.models, this.around.program, flags, summary.fn.file) === false;
  }
}

/**
 * Whether code that reaches the call runs with the interrupt enabled. What is only forbidden in a handler, or with interrupts
 * off, says nothing about bottom halves.
 */
export function needsEnabled(models: Models, name: string, interrupt: 'hardirq' | 'softirq'): boolean {
  const api = models.api(name);
  return api === undefined || api.sleeps === true || (interrupt === 'hardirq' && api.irqsMustBeOn === true);
}

/**
 * Whether certainly only a process reaches the call. A wait for an interrupt proves nothing: some
 * callers hold a spinlock around it.
 */
export function provesProcess(models: Models, name: string): boolean {
  return needsEnabled(models, name, 'softirq') && models.api(name)?.awaits !== 'irq';
}

/** Whether the call is told not to wait for the processors that it interrupts. */
export function isWithoutWait(
  models: Models,
  { apis }: FunctionSummary,
  { api: name, site }: SleepPoint,
): boolean {
  const at = models.api(name)?.waitsArg;
  const call = apis.find(
    (one) => one.api === name && one.site.via === undefined && one.site.event === site.event,
  );
  const told = at === undefined ? undefined : call?.args[at];
  return told?.k === 'constant' && told.value === 0;
}

/** Whether a value is a constant other than zero, or a product of such constants. */
function isNonZero(value: Term | undefined): boolean {
  if (value?.k === 'constant') return value.value !== 0;
  return value?.k === 'operation' && value.op === '*' && value.operands.every(isNonZero);
}

/** Whether some atomic context forbids a call. */
function isForbidden(api: OtherApi | undefined): boolean {
  return api?.sleeps === true || api?.irqsMustBeOn === true || api?.notInHardirq === true;
}
