import { BOUNDS } from '../../../base/bounds.js';
import { contradicts, ZERO, type Fact } from '../../../summaries/facts/fact.js';
import type { KnownFacts } from '../../../summaries/facts/kept-facts.js';
import { holderOf, rootOf, someTerm, type Term } from '../../../summaries/locks/terms.js';
import type { Site } from '../../../summaries/state/types.js';
import { isAtomic, isSoftirq, type Contexts, type OutsideEntry } from '../../../graph/contexts/contexts.js';
import { Probing } from '../../../graph/feasibility/probing.js';
import { KnownCallers } from '../../../graph/sight/callers.js';
import { target } from '../../../graph/events/bounded.js';
import type { ProvenUse } from '../../../graph/interrupts/usage.js';
import type { FunctionRef } from '../../../link/types.js';
import type { ExecutionContext, Models } from '../../../models/types.js';
import type { CheckContext } from '../../engine/check.js';

/** Contexts of handlers that one call sets up and another call starts. */
const LATER: ReadonlySet<ExecutionContext> = new Set(['timer', 'tasklet']);

/**
 * Decides whether a handler can run where its lock is taken elsewhere. The handler may be disabled there or not yet
 * registered, or the two sides may belong to different devices. Each of these is an indication, not a proof.
 */
export class HandlerLife {
  private readonly contexts: Contexts;
  private readonly modules = new Map<string, boolean>();
  private readonly probing: Probing;

  constructor(private readonly context: CheckContext) {
    this.contexts = context.contexts();
    this.probing = new Probing(context.around, new KnownCallers(context.collected));
  }

  isDoubtful(inner: ProvenUse, outer: ProvenUse): boolean {
    return this.isStopped(inner, outer) || this.isAbsent(inner, outer);
  }

  /** The same, but without waits for a poll, which say little of operations that the kernel core calls. */
  isUnlikely(inner: ProvenUse, outer: ProvenUse): boolean {
    return this.isStopped(inner, outer, inner.entry?.member !== undefined) || this.isAbsent(inner, outer);
  }

  private isAbsent(inner: ProvenUse, outer: ProvenUse): boolean {
    return (
      this.isNotThereYet(inner, outer) ||
      this.isDown(inner, outer) ||
      this.isExcluded(inner, outer) ||
      this.isOtherModule(inner, outer)
    );
  }

  // ---- disabled before

  /** Whether the handler is disabled before; with `exceptPolls`, waits for a poll do not count. */
  private isStopped({ entry }: ProvenUse, { steps, root }: ProvenUse, exceptPolls = false): boolean {
    const keepsAway = (name: string): boolean => this.keepsAway(name, entry, exceptPolls);
    const isOff = ({ fn, span }: Pick<Site, 'fn' | 'span'>): boolean =>
      this.stops(fn, BOUNDS.callsToStop, span.line, keepsAway);
    if (steps.some(isOff)) return true;
    if (this.contexts.of(root).length > 0) return false;
    const calls = this.callsTo(root);
    return calls.length > 0 && calls.every(isOff);
  }

  /** Whether `fn` or a callee calls a function before line `before` that keeps the handler from running. */
  private stops(
    fn: FunctionRef,
    calls: number,
    before: number,
    keepsAway: (name: string) => boolean,
  ): boolean {
    const { program } = this.context.around;
    const summary = this.context.around.summaryOf(fn);
    if (summary === undefined) {
      // A function without locks has no summary: its callees are known by name only.
      const names = fn.item?.calls ?? fn.macro?.calls ?? [];
      if (before !== Infinity) return false;
      if (names.some(keepsAway)) return true;
      return (
        calls > 0 && program.callees(fn).some((callee) => this.stops(callee, calls - 1, Infinity, keepsAway))
      );
    }
    const isBefore = ({ site }: { readonly site: Site }): boolean =>
      site.via === undefined && site.span.line < before;
    if (summary.apis.some((one) => isBefore(one) && keepsAway(one.api))) return true;
    // Calls of functions without a visible body appear only in the outline.
    if (before === Infinity && (fn.item?.calls ?? []).some(keepsAway)) return true;
    return (
      calls > 0 &&
      summary.calls.some((call) => {
        const callee = target(call);
        return callee !== undefined && isBefore(call) && this.stops(callee, calls - 1, Infinity, keepsAway);
      })
    );
  }

  private keepsAway(name: string, entry: OutsideEntry | undefined, exceptPolls: boolean): boolean {
    const { models } = this.context.around;
    // A timer or tasklet may be restarted after the wait for it, and lockdep checks by class.
    const what = models.api(name)?.quiets ?? models.api(name)?.awaits;
    switch (what) {
      case 'irq':
        return true;
      case 'napi':
        return !exceptPolls;
      case 'table':
        return entry?.member !== undefined && models.isWhileUp(entry.member.record, entry.member.field);
      default:
        return false;
    }
  }

  // ---- not registered yet

  private isNotThereYet(inner: ProvenUse, outer: ProvenUse): boolean {
    const { entry } = inner;
    const { steps, arrived } = outer;
    if (entry === undefined) return false;
    const { models } = this.context.around;
    // Setting a timer or tasklet up does not start it.
    if (entry.member === undefined && LATER.has(entry.context) && this.probing.isEarly(steps)) return true;
    return steps.some((step) => {
      const { fn, span } = step;
      if (entry.member === undefined && fn.name === entry.by && fn.file === entry.at.file)
        return (
          (span.line < entry.at.line && !this.mayBePending(inner, outer)) || hasFailed(models, arrived.facts)
        );
      // A probe function creates the device, and nothing before the acquisition lets the handler run.
      return this.isProbe(fn) && this.isStartedElsewhere(entry) && !this.startsBefore(step, entry);
    });
  }

  /**
   * Whether callbacks of earlier requests may run where the next one is set up, and take the same lock: it is no part of the
   * request. What sets a device up comes before all requests.
   */
  private mayBePending(
    { root: handler, entry, arrived: handling }: ProvenUse,
    { root, arrived: making }: ProvenUse,
  ): boolean {
    const [own, other] = [handling.lock?.term, making.lock?.term];
    if (entry?.isOfRequest !== true || own === undefined || other === undefined) return false;
    if (isPartOfGiven(handler, own) || isMadeHere(other)) return false;
    const above = this.entriesAbove(root);
    const { models } = this.context.around;
    return (
      above.length === 0 || !above.every(({ member }) => member !== undefined && models.begins(member.field))
    );
  }

  /** Whether the handler is started elsewhere: by a published op table, or by a registering call. */
  private isStartedElsewhere({ member }: OutsideEntry): boolean {
    return member === undefined || this.context.around.models.isWhileUp(member.record, member.field);
  }

  private startsBefore({ fn, span, event }: Site, entry: OutsideEntry): boolean {
    const { models } = this.context.around;
    const summary = this.context.around.summaryOf(fn);
    const isBefore = ({ site }: { readonly site: Site }): boolean =>
      site.via === undefined && site.event !== event && site.span.line <= span.line;
    return (
      (entry.member !== undefined &&
        summary?.apis.some((one) => isBefore(one) && models.publishes(one.api)) === true) ||
      summary?.calls.some(
        (one) =>
          isBefore(one) && one.targets.some((callee) => this.starts(callee, BOUNDS.callsToStop, entry)),
      ) === true
    );
  }

  private starts(fn: FunctionRef, calls: number, entry: OutsideEntry): boolean {
    const { models, program } = this.context.around;
    if (entry.member === undefined) {
      if (fn.name === entry.by && fn.file === entry.at.file) return true;
    } else if (models.publishes(fn.name) || (fn.item?.calls ?? []).some((name) => models.publishes(name)))
      return true;
    return calls > 0 && program.callees(fn).some((callee) => this.starts(callee, calls - 1, entry));
  }

  private isProbe(fn: FunctionRef): boolean {
    const { models } = this.context.around;
    return this.contexts.of(fn).some(({ member }) => member !== undefined && models.isProbe(member.field));
  }

  // ---- the device is down

  /** Whether every entry point that leads to `root` runs only before the device goes up or after it went down. */
  private isDown({ entry }: ProvenUse, { root }: ProvenUse): boolean {
    const { models } = this.context.around;
    const { member } = entry ?? {};
    if (member === undefined || !models.isWhileUp(member.record, member.field)) return false;
    const above = this.entriesAbove(root);
    return (
      above.length > 0 &&
      above.every(
        (one) =>
          one.member?.record === member.record &&
          models.runsOnlyUp(member.record, member.field, one.member.field),
      )
    );
  }

  /**
   * Entry points from which a function is reached, directly or through callers, without interrupt and softirq handlers.
   */
  private entriesAbove(fn: FunctionRef): readonly OutsideEntry[] {
    const out: OutsideEntry[] = [];
    const seen = new Set<FunctionRef>([fn]);
    let level: readonly FunctionRef[] = [fn];
    for (let up = 0; up <= BOUNDS.callersForHandlerLife && level.length > 0; up++) {
      const next: FunctionRef[] = [];
      for (const at of level) {
        const entries = this.contexts.of(at);
        out.push(...entries.filter(({ context }) => !isAtomic(context) && !isSoftirq(context)));
        if (entries.length > 0) continue;
        for (const caller of this.context.around.program.callers(at)) {
          if (!seen.has(caller)) next.push(caller);
          seen.add(caller);
        }
      }
      level = next;
    }
    return out;
  }

  // ---- exclusive facts

  /** Whether the two sides have contradicting facts about the object that contains the lock. */
  private isExcluded(inner: ProvenUse, outer: ProvenUse): boolean {
    const known = factsOfOwner(inner);
    for (const [name, fact] of factsOfOwner(outer)) {
      const other = known.get(name);
      if (other !== undefined && contradicts(fact, other)) return true;
    }
    return false;
  }

  /** Whether the sides are in two modules that do not use each other: each then has devices of its own. */
  private isOtherModule(inner: ProvenUse, outer: ProvenUse): boolean {
    const [a, b] = [inner.root.file, outer.root.file];
    if (a === b || !this.isModule(a) || !this.isModule(b)) return false;
    const { lock } = outer.arrived;
    if (lock !== undefined && rootOf(lock.term).k === 'global') return false;
    return !this.mentions(a, b) && !this.mentions(b, a);
  }

  private isModule(file: string): boolean {
    let known = this.modules.get(file);
    if (known === undefined) {
      const { program, models } = this.context.around;
      known = program.outline(file)?.macroUses.some(({ name }) => name === models.moduleMark) === true;
      this.modules.set(file, known);
    }
    return known;
  }

  /** Whether a function of `file` uses a global function that `other` defines. */
  private mentions(file: string, other: string): boolean {
    const { program } = this.context.around;
    const defined = new Set<string>();
    for (const item of program.outline(other)?.functions ?? []) if (!item.isStatic) defined.add(item.name);
    return (program.outline(file)?.functions ?? []).some(
      ({ calls, references }) =>
        calls.some((name) => defined.has(name)) || references.some((name) => defined.has(name)),
    );
  }

  private callsTo(fn: FunctionRef): readonly Site[] {
    return this.context.around.program.callers(fn).flatMap((caller): readonly Site[] => {
      const summary = this.context.around.summaryOf(caller);
      if (summary === undefined) this.context.around.program.demand(caller, 'path');
      const calls = summary?.calls.filter((one) => one.targets.includes(fn)) ?? [];
      if (calls.length > 0) return calls.map(({ site }) => site);
      // The line of the call is unknown: treat it as the first line.
      const span = { line: 0, column: 1, endLine: 0, endColumn: 1 };
      return [{ fn: caller, event: -1, span }];
    });
  }
}

/**
 * Whether a lock is part of the request that a callback is called for, without another pointer on the way. What it gets as
 * `void *` is data of the driver.
 */
function isPartOfGiven({ item }: FunctionRef, lock: Term): boolean {
  const object = holderOf(lock);
  const pointer = object.k === 'deref' ? object.base : object;
  const root = rootOf(pointer);
  if (root.k !== 'parameter' || someTerm(pointer, ({ k }) => k === 'deref')) return false;
  return item?.parameters[root.index]?.type !== 'void*';
}

/** Whether a lock is in an object that the function has just got from a call. */
function isMadeHere(lock: Term): boolean {
  return rootOf(lock).k === 'result';
}

/** The path's facts about fields of the object that contains the lock. */
function factsOfOwner({ arrived }: ProvenUse): ReadonlyMap<string, Fact> {
  const out = new Map<string, Fact>();
  const lock = arrived.lock?.term;
  if (lock?.k !== 'field') return out;
  for (const { term, fact } of arrived.facts.known())
    if (term.k === 'field' && term.base.key === lock.base.key && isKind(term.type, fact))
      out.set(term.name, fact);
  return out;
}

/**
 * Whether a fact states the kind of an object (an enum, or a comparison with a non-zero constant), not a changing flag.
 */
function isKind(type: string, { equals, differs }: Fact): boolean {
  if (type.startsWith('enum ')) return true;
  return (equals !== undefined && equals !== 0) || differs?.some((value) => value !== 0) === true;
}

/** Whether a registration has returned an error on the path. */
function hasFailed(models: Models, facts: KnownFacts): boolean {
  for (const { term, fact } of facts.known()) {
    const isRegistration = term.k === 'result' && models.api(term.origin)?.handlerArg !== undefined;
    if (isRegistration && (fact.signs & ZERO) === 0) return true;
  }
  return false;
}
