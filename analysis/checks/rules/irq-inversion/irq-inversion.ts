import { BOUNDS } from '../../../base/bounds.js';
import { atLeast, lesser } from '../../../base/confidence.js';
import { hashText } from '../../../base/hash.js';
import { folderOf } from '../../../base/paths.js';
import { filesOfDriver } from '../../../graph/feasibility/linked-files.js';
import { withoutWrappers } from '../../../graph/edges/call-steps.js';
import type { Dependency } from '../../../graph/edges/dependency.js';
import { isRecursiveReader } from '../../../graph/feasibility/readers.js';
import type { SwitchPlan } from '../../../graph/interrupts/sections.js';
import { Switching } from '../../../graph/interrupts/switching.js';
import type { Interrupt } from '../../../graph/interrupts/reached.js';
import { Usage, type ProvenUse } from '../../../graph/interrupts/usage.js';
import type { LockMode } from '../../../models/types.js';
import type { Check, CheckContext } from '../../engine/check.js';
import { keepSurest } from '../../engine/told.js';
import { tellChain } from '../../story/chain.js';
import { chainsBelow } from './chains-below.js';
import { areOtherLocks, InversionConfidence, type InvertedUses } from './confidence.js';
import { enabledUnder, reportEnabled } from './enabled-again.js';
import { SPINNING_KINDS } from '../../../models/records/kinds.js';
import { givenLocks } from './given-locks.js';
import { withNearestEntry } from './nearest-entry.js';
import { HandlerLife } from './handler-life.js';
import { likeOthers } from './like-others.js';
import { locationOf, shown, siteNames, tellDependency, tellEntry, witnessId } from '../../story/story.js';
import { wayOf, withWays } from '../../story/told-ways.js';
import type { Assumption, Finding, StoryStep } from '../../types.js';

/**
 * Finding id for one class, for a foreign class together with the handlers' file, or for a dependency between two
 * classes.
 */
export function inversionId(keys: readonly string[], interrupt: Interrupt): string {
  return hashText(['irq-inversion', ...keys, interrupt].join('\n'));
}

export const irqInversion: Check = {
  id: 'irq-inversion',
  title: 'A lock that an interrupt handler takes is held with interrupts enabled',
  severity: 'error',
  *run(context, turns) {
    yield* context.prepareContexts();
    const usage = yield* Usage.read(
      context.around,
      context.collected,
      context.acquiredWithin,
      context.contexts(),
      context.proofs,
    );
    const judge = new Judge(context, usage);
    const findings: Finding[] = [];
    let done = 0;
    for (const interrupt of ['hardirq', 'softirq'] as const) {
      const keys = usage.classes(interrupt);
      for (const key of keys) {
        if (!turns.has(`${interrupt} ${key}`)) continue;
        findings.push(...judge.inversions(key, interrupt));
        yield { stage: 'check', done: ++done, total: keys.length };
      }
      const enabled = enabledUnder(context, interrupt);
      for (const key of keys) {
        if (judge.has(key) || !turns.has(`${interrupt} under ${key}`)) continue;
        for (const place of enabled.get(key) ?? []) {
          const finding = reportEnabled(context, usage, key, interrupt, place);
          if (finding === undefined) continue;
          findings.push(finding);
          break;
        }
      }
      for (const key of keys) {
        if (!turns.has(`${interrupt} below ${key}`)) continue;
        findings.push(...judge.dependencies(key, interrupt));
        yield { stage: 'check', done, total: keys.length };
      }
    }
    findings.push(...givenLocks(context, usage, turns, judge));
    return findings;
  },
};

/** Kinds of locks for which a handler can wait. */
const SPINNING: ReadonlySet<string> = new Set([...SPINNING_KINDS, 'seqlock', 'seqcount']);

class Judge {
  /** Classes already reported: each counts as one mistake. */
  private readonly reported = new Set<string>();
  private readonly switching: Switching;
  private readonly life: HandlerLife;
  private readonly confidence: InversionConfidence;

  constructor(
    private readonly context: CheckContext,
    private readonly usage: Usage,
  ) {
    const { around, collected, finder } = context;
    this.switching = new Switching(around, collected, context.contexts(), usage, finder);
    context.lateAsked.switchPlan = (cured) =>
      (cured.isLikeOthers === true ? likeOthers(context, usage, cured, this.switching) : undefined) ??
      this.switching.plan(cured.key, cured.interrupt, cured.files);
    this.life = new HandlerLife(context);
    this.confidence = new InversionConfidence(context, usage, this.life);
  }

  /** The plan that keeps hardware interrupts out wherever a class is held that others get. */
  planGiven(key: string): SwitchPlan {
    const plan = this.switching.plan(key, 'hardirq');
    return 'reason' in plan ? plan : { ...plan, isGiven: true };
  }

  /** Whether a finding was reported for a class. */
  has(key: string): boolean {
    return this.reported.has(key);
  }

  /**
   * Reports a class that a handler takes and that is held elsewhere with interrupts on. A lock declared outside its
   * drivers gives one finding for each file with handlers.
   */
  *inversions(key: string, interrupt: Interrupt): Generator<Finding> {
    const files = this.usage.handlerFiles(key, interrupt);
    const isForeign = files.every((file) => this.confidence.isOfOthers(key, file));
    // Handlers of several files may interrupt the same place: keep the finding with the highest confidence.
    const places = new Map<string, Finding>();
    for (const file of isForeign && files.length > 1 ? files : [undefined]) {
      const finding = this.inversion(key, interrupt, file);
      if (finding === undefined) continue;
      const { at } = finding;
      keepSurest(places, `${at.file}:${at.line}:${at.column}`, finding);
    }
    yield* places.values();
  }

  private inversion(key: string, interrupt: Interrupt, file: string | undefined): Finding | undefined {
    const name = file === undefined ? key : `${key}\n${file}`;
    if (this.reported.has(key) && (file === undefined || this.reported.has(name))) return undefined;
    let inside: readonly ProvenUse[] | undefined;
    const taken = (): readonly ProvenUse[] => (inside ??= this.usage.taken(key, interrupt, file));
    const outside = this.outside(
      key,
      interrupt,
      (outer) => taken().every((inner) => this.life.isDoubtful(inner, outer)),
      file,
    );
    if (outside.length === 0) return undefined;
    let best: InvertedUses | undefined;
    for (const outer of outside) {
      for (const inner of taken()) {
        if (inner.mode === 'read' && outer.mode === 'read') continue;
        // A recursive reader in a handler never waits for another reader.
        if (outer.root === inner.root || areOtherLocks(inner, outer)) continue;
        const confidence = this.confidence.of(key, interrupt, inner, outer);
        if (best === undefined || !atLeast(best.confidence, confidence)) best = { inner, outer, confidence };
      }
    }
    if (best === undefined) return undefined;
    this.reported.add(key).add(name);
    const { outer } = best;
    const inner = withNearestEntry(best.inner, outer);
    const finding = this.report(key, interrupt, { ...best, inner }, outside, file);
    return withWays(finding, [wayOf(inner), wayOf(outer)]);
  }

  private outside(
    key: string,
    interrupt: Interrupt,
    isDoubtful?: (use: ProvenUse) => boolean,
    file?: string,
  ): readonly ProvenUse[] {
    const out: ProvenUse[] = [];
    const { focus } = this.context;
    for (const use of this.usage.enabled(key, interrupt, isDoubtful, file)) {
      if (focus !== undefined && !use.steps.some((step) => focus.has(step.fn.file))) continue;
      out.push(use);
      if (out.length >= BOUNDS.inversionWitnesses) break;
    }
    return out;
  }

  /** Of a lock declared outside of its drivers, those of one driver may change alone if not all can. */
  private planFor(key: string, interrupt: Interrupt, { steps, root }: ProvenUse): SwitchPlan {
    const plan = this.switching.plan(key, interrupt);
    const { around, collected } = this.context;
    if (!('reason' in plan)) return plan;
    const touching = collected.touches(key).map(({ fn }) => fn.file);
    const isForeign = this.confidence.isOfOthers(key, root.file);
    const files = isForeign ? filesOfDriver(around.program, steps, touching) : new Set(touching);
    if (touching.every((file) => files.has(file)))
      return likeOthers(this.context, this.usage, { key, interrupt }, this.switching) ?? plan;
    const own = this.switching.plan(key, interrupt, files);
    return 'reason' in own ? plan : own;
  }

  private report(
    key: string,
    interrupt: Interrupt,
    { inner, outer, confidence }: InvertedUses,
    outside: readonly ProvenUse[],
    file: string | undefined,
  ): Finding {
    const name = this.name(key);
    const off = interrupt === 'hardirq' ? 'interrupts' : 'bottom halves';
    const handler = `${inner.root.name}()`;
    const id = inversionId(file === undefined ? [key] : [key, file], interrupt);
    this.context.switchPlans.set(id, () => this.planFor(key, interrupt, outer));
    return {
      id,
      rule: 'irq-inversion',
      severity: 'error',
      confidence,
      message: `takes ${name} with ${off} enabled; ${handler}, ${inner.entry?.title ?? 'a handler'}, takes it: a deadlock if it fires on the same CPU`,
      at: locationOf(this.squiggle(outer)),
      locks: [name],
      story: [
        ...this.tell(outer, 0, `takes ${name} with ${off} enabled`),
        ...this.tell(inner, 1, `takes ${name} in ${inner.entry?.title ?? 'a handler'}`),
      ],
      assumes: this.assumptions(inner, outer),
      witnesses: this.witnesses(key, outside, inner),
      evidence: [],
      fixes: [],
    };
  }

  /**
   * Reports dependencies: a handler takes `key`, and a lock taken under `key`, or under one taken there, is held elsewhere
   * with interrupts on.
   */
  *dependencies(key: string, interrupt: Interrupt): Generator<Finding> {
    if (this.reported.has(key) || this.confidence.isShared(key)) return;
    const handled = new Set(this.usage.classes(interrupt));
    const { classes } = this.context.around;
    // A class that handlers take themselves is a finding of its own.
    const mayWait = (other: string): boolean =>
      !handled.has(other) &&
      !this.confidence.isShared(other) &&
      SPINNING.has(classes.info(other)?.kind ?? '');
    const isEnd = (other: string): boolean => this.reported.has(`${key}\n${other}`);
    for (const chain of chainsBelow(this.context, key, mayWait, isEnd)) {
      const finding = this.dependency(chain, interrupt);
      if (finding !== undefined) yield finding;
    }
  }

  /** `chain` begins with the handler's class and ends with the class that is held with interrupts on. */
  private dependency(chain: readonly string[], interrupt: Interrupt): Finding | undefined {
    const [safe, unsafe] = [chain[0] as string, chain.at(-1) as string];
    if (this.reported.has(`${safe}\n${unsafe}`)) return undefined;
    const [outer] = this.outside(unsafe, interrupt);
    if (outer === undefined) return undefined;
    const taken = this.usage.taken(safe, interrupt);
    const inner = taken.find(({ mode }) => mode === 'write') ?? taken[0];
    if (inner === undefined || outer.root === inner.root) return undefined;
    const links: Dependency[] = [];
    let waiter = inner.mode;
    for (const [at, key] of chain.slice(1).entries()) {
      const link = this.linkBehind(waiter, chain[at] as string, key, key === unsafe ? outer : undefined);
      if (link === undefined) return undefined;
      links.push(link);
      waiter = link.lock.mode;
    }
    this.reported.add(`${safe}\n${unsafe}`);
    const near = withNearestEntry(inner, outer);
    return this.reportDependency(chain, interrupt, near, outer, links);
  }

  /**
   * A place that holds `from`, for which another task waits in mode `waiter`, and itself waits for `to`. `outer`, if
   * given, holds `to`.
   */
  private linkBehind(
    waiter: LockMode,
    from: string,
    to: string,
    outer: ProvenUse | undefined,
  ): Dependency | undefined {
    const { around, contexts, finder } = this.context;
    return finder.find(from, to).find((one) => {
      const { holds, lock } = one;
      // A reader does not wait for another reader.
      if (!holds.certain || (waiter === 'read' && holds.mode === 'read')) return false;
      return lock.mode !== 'read' || outer?.mode !== 'read' || !isRecursiveReader(around, contexts, one);
    });
  }

  private reportDependency(
    chain: readonly string[],
    interrupt: Interrupt,
    inner: ProvenUse,
    outer: ProvenUse,
    links: readonly Dependency[],
  ): Finding {
    const { classes } = this.context.around;
    const [safe, unsafe] = [chain[0] as string, chain.at(-1) as string];
    const [first, last] = [links[0] as Dependency, links.at(-1) as Dependency];
    const off = interrupt === 'hardirq' ? 'interrupts' : 'bottom halves';
    let confidence = this.confidence.of(safe, interrupt, inner, outer);
    const isNear =
      links.every(({ calls, learned }) => calls === 0 || (calls <= 2 && learned === 0)) &&
      [inner, outer].every(({ steps }) => withoutWrappers(this.context.around, steps).length <= 2);
    if (links.some(({ root }) => folderOf(root.file) !== folderOf(outer.root.file)) || !isNear)
      confidence = lesser(confidence, 'medium');
    const [held, taken] = [this.name(safe), this.name(unsafe)];
    const under = this.name(chain.at(-2) as string);
    const waits = `for which ${inner.root.name}(), ${inner.entry?.title ?? 'a handler'}, then waits`;
    const then = first === last ? waits : `and ${first.root.name}() waits for that under ${held}, ${waits}`;
    const id = inversionId([safe, unsafe], interrupt);
    this.context.switchPlans.set(id, () => this.switching.plan(unsafe, interrupt));
    return {
      id,
      rule: 'irq-inversion',
      severity: 'error',
      confidence,
      message: `takes ${taken} with ${off} enabled; ${last.root.name}() takes it under ${under}, ${then}`,
      at: locationOf(this.squiggle(outer)),
      locks: [
        taken,
        ...chain
          .slice(0, -1)
          .reverse()
          .map((key) => this.name(key)),
      ],
      story: [
        ...this.tell(outer, 0, `takes ${taken} with ${off} enabled`),
        ...[...links].reverse().flatMap((link, at) => tellDependency(classes, link, at + 1)),
        ...this.tell(inner, links.length + 1, `takes ${held} in ${inner.entry?.title ?? 'a handler'}`),
      ],
      assumes: this.assumptions(inner, outer),
      witnesses: [
        witnessId([
          'irq-inversion',
          safe,
          unsafe,
          ...siteNames(outer.steps),
          ...links.flatMap(({ steps }) => siteNames(steps)),
        ]),
      ],
      evidence: [],
      fixes: [],
    };
  }

  private assumptions(inner: ProvenUse, outer: ProvenUse): readonly Assumption[] {
    const out: Assumption[] = [
      {
        reason: 'same-instance',
        text: 'the handler and the code it interrupts can refer to the same object',
      },
    ];
    if (outer.entry === undefined)
      out.push({ reason: 'context', text: `${outer.root.name}() is called with interrupts enabled` });
    if (this.life.isDoubtful(inner, outer))
      out.push({
        reason: 'handler',
        text: `${inner.root.name}() can still run where ${outer.root.name}() takes the lock`,
      });
    return out;
  }

  private tell(use: ProvenUse, path: number, end: string): readonly StoryStep[] {
    const story: StoryStep[] = [];
    if (use.entry !== undefined) story.push(tellEntry(use.entry, path));
    story.push(...tellChain(this.context.around.classes, use.steps, end, path, { held: use.arrived.held }));
    return story;
  }

  private witnesses(key: string, outside: readonly ProvenUse[], inner: ProvenUse): readonly string[] {
    return outside
      .map((use) => witnessId(['irq-inversion', key, inner.root.name, ...siteNames(use.steps)]))
      .sort();
  }

  /** The acquisition itself, or the last call in the root's file that leads to it. */
  private squiggle(use: ProvenUse): ProvenUse['steps'][number] {
    const own = use.steps.filter((step) => step.fn.file === use.root.file).at(-1);
    return own ?? (use.steps[0] as ProvenUse['steps'][number]);
  }

  private name(key: string): string {
    return shown(this.context.around.classes, key);
  }
}
