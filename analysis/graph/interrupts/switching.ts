import { lockFunctionAt } from '../../summaries/solver/lock-functions.js';
import { BOUNDS } from '../../base/bounds.js';
import type { Surroundings } from '../../summaries/surroundings.js';
import type { AcquireEffect, Lockset, Site } from '../../summaries/state/types.js';
import type { FunctionRef } from '../../link/types.js';
import { irqForm, type IrqForm } from '../../models/variants.js';
import type { EventId } from '../../skeleton/types.js';
import { keyOf, type Collected } from '../events/collect.js';
import { handedOn } from './callers-beside.js';
import { alwaysWith } from './certain-passing.js';
import { isAtomic, type Contexts } from '../contexts/contexts.js';
import type { DependencyFinder } from '../edges/dependency.js';
import { handlersOf, isOnlyContext, timesCalledOff } from '../contexts/handlers.js';
import { SectionObstacles } from './section-obstacles.js';
import {
  addSection,
  isOf,
  isRetaken,
  isRetaking,
  isWithinCall,
  leavesHeld,
  ownAcquires,
  NOTHING_TO_SWITCH,
  sectionsOf,
  underOther,
  type Section,
  type SwitchedCall,
  type SwitchPlan,
} from './sections.js';
import { provesProcess, Sleepers } from '../events/sleep.js';
import type { Interrupt } from './reached.js';
import { TimesNamed } from './times-named.js';
import type { Usage } from './usage.js';
import {
  ALL,
  HARDIRQ,
  isAtEntry,
  isStronger,
  isOnly,
  join,
  mayCome,
  over,
  PROCESS,
  UNKNOWN,
  waysOf,
  type InterruptState,
  type SwitchStates,
} from './switch-states.js';

/** Finds the acquisitions of a lock class that must exclude an interrupt, and how. */
export class Switching {
  private readonly entries = new Map<FunctionRef, SwitchStates>();
  private readonly obstacles: SectionObstacles;
  private readonly sleepers: Sleepers;
  private readonly named: TimesNamed;

  constructor(
    private readonly around: Surroundings,
    private readonly collected: Collected,
    private readonly contexts: Contexts,
    private readonly usage: Usage,
    finder: DependencyFinder,
    /** Where to disable bottom halves although the callers are unknown. */
    private readonly trusts: (acquire: AcquireEffect, ways: SwitchStates) => boolean = () => false,
  ) {
    this.obstacles = new SectionObstacles(around, collected, finder);
    this.sleepers = new Sleepers(around);
    this.named = new TimesNamed(around.program);
  }

  /** All calls (of `files`, if they are given) that must change so that `interrupt` never occurs while `key` is held. */
  plan(key: string, interrupt: Interrupt, files?: ReadonlySet<string>): SwitchPlan {
    const plan = this.callsFor(key, interrupt, files);
    if ('reason' in plan) return plan;
    const doubt =
      this.obstacles.of(key, plan.calls, (at, sets) => isOnly(this.waysTo(at, sets).irq, 'off')) ??
      this.obstacles.gapIn(key, plan.calls, (at, sets) => this.waysTo(at, sets).irq.has('off')) ??
      (interrupt === 'softirq' ? this.delaying(key, plan.calls) : undefined);
    return doubt === undefined ? plan : { reason: doubt };
  }

  /** A long section with interrupts off is worse than failing to exclude bottom halves. */
  private delaying(key: string, calls: readonly SwitchedCall[]): string | undefined {
    const disabling = calls.filter(({ form }) => form === 'irq' || form === 'save');
    const unknown = 'and not every caller is known to have interrupts enabled';
    const slow = disabling.find(
      ({ fn }) => fn.item?.calls.some((name) => this.around.models.delays(name)) === true,
    );
    if (slow) return `${slow.fn.name}() busy-waits, ${unknown}`;
    const below = this.obstacles.slowIn(key, disabling);
    if (below)
      return `${below.in.name}() calls ${below.fn.name}() there, which may keep the device busy for long, ${unknown}`;
    const forms = this.formsOf(key);
    return disabling.length === 0 || forms.has('irq') || forms.has('save')
      ? undefined
      : `no code disables interrupts for the lock, ${unknown}`;
  }

  private callsFor(key: string, interrupt: Interrupt, files?: ReadonlySet<string>): SwitchPlan {
    const reads = this.usage.isOnlyRead(key, interrupt);
    const isOff = this.isTakenOff(key);
    const sections: Section[] = [];
    const escaping: Section = { acquires: [], releases: [] };
    for (const summary of this.collected.touches(key)) {
      if (files && !files.has(summary.fn.file)) continue;
      const taken = ownAcquires(this.collected, summary, key);
      const releases = summary.uses.filter((use) => use.k === 'release' && isOf(use.lock, key));
      for (const section of sectionsOf(summary.fn, taken, releases)) {
        // If handlers only read, readers do not block them.
        if (reads && section.acquires.every(({ lock }) => lock.mode === 'read')) continue;
        if (leavesHeld(summary, section) || section.acquires.some(isRetaken)) addSection(escaping, section);
        else sections.push(section);
      }
      const foreign = releases.filter(({ ended, site }) => ended === 'foreign' && site.via === undefined);
      addSection(escaping, { acquires: [], releases: foreign });
      for (const acquire of taken)
        if (isWithinCall(this.around.models, acquire)) sections.push({ acquires: [acquire], releases: [] });
    }
    const calls: SwitchedCall[] = [];
    // What seems to rule a path out may be wrong, and half a repair is no repair.
    const unseen = sections.flatMap(({ acquires }) =>
      acquires.filter(({ locksets }) => locksets.length === 0),
    );
    for (const section of [...sections, escaping]) {
      const wanted = this.formFor(section, interrupt);
      if (wanted === undefined) continue;
      // Other code disables interrupts for this lock, so an invisible interrupt handler may take it.
      const form = wanted === 'bh' && isOff ? 'irq' : wanted;
      const reason =
        this.unclear(section, form, section === escaping) ??
        this.underOther(section, key, interrupt) ??
        this.calledBack(section);
      if (reason !== undefined) return { reason };
      // The end of a guard's scope has no counterpart in the text.
      const written = section.releases.filter(({ api }) => this.around.models.lockApi(api)?.op === 'release');
      const isAtomic = form === 'save' && section.acquires.every((acquire) => this.isAtomic(acquire));
      const isStored = section.acquires.some(({ site, locksets }) =>
        this.waysTo(site, locksets).irq.has('stored'),
      );
      const marks = { ...(isAtomic ? { isAtomic } : {}), ...(isStored ? { isStored } : {}) };
      for (const { api, site } of [...section.acquires, ...written])
        calls.push({ fn: site.fn, at: site.span, api, form, ...marks });
    }
    const missed = unseen.find(({ site }) => calls.some(({ fn }) => fn === site.fn));
    if (missed)
      return {
        reason: `${missed.site.fn.name}() may also take the lock on line ${missed.site.span.line}, on a path that is not tracked`,
      };
    if (calls.length === 0) return { reason: NOTHING_TO_SWITCH };
    return { calls, cures: { key, interrupt, ...(files && { files }) } };
  }

  /** Whether some code takes the class with interrupts disabled, and none with bottom halves disabled only. */
  private isTakenOff(key: string): boolean {
    const forms = this.formsOf(key);
    return (forms.has('irq') || forms.has('save')) && !forms.has('bh');
  }

  /** The existing forms of the acquisitions of the class, with the number of functions that have them. */
  formsOf(key: string): ReadonlyMap<IrqForm, number> {
    const { models } = this.around;
    const found = new Map<IrqForm, number>();
    for (const summary of this.collected.touches(key)) {
      const own = ownAcquires(this.collected, summary, key).flatMap(({ api }) => models.lockApi(api) ?? []);
      for (const form of new Set(own.map(irqForm))) found.set(form, (found.get(form) ?? 0) + 1);
    }
    return found;
  }

  /** Why interrupts should instead be off around an enclosing section; `undefined` if they need not. */
  private underOther({ acquires }: Section, key: string, interrupt: Interrupt): string | undefined {
    for (const { site, locksets } of acquires)
      if (this.isUnderPlain(key, site, locksets, interrupt)) return underOther(site.fn.name, site.fn.name);
    const [first] = acquires;
    if (first === undefined) return undefined;
    const seen = new Set([first.site.fn]);
    let level: readonly FunctionRef[] = [...seen];
    for (let calls = 0; calls < BOUNDS.callersForSwitch && level.length > 0; calls++) {
      const next: FunctionRef[] = [];
      for (const callee of level)
        for (const caller of this.around.program.callers(callee)) {
          if (seen.has(caller)) continue;
          seen.add(caller);
          next.push(caller);
          for (const { targets, site, locksets } of this.collected.summaries.get(caller)?.calls ?? []) {
            if (!targets.includes(callee) || !this.isUnderPlain(key, site, locksets, interrupt)) continue;
            // A handler of its own need not disable anything.
            if (!isOnly(this.waysTo(site, locksets).irq, 'off'))
              return underOther(first.site.fn.name, caller.name);
          }
        }
      level = next;
    }
    return undefined;
  }

  /** Whether a function holds another lock there, which it has taken plainly, and others with interrupts disabled. */
  private isUnderPlain(
    key: string,
    { fn }: Site,
    locksets: readonly Lockset[],
    interrupt: Interrupt,
  ): boolean {
    const { models } = this.around;
    return locksets.some(({ held }) =>
      held.some((lock) => {
        const own = models.lockApi(lock.api);
        const isPlain = own !== undefined && own.sleeps !== true && irqForm(own) === 'plain';
        const outer = lock.site.fn === fn && isPlain && !isOf(lock, key) ? keyOf(lock) : undefined;
        return (
          outer !== undefined && (this.isTakenOff(outer) || this.usage.taken(outer, interrupt).length > 0)
        );
      }),
    );
  }

  /** Why the interrupt may be off already: what is unknown is what calls the function back, perhaps its handler. */
  private calledBack({ acquires }: Section): string | undefined {
    const back = acquires.find((acquire) => {
      const ways = this.waysTo(acquire.site, acquire.locksets);
      return ways.irq.has('passed') && !this.trusts(acquire, ways);
    });
    return back && `${back.site.fn.name}() is called back by code that may have interrupts disabled`;
  }

  private isAtomic({ site, locksets }: AcquireEffect): boolean {
    const { irq } = this.waysTo(site, locksets);
    return irq.has('atomic') && !irq.has('on');
  }

  private formFor(section: Section, interrupt: Interrupt): IrqForm | undefined {
    let form: IrqForm | undefined;
    for (const acquire of section.acquires) {
      const wanted = this.formOf(acquire, interrupt);
      if (wanted !== undefined && (form === undefined || isStronger(wanted, form))) form = wanted;
    }
    return form;
  }

  private formOf(acquire: AcquireEffect, interrupt: Interrupt): IrqForm | undefined {
    const { lock, api, site, locksets } = acquire;
    const own = this.around.models.lockApi(api);
    const has = own && irqForm(own);
    if (has === undefined || has === 'save' || has === 'irq') return undefined;
    const ways = this.waysTo(site, locksets);
    // Code that releases its caller's lock and reacquires it leaves interrupts in the caller's state, as it already
    // does for callers that disable them. Unknown callers may disable them, too.
    const isForEvery = isOnly(ways.irq, 'on') && (interrupt === 'hardirq' || isOnly(ways.bh, 'on'));
    if (locksets.every(isRetaking(lock)) && !isForEvery) return undefined;
    // Bottom halves cannot be re-enabled with interrupts off.
    if (has === 'bh' && interrupt === 'hardirq' && ways.irq.has('off'))
      return isOnly(ways.irq, 'off') ? 'plain' : 'save';
    if (has === 'bh' && interrupt === 'softirq') return undefined;
    if (!mayCome(ways, interrupt)) return undefined;
    if (!isOnly(ways.irq, 'on')) return this.trusts(acquire, ways) ? 'bh' : 'save';
    return interrupt === 'hardirq' ? 'irq' : 'bh';
  }

  private unclear({ acquires, releases }: Section, form: IrqForm, isHandedOver: boolean): string | undefined {
    for (const { api, site } of [...acquires, ...releases]) {
      const name = site.fn.name;
      if (site.fn.macro !== undefined) return `the lock is taken in the macro ${name}()`;
      const by = lockFunctionAt(this.collected.summaries.get(site.fn), site);
      if (by !== undefined) return `${name}() takes or releases the lock inside ${by.name}()`;
      // The saved state would also have to be handed over.
      if (isHandedOver && form === 'save') return `${name}() takes or releases the lock for its caller`;
      if (this.around.models.irqVariant(api, form) === undefined)
        return `${api}() has no variant that disables ${form === 'bh' ? 'bottom halves' : 'interrupts'}`;
    }
    return undefined;
  }

  // ---- what may interrupt

  /** The interrupt states possible at an event of a function. */
  private waysTo({ fn, event }: Site, locksets: readonly Lockset[]): SwitchStates {
    if (this.isInProcess(fn, event)) return join(locksets.map(over(PROCESS)));
    const above = locksets.some((lockset) => isAtEntry(lockset) && !this.holdsSleeping(lockset))
      ? this.waysInto(fn)
      : UNKNOWN;
    return join(locksets.map((lockset) => over(this.holdsSleeping(lockset) ? PROCESS : above)(lockset)));
  }

  /** A sleeping lock is never acquired with anything disabled. */
  private holdsSleeping({ held }: Lockset): boolean {
    const { models } = this.around;
    return held.some((lock) => lock.certain && models.lockApi(lock.api)?.sleeps === true);
  }

  /**
   * Whether every path through the event also sleeps without having switched anything since entry, so that interrupts
   * were on at entry.
   */
  private isInProcess(fn: FunctionRef, event: EventId): boolean {
    if (timesCalledOff(this.around.program, fn) > 0) return false;
    // A timer that sleeps is a bug of its own, and still runs in no other context.
    if (this.contexts.of(fn).some(({ context, isOff }) => isOff === true || isAtomic(context))) return false;
    const summary = this.collected.summaries.get(fn);
    const skeleton = summary && this.around.program.skeleton(fn);
    if (summary === undefined || skeleton === undefined) return false;
    const points = this.sleepers.of(summary);
    return points.some(
      ({ api, site, locksets, flagsArg, confidence }) =>
        flagsArg < 0 &&
        provesProcess(this.around.models, api) &&
        confidence === 'high' &&
        site.via === undefined &&
        locksets.every(
          ({ context, held, released }) =>
            context.irq === 'entry' && context.bh === 0 && held.length === 0 && released.length === 0,
        ) &&
        alwaysWith(skeleton, event, site.event),
    );
  }

  private waysInto(fn: FunctionRef): SwitchStates {
    let known = this.entries.get(fn);
    if (known === undefined) {
      known = { irq: this.atEntry(fn, 'irq'), bh: this.atEntry(fn, 'bh') };
      this.entries.set(fn, known);
    }
    return known;
  }

  /**
   * The states of one of the two at a function's entry, over all call paths up to a limit. Each caller is visited at
   * its smallest distance, so cycles add nothing.
   */
  private atEntry(fn: FunctionRef, which: keyof SwitchStates): ReadonlySet<InterruptState> {
    const found = new Set<InterruptState>();
    const seen = new Set([fn]);
    let rim: readonly FunctionRef[] = [fn];
    for (let calls = 0; rim.length > 0 && found.size < ALL; calls++) {
      if (calls === BOUNDS.callersForSwitch) return found.add('?');
      const next: FunctionRef[] = [];
      for (const at of rim) {
        for (const known of this.above(at, which)) {
          if (typeof known === 'string') found.add(known);
          else if (!seen.has(known)) {
            seen.add(known);
            next.push(known);
          }
        }
      }
      rim = next;
    }
    return [...found].every((one) => one === 'unseen') ? UNKNOWN[which] : found;
  }

  /** The states a function is entered with, or functions that pass on their own entry state. */
  private *above(fn: FunctionRef, which: keyof SwitchStates): Generator<InterruptState | FunctionRef> {
    const entries = this.contexts.of(fn);
    const { models } = this.around;
    for (const entry of entries)
      yield* (entry.context === 'atomic' || isOnlyContext(entry, models) ? waysOf(entry) : UNKNOWN)[which];
    const callers = this.around.program.callers(fn).filter((caller) => caller !== fn);
    const calledOff = timesCalledOff(this.around.program, fn);
    if (calledOff > 0) yield* HARDIRQ[which];
    const named = this.named.of(fn) - calledOff;
    const isExplained = entries.length > 0 || (calledOff > 0 && named === 0);
    if (!isExplained && (callers.length === 0 || named > 0)) yield handedOn(this.around.program, fn);
    // It has more uses than the analysis understands, or other code may call it by name.
    else if (named > entries.length || fn.item?.isStatic !== true) yield 'unseen';
    for (const caller of callers) yield* this.calls(caller, fn, which);
  }

  private *calls(
    caller: FunctionRef,
    callee: FunctionRef,
    which: keyof SwitchStates,
  ): Generator<InterruptState | FunctionRef> {
    const summary = this.collected.summaries.get(caller);
    if (summary === undefined) {
      // Without a lock or a switch, it has the state of its callers.
      yield caller.macro === undefined && !this.switches(caller) ? caller : '?';
      return;
    }
    let isThere = false;
    for (const { targets, locksets, site } of summary.calls) {
      if (!targets.includes(callee) || locksets.length === 0 || site.via !== undefined) continue;
      isThere = true;
      const isProven = this.isInProcess(caller, site.event);
      for (const lockset of locksets) {
        const { context } = lockset;
        const own = which === 'irq' ? context.irq : context.bh > 0 ? 'off' : 'entry';
        if (own !== 'entry') yield own;
        else if (isProven || this.holdsSleeping(lockset)) yield* PROCESS[which];
        else yield caller;
      }
    }
    // The call exists, on a path that the analysis does not understand.
    if (!isThere) yield '?';
  }

  private switches(fn: FunctionRef): boolean {
    const outline = this.around.program.outline(fn.file);
    return outline !== undefined && handlersOf(outline, this.around.models).switching.includes(fn.index);
  }
}
