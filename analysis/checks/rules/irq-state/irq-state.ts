import { lesser } from '../../../base/confidence.js';
import { hashText } from '../../../base/hash.js';
import { savedBy, type Context } from '../../../summaries/state/context.js';
import { matchHeld } from '../../../summaries/state/held.js';
import type {
  CallSummary,
  FunctionSummary,
  HeldLock,
  LockRef,
  Site,
} from '../../../summaries/state/types.js';
import { asksContext } from '../../../graph/events/atomic.js';
import { KnownCallers } from '../../../graph/sight/callers.js';
import { keyOf } from '../../../graph/events/collect.js';
import { isStrictlyAtomic, type OutsideEntry } from '../../../graph/contexts/contexts.js';
import type { ProofRun } from '../../../graph/paths/proofs.js';
import { RunContextsOf } from '../../../graph/contexts/run-contexts.js';
import type { SwitchPlan } from '../../../graph/interrupts/sections.js';
import type { RunContext } from '../../../graph/events/types.js';
import type { FunctionRef } from '../../../link/types.js';
import { tellChain } from '../../story/chain.js';
import type { Check, CheckContext } from '../../engine/check.js';
import { earlyConfidence, handlerConfidence, type EarlyEnabling } from './early-confidence.js';
import { Enablers, type Enabler } from './enablers.js';
import { joined, withoutObstacle, type IrqStatePart } from './irq-halves.js';
import { flagsAt, flagsUse } from './flags-use.js';
import { messageOf, mismatches } from './irq-release.js';
import { endsDiffer, leftSwitched } from './left-switched.js';
import { overwrittenByHelpers, type Overwriting } from './returned-flags.js';
import { keepOff, matching, ownState, savedByHand } from './irq-repairs.js';
import { locationOf, shown, siteNames, tellEntry, witnessId } from '../../story/story.js';
import type { Finding } from '../../types.js';

export const irqState: Check = {
  id: 'irq-state',
  title: 'Interrupts are enabled too early or restored wrongly',
  severity: 'error',
  *run(context, turns) {
    yield* context.prepareContexts();
    const search = new IrqStateSearch(context);
    let done = 0;
    const total = context.collected.summaries.size;
    for (const summary of context.focused()) {
      done++;
      if (!turns.has(summary.fn)) continue;
      if (search.findsNothing(summary)) turns.cameToNothing(summary.fn);
      yield { stage: 'check', done, total };
    }
    turns.end();
    for (const { fn, entry } of turns.handlers(context.contexts(), context.focus, runsOff)) {
      search.inHandler(fn, entry);
      yield { stage: 'check', done, total };
    }
    turns.end();
    return joined(search.findings, search.parts, context);
  },
};

/** Whether interrupts are off on its processor where it is entered. */
function runsOff({ context, isOff }: OutsideEntry): boolean {
  return isOff === true || isStrictlyAtomic(context);
}

class IrqStateSearch {
  readonly findings: Finding[] = [];
  /** Findings that may be two halves of one mistake. */
  readonly parts: IrqStatePart[] = [];
  private readonly proofs: ProofRun;
  private readonly callers: KnownCallers;
  private readonly enablers: Enablers;
  private readonly seen = new Map<string, number>();
  /** Whether the result for the current function depends on the contexts in which functions run. */
  private asksWhere = false;
  private allRuns: RunContextsOf | undefined;

  constructor(private readonly context: CheckContext) {
    this.proofs = context.proofs;
    this.callers = new KnownCallers(context.collected);
    this.enablers = new Enablers(context.around, (fn) => this.callers.of(fn) !== undefined);
  }

  /** Checks a function. True if it has no finding, whatever context it runs in. */
  findsNothing(summary: FunctionSummary): boolean {
    const { fn } = summary;
    const found = this.findings.length;
    this.asksWhere = false;
    for (const enabler of this.enablers.of(summary)) {
      if (enabler.isForeign) continue;
      if (enabler.locksets.some(({ held, context }) => this.outer(held, context, enabler, fn) !== undefined))
        this.prove(fn, [enabler.site], enabler);
    }
    const isOff = ({ locksets }: CallSummary): boolean =>
      locksets.some(({ context }) => context.irq === 'off');
    for (const [steps, enabler] of this.enablers.through(summary, isOff)) this.prove(fn, steps, enabler);
    this.flagsReused(summary);
    this.releasedOtherwise(summary);
    this.asksWhere ||= endsDiffer(summary);
    this.findings.push(...leftSwitched(this.context, summary));
    return this.findings.length === found && !this.asksWhere;
  }

  // ---- enabled in an interrupt handler

  /** A handler runs with interrupts off on its processor, and so do its callees. */
  inHandler(fn: FunctionRef, entry: OutsideEntry): void {
    const summary = this.context.around.summaryOf(fn);
    if (summary === undefined) {
      if (this.enablers.reach(fn)) this.context.around.program.demand(fn, 'path');
      return;
    }
    for (const enabler of this.enablers.of(summary))
      if (!enabler.isForeign) this.proveIn(fn, [enabler.site], enabler, entry);
    for (const [steps, enabler] of this.enablers.through(summary)) this.proveIn(fn, steps, enabler, entry);
  }

  /** Reports the release of a lock of its own. What only enables interrupts is meant to do that. */
  private proveIn(root: FunctionRef, steps: readonly Site[], enabler: Enabler, entry: OutsideEntry): void {
    if (enabler.what !== 'irq' || enabler.lock === undefined) return;
    for (const arrived of this.proofs.arrive(steps)) {
      // In a section of its own, that is the finding.
      if (this.outer(arrived.held, arrived.context, enabler, root, arrived.lock) !== undefined) return;
      if (asksContext(this.context.around.models, arrived.facts)) continue;
      const lock = arrived.lock ?? enabler.lock;
      // A callee releases the lock that the handler has taken.
      if (enabler.isForeign && matchHeld(arrived.held, lock) < 0) continue;
      const { classes } = this.context.around;
      const name = shown(classes, keyOf(lock) ?? '');
      const through = steps.length > 1 ? ` through ${steps[1]?.fn.name ?? ''}()` : '';
      this.add(root, ['in-handler', keyOf(lock) ?? '', steps[1]?.fn.name ?? '', enabler.api], {
        confidence: handlerConfidence(this.context, steps, arrived, entry),
        message: `${enabler.api}()${through} enables interrupts in ${entry.title}`,
        site: steps[0] ?? enabler.site,
        locks: [name],
        story: [
          tellEntry(entry, 0),
          ...tellChain(classes, steps, `${enabler.api}() enables interrupts`, 0, { held: arrived.held }),
        ],
        assumes: [{ reason: 'path', text: `${root.name}() runs with interrupts disabled` }],
        names: siteNames(steps),
        repair: () => this.repair(enabler),
      });
      return;
    }
  }

  // ---- enabled inside a section

  private prove(root: FunctionRef, steps: readonly Site[], enabler: Enabler): void {
    for (const arrived of this.proofs.arrive(steps)) {
      // The callee releases a lock of its callers: on this path they hold it, inside the section.
      const lock = arrived.lock ?? enabler.lock;
      if (enabler.isForeign && (lock === undefined || matchHeld(arrived.held, lock) < 0)) continue;
      const outer = this.outer(arrived.held, arrived.context, enabler, root, arrived.lock);
      // What the callee releases may be what saved the state.
      if (outer === undefined || (enabler.isForeign && outer === 'section')) continue;
      const runs = this.runsOf(root);
      // The code tests its context and enables interrupts only outside of interrupt context.
      const asked = asksContext(this.context.around.models, arrived.facts);
      if (asked && runs !== undefined && !runs.has('process')) continue;
      // Softirqs do not run inside another softirq or in an interrupt handler.
      const isHarmless = enabler.what === 'bh' && runs !== undefined && !runs.has('process');
      const isDoubtful = isHarmless || (asked && runs === undefined);
      const isRelease = enabler.lock !== undefined;
      this.reportEarly(root, enabler, { steps, arrived, outer, isDoubtful, isRelease });
      return;
    }
  }

  /** Kinds of context that a function is known to run in; `undefined` if no visible entry leads to it. */
  private runsOf(fn: FunctionRef): ReadonlySet<RunContext> | undefined {
    this.asksWhere = true;
    this.allRuns ??= new RunContextsOf(this.context.collected, this.context.contexts());
    return this.allRuns.of(fn);
  }

  /**
   * What relies on interrupts being off when they are enabled: a lock that the root took with interrupts disabled, or
   * `'section'` if the state was saved without a lock.
   */
  private outer(
    held: readonly HeldLock[],
    context: Context,
    enabler: Enabler,
    root: FunctionRef,
    released: LockRef | undefined = enabler.lock,
  ): HeldLock | 'section' | undefined {
    if (context.irq !== 'off') return undefined;
    const ended = released === undefined ? undefined : held[matchHeld(held, released)];
    const { models } = this.context.around;
    const lock = held.find((one) => {
      const switched = models.lockApi(one.api)?.irq;
      return one !== ended && one.site.fn === root && (switched === 'save' || switched === 'disable');
    });
    if (lock !== undefined) return lock;
    // The state was saved without a lock, or by a lock released since: the caller may have disabled interrupts.
    const own = ended !== undefined && models.lockApi(ended.api)?.irq === 'save' ? 1 : 0;
    return savedBy(context, root).length > own ? 'section' : undefined;
  }

  private reportEarly(root: FunctionRef, enabler: Enabler, early: EarlyEnabling): void {
    const { classes } = this.context.around;
    const { steps, arrived, outer } = early;
    const through = steps.length > 1 ? ` through ${steps[1]?.fn.name ?? ''}()` : '';
    const key = outer === 'section' ? undefined : keyOf(outer);
    const name = key === undefined ? undefined : shown(classes, key);
    const what = enabler.what === 'irq' ? 'interrupts' : 'bottom halves';
    const where =
      name === undefined
        ? 'where interrupts were saved as disabled'
        : `while holding ${name}, taken with interrupts disabled`;
    this.add(root, ['early', key ?? '', steps[1]?.fn.name ?? '', enabler.api], {
      confidence: earlyConfidence(this.context, this.callers, early),
      message: `${enabler.api}()${through} enables ${what} ${where}`,
      site: steps[0] ?? enabler.site,
      locks: name === undefined ? [] : [name],
      story: tellChain(
        classes,
        steps,
        {
          text: `${enabler.api}() enables ${what}`,
          ...(name === undefined && enabler.what === 'irq' ? { isInSaved: true } : {}),
        },
        0,
        { held: arrived.held, told: outer === 'section' ? [] : [outer] },
      ),
      assumes: [
        { reason: 'path', text: `${root.name}() runs with interrupts enabled, or relies on its section` },
      ],
      names: siteNames(steps),
      repair: () => this.repair(enabler),
      part: { k: 'early', key: key ?? '', site: enabler.site },
    });
  }

  private repair({ what, site, lock }: Enabler): SwitchPlan {
    const { around } = this.context;
    const summary = around.summaryOf(site.fn);
    if (summary === undefined) return { reason: `the effect of ${site.fn.name}() is not known` };
    if (lock !== undefined) return keepOff(around, summary, site.event, lock);
    return what === 'irq'
      ? savedByHand(around, summary)
      : { reason: 'bottom halves cannot be enabled with interrupts disabled' };
  }

  // ---- one flags variable for two sections

  private flagsReused(summary: FunctionSummary): void {
    const { models } = this.context.around;
    for (const { site, api, locksets, lock } of summary.acquires) {
      const flagsArg = models.lockApi(api)?.flagsArg;
      if (site.via !== undefined || flagsArg === undefined) continue;
      if (!locksets.some(({ context }) => context.irq === 'off' && context.saved.size > 0)) continue;
      const flags = flagsAt(this.context.around.program, summary.fn, site.event, flagsArg);
      if (flags === undefined) continue;
      const outer = locksets.find(({ context }) => context.irq === 'off' && context.saved.has(flags));
      const holder = outer?.held.find((one) => this.flagsOf(one) === flags && one.certain);
      if (outer === undefined || holder === undefined) continue;
      // A second acquisition is a different mistake or none: a loop that ends the previous round, or a macro with its
      // statements out of order.
      if (holder.site.event === site.event || holder.term.key === lock.term.key) continue;
      this.addOverwriting(summary, { site, api, lock, holder, held: outer.held }, () =>
        ownState(this.context.around, summary, site.event, lock),
      );
    }
    for (const found of overwrittenByHelpers(this.context.around, summary))
      this.addOverwriting(summary, found, () => ({ reason: 'another function saves the interrupt state' }));
  }

  private addOverwriting(
    { fn }: FunctionSummary,
    { site, api, lock, holder, held }: Overwriting,
    repair: () => SwitchPlan,
  ): void {
    const { classes } = this.context.around;
    const name = shown(classes, keyOf(holder) ?? '');
    const inner = shown(classes, keyOf(lock) ?? '');
    this.add(fn, ['flags', keyOf(holder) ?? '', keyOf(lock) ?? ''], {
      confidence: 'high',
      message: `overwrites the interrupt state saved for ${name} while taking ${inner}`,
      site,
      locks: [inner, name],
      story: tellChain(classes, [site], `${api}() overwrites the saved state`, 0, { held, told: [holder] }),
      assumes: [{ reason: 'path', text: 'both use the same flags variable' }],
      names: [fn.name],
      repair,
    });
  }

  private flagsOf(lock: HeldLock): string | undefined {
    const flagsArg = this.context.around.models.lockApi(lock.api)?.flagsArg;
    if (flagsArg === undefined || lock.site.via !== undefined) return undefined;
    return flagsAt(this.context.around.program, lock.site.fn, lock.site.event, flagsArg);
  }

  // ---- released in a form other than the acquired one

  private releasedOtherwise(summary: FunctionSummary): void {
    const { models, classes } = this.context.around;
    const { program } = this.context.around;
    const isTakenBack = (): boolean =>
      program.callers(summary.fn).some((caller) => this.enablers.reach(caller));
    for (const mismatch of mismatches(models, summary, flagsUse(program, summary.fn), isTakenBack)) {
      const { use, lock, leaves } = mismatch;
      const name = shown(classes, keyOf(lock) ?? '');
      const confidence =
        summary.gaps.length > 0 ? lesser(mismatch.confidence, 'medium') : mismatch.confidence;
      this.add(summary.fn, ['left', keyOf(lock) ?? '', leaves], {
        confidence,
        message: messageOf(mismatch, name),
        site: use.site,
        locks: [name],
        story: tellChain(classes, [use.site], `${use.api}() ${leaves}`, 0, { held: [lock], told: [lock] }),
        assumes: [{ reason: 'path', text: 'no other function restores the state' }],
        names: [summary.fn.name],
        repair: () =>
          mismatch.isSwapped === true
            ? { reason: 'two releases restore the state of each other' }
            : matching(this.context.around, summary, use.site.event, use.lock),
        part: { k: 'left', key: keyOf(lock) ?? '', site: use.site },
      });
    }
  }

  private add(
    fn: FunctionRef,
    identity: readonly string[],
    told: Pick<Finding, 'confidence' | 'message' | 'locks' | 'story' | 'assumes'> & {
      readonly site: Site;
      readonly names: readonly string[];
      readonly repair: () => SwitchPlan;
      readonly part?: Pick<IrqStatePart, 'k' | 'key' | 'site'>;
    },
  ): void {
    const key = ['irq-state', fn.file, fn.name, ...identity].join('\n');
    const nth = this.seen.get(key) ?? 0;
    this.seen.set(key, nth + 1);
    // A callee that enables interrupts counts as one mistake of its caller.
    if (nth > 0 && told.names.length > 1) return;
    const { site, names, repair, part, ...shownParts } = told;
    const id = hashText(`${key}\n${nth}`);
    if (part !== undefined) this.parts.push({ ...part, fn, id, repair });
    this.context.switchPlans.set(id, () => withoutObstacle(this.context, repair()));
    this.findings.push({
      id,
      rule: 'irq-state',
      severity: 'error',
      at: locationOf(site),
      witnesses: [witnessId(['irq-state', fn.file, ...identity, ...names])],
      evidence: [],
      fixes: [],
      ...shownParts,
    });
  }
}
