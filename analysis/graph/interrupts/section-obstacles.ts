import { BOUNDS } from '../../base/bounds.js';
import type { FunctionSummary, HeldLock, Lockset, Site } from '../../summaries/state/types.js';
import type { FunctionRef } from '../../link/types.js';
import type { Surroundings } from '../../summaries/surroundings.js';
import { calleeName, eventAt } from '../../skeleton/lowering/events.js';
import { namesCalled, target, within, type Within } from '../events/bounded.js';
import type { Collected } from '../events/collect.js';
import type { DependencyFinder } from '../edges/dependency.js';
import { flatten } from '../paths/replay.js';
import { isOf, isRetaking, type SwitchedCall } from './sections.js';

/** Whether a site, with these locksets, has a certain state of interrupts. */
type StateTest = (site: Site, locksets: readonly Lockset[]) => boolean;

/**
 * Reasons against disabling interrupts in critical sections: code in them that is forbidden with interrupts off, or
 * that re-enables them.
 */
export class SectionObstacles {
  private readonly needing: Within;
  private readonly slow: Within;

  constructor(
    private readonly around: Surroundings,
    private readonly collected: Collected,
    private readonly finder: DependencyFinder,
    /** A function that changes as well, and no longer does what it did. */
    private readonly rewritten?: FunctionRef,
  ) {
    this.needing = within(around, (fn) => this.namesNeeding(fn) !== undefined);
    const { models, program } = around;
    this.slow = within(around, (fn) =>
      namesCalled(program, fn).some((name) => models.delays(name) || models.accessesDevice(name)),
    );
  }

  /**
   * Why the sections of class `key` that begin at these calls cannot run with interrupts disabled; `undefined` if they
   * can. With `isOff`, an invisible callee must be called somewhere in the same file with interrupts disabled.
   */
  of(key: string, changed: readonly SwitchedCall[], isOff?: StateTest): string | undefined {
    const isIn = beginningAt(key, changed);
    const off = changed.some(({ form }) => form === 'irq' || form === 'save');
    for (const summary of this.collected.touches(key)) {
      const reason = off ? this.needsThemOn(summary, isIn, isOff) : undefined;
      if (reason !== undefined) return reason;
    }
    for (const { holds, steps } of this.finder.find(key, key)) {
      const [first] = steps;
      if (first !== undefined && holds.certain && isIn(holds))
        return `${first.fn.name}() takes the lock again while it holds it, through line ${first.span.line}`;
    }
    return undefined;
  }

  /**
   * A function that busy-waits or accesses the device and is called in a section of class `key` that begins at these
   * calls, with its caller. How often it does so is unknown.
   */
  slowIn(
    key: string,
    changed: readonly SwitchedCall[],
  ): { readonly fn: FunctionRef; readonly in: FunctionRef } | undefined {
    const isIn = beginningAt(key, changed);
    for (const summary of this.collected.touches(key))
      for (const call of summary.calls) {
        if (call.site.via !== undefined || !call.locksets.some(({ held }) => held.some(isIn))) continue;
        const slow = call.targets.find((callee) => this.slow.of(callee, BOUNDS.callsInSection));
        if (slow) return { fn: slow, in: summary.fn };
      }
    return undefined;
  }

  /**
   * Why the sections of class `key` that begin at these calls must not change: a function called there releases the
   * caller's lock and retakes it in its present form. The code it runs in between would also run with interrupts off,
   * unless some callers already disable them.
   */
  gapIn(key: string, changed: readonly SwitchedCall[], isOff: StateTest): string | undefined {
    for (const { fn, acquires } of this.collected.touches(key)) {
      const isLeft = acquires.some(
        ({ lock, site, locksets }) =>
          isOf(lock, key) && locksets.every(isRetaking(lock)) && !isOff(site, locksets),
      );
      if (!isLeft || changed.some((call) => call.fn === fn)) continue;
      const leading = within(this.around, (callee) => callee === fn);
      if (changed.some((call) => leading.of(call.fn, BOUNDS.callsInSection)))
        return `${fn.name}() takes or releases the lock for its caller`;
    }
    return undefined;
  }

  private needsThemOn(
    summary: FunctionSummary,
    isIn: (lock: HeldLock) => boolean,
    isOff: StateTest | undefined,
  ): string | undefined {
    const { models } = this.around;
    const { fn } = summary;
    const said = (name: string): string =>
      `${fn.name}() calls ${name}() there, which needs interrupts enabled`;
    for (const { api, site, locksets } of [...summary.apis, ...summary.acquires]) {
      if (site.via !== undefined || !models.needsInterrupts(api)) continue;
      if (locksets.some(({ held }) => held.some(isIn))) return said(api);
    }
    for (const { k, api, site, lock, locksets } of summary.uses) {
      if (k !== 'release' || site.via !== undefined || !models.needsInterrupts(api)) continue;
      // The end of the section changes with it.
      const isInside = locksets.some(({ held }) =>
        held.some((one) => isIn(one) && one.term.key !== lock.term.key),
      );
      if (isInside) return said(api);
    }
    for (const call of summary.calls) {
      if (call.site.via !== undefined || !call.locksets.some(({ held }) => held.some(isIn))) continue;
      const name = call.targets.length === 0 ? this.calleeName(call.site) : undefined;
      if (name !== undefined && models.needsInterrupts(name)) return said(name);
      if (name !== undefined && isOff && !this.isKnown(name) && !this.isCalledOff(fn.file, name, isOff))
        return `${fn.name}() calls ${name}() there, whose source is not available and may need interrupts enabled`;
      if (call.callee !== undefined && call.targets.length === 0 && name === undefined)
        return `${fn.name}() makes an indirect call there whose target is not known`;
      for (const callee of call.callee === undefined ? [target(call)] : call.targets) {
        if (callee === undefined || !this.needing.of(callee, BOUNDS.callsInSection)) continue;
        return `${fn.name}() calls ${callee.name}() there, which leads to ${this.nameBelow(callee, BOUNDS.callsInSection)}() and needs interrupts enabled`;
      }
    }
    return undefined;
  }

  private isKnown(name: string): boolean {
    const { models } = this.around;
    return (
      models.api(name) !== undefined ||
      models.lockApi(name) !== undefined ||
      models.isInert(name) ||
      models.accessesDevice(name) ||
      models.delays(name) ||
      models.startedArg(name) !== undefined ||
      models.transparent(name) !== undefined
    );
  }

  /** Whether code of a file calls a function with interrupts disabled. */
  private isCalledOff(file: string, name: string, isOff: StateTest): boolean {
    const { program } = this.around;
    const functions = program.outline(file)?.functions ?? [];
    return functions.some(({ calls }, index) => {
      const fn = calls.includes(name) ? program.functionAt(file, index) : undefined;
      const summary = fn && this.collected.summaries.get(fn);
      return summary?.calls.some(
        ({ site, locksets }) => this.calleeName(site) === name && isOff(site, locksets),
      );
    });
  }

  /** The name of a callee that is not visible. */
  private calleeName({ fn, event }: Site): string | undefined {
    return calleeName(eventAt(this.around.program.skeleton(fn), event));
  }

  private namesNeeding(fn: FunctionRef): string | undefined {
    if (fn === this.rewritten) return undefined;
    const { models, program } = this.around;
    return namesCalled(program, fn).find((name) => models.needsInterrupts(name));
  }

  private nameBelow(fn: FunctionRef, calls: number): string {
    const own = this.namesNeeding(fn);
    if (own !== undefined || calls === 0) return own ?? fn.name;
    const next = this.around.program.callees(fn).find((callee) => this.needing.of(callee, calls - 1));
    return next === undefined ? fn.name : this.nameBelow(next, calls - 1);
  }
}

/** Selects the locks of a class that some of the calls take. */
function beginningAt(key: string, changed: readonly SwitchedCall[]): (lock: HeldLock) => boolean {
  const begin = new Set(changed.map(({ fn, at }) => `${fn.id}:${at.line}:${at.column}`));
  return (lock) => isOf(lock, key) && begin.has(placeOf(lock.site));
}

/** The acquisition itself, at the end of the calls leading to it. */
function placeOf(site: Site): string {
  const last = flatten(site).at(-1) ?? site;
  return `${last.fn.id}:${last.span.line}:${last.span.column}`;
}
