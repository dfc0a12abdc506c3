import { areOfOneDriver } from '../../../link/files/one-driver.js';
import { BOUNDS } from '../../../base/bounds.js';
import type { Confidence } from '../../../base/confidence.js';
import { folderOf } from '../../../base/paths.js';
import { hashText } from '../../../base/hash.js';
import * as t from '../../../summaries/locks/terms.js';
import type { Term } from '../../../summaries/locks/terms.js';
import type {
  ApiEffect,
  CallSummary,
  FunctionSummary,
  HeldLock,
  Lockset,
  Site,
} from '../../../summaries/state/types.js';
import { keyOf } from '../../../graph/events/collect.js';
import type { ProofRun } from '../../../graph/paths/proofs.js';
import { target, within, type Within } from '../../../graph/events/bounded.js';
import {
  dropsAnotherLater,
  dropsReference,
  endsWithHandler,
  endsWithReference,
  holderDropsAnother,
  isLastReference,
  tablePutAt,
} from '../../../graph/paths/last-reference.js';
import type { FunctionRef } from '../../../link/types.js';
import { isUnavoidable } from '../../../skeleton/lowering/block-paths.js';
import type { KnownFacts } from '../../../summaries/facts/kept-facts.js';
import type { LockKind } from '../../../models/types.js';
import { tellChain } from '../../story/chain.js';
import type { Check, CheckContext } from '../../engine/check.js';
import { locationOf, shown, siteNames, witnessId } from '../../story/story.js';
import type { Finding } from '../../types.js';

/** Lock kinds whose memory is not part of an object. */
const NOT_INSIDE = new Set<LockKind>(['rcu', 'section', 'completion', 'seqcount']);

export const heldFreed: Check = {
  id: 'held-freed',
  title: 'An object is freed while a lock in it is held',
  severity: 'warning',
  *run(context, turns) {
    yield* context.prepareContexts();
    const search = new FreeSearch(context);
    const findings = new Map<string, Finding>();
    const total = context.collected.summaries.size;
    let done = 0;
    for (const summary of context.focused()) {
      done++;
      if (summary.fn.macro !== undefined || !turns.has(summary.fn)) continue;
      const found = [...search.initialised(summary), ...search.inFunction(summary)];
      for (const finding of found) if (!findings.has(finding.id)) findings.set(finding.id, finding);
      // What frees may be some calls down, so its edits would go unnoticed.
      if (found.length === 0 && !search.mayPut(summary)) turns.cameToNothing(summary.fn);
      yield { stage: 'check', done, total };
    }
    return [...findings.values()];
  },
};

/** A lock that is held where its object is freed. */
interface FreedLock {
  readonly lock: HeldLock;
  readonly key: string;
  /** The held set, with the lock. */
  readonly held: readonly HeldLock[];
  readonly facts: KnownFacts;
}

/** A path from a lock's holder to a call that frees. */
interface WayToFree {
  readonly steps: readonly Site[];
  readonly effect: ApiEffect;
}

/** A way to what a callee frees, with the calls that pass the object on. */
interface WayBelow extends WayToFree {
  readonly passing: readonly CallSummary[];
}

class FreeSearch {
  private readonly proofs: ProofRun;
  /** Whether a function, or one within a number of calls, may free something. */
  private readonly freeing: Within;

  constructor(private readonly context: CheckContext) {
    this.proofs = context.proofs;
    this.freeing = within(context.around, (fn) => this.frees(fn) || this.putsReferences(fn));
  }

  *inFunction(summary: FunctionSummary): Generator<Finding> {
    for (const effect of this.freesOf(summary)) {
      if (effect.locksets.some(({ held }) => held.length > 0))
        yield* this.prove(summary, [effect.site], effect);
    }
    for (const call of summary.calls) {
      if (call.site.via !== undefined || !call.locksets.some(({ held }) => held.length > 0)) continue;
      for (const { steps, effect } of this.waysThroughTable(call)) yield* this.prove(summary, steps, effect);
      const callee = target(call);
      if (callee === undefined || callee === summary.fn) continue;
      // What a callee frees that it was not given is mostly a reference of others.
      const isGiven = dropsReference(this.context.around, call.site) || givesHeldObject(call);
      for (const { steps, effect } of this.waysToFree(call, callee))
        for (const finding of this.prove(summary, steps, effect))
          if (isGiven || finding.confidence === 'high') yield finding;
    }
  }

  /** The ways on which a call frees: its callee does, a function that the callee calls, or a release callback. */
  private *waysToFree(call: CallSummary, callee: FunctionRef): Generator<WayToFree> {
    const isPut = dropsReference(this.context.around, call.site);
    if (!isPut && !leadsToHeldObject(call)) return;
    for (const way of this.waysBelow([call], callee, BOUNDS.callsToFree - 1))
      if (this.mayFreeHeld(way, call)) yield way;
  }

  /**
   * Whether a way may free an object in which the first call holds a lock, by the arguments of the calls. Coarse: paths
   * are not checked. A put calls its release callback with an argument of its own.
   */
  private mayFreeHeld({ steps, effect, passing }: WayBelow, { locksets }: CallSummary): boolean {
    if (steps.some((step) => dropsReference(this.context.around, step))) return true;
    const freed = this.freedBy(effect);
    if (freed === undefined) return false;
    const object = passing.reduceRight((term, { args }) => t.inCaller(term, args), t.deref(freed));
    return locksets.some(({ held }) => held.some((lock) => isInside(lock, object)));
  }

  private *waysBelow(
    passing: readonly CallSummary[],
    callee: FunctionRef,
    calls: number,
  ): Generator<WayBelow> {
    const steps = passing.map(({ site }) => site);
    for (const effect of this.freesIn(callee)) yield { steps: [...steps, effect.site], effect, passing };
    // What frees an object for its holder, through further functions, is code of the same driver.
    const isNear = steps.every(({ fn }) => folderOf(fn.file) === folderOf(callee.file));
    if (calls === 0 || !isNear || !this.freeing.of(callee, calls)) return;
    const { around } = this.context;
    const below = around.summaryOf(callee);
    if (below === undefined) around.program.demand(callee, 'path');
    for (const next of below?.calls ?? []) {
      for (const way of this.waysThroughTable(next))
        yield { ...way, steps: [...steps, ...way.steps], passing };
      const fn = target(next);
      if (fn === undefined || fn === callee || next.site.via !== undefined) continue;
      if (next.args.some((arg) => t.rootOf(arg).k === 'parameter'))
        yield* this.waysBelow([...passing, next], fn, calls - 1);
    }
  }

  /** The ways on which a put frees whose release callback a table of its driver names. */
  private *waysThroughTable({ site }: CallSummary): Generator<WayToFree> {
    const { around } = this.context;
    const { file } = site.fn;
    const put = tablePutAt(around, site);
    if (put === undefined) return;
    const releases = put.releases.flatMap(({ record, member }) => around.slotTargets(record, member, file));
    for (const release of new Set(releases)) {
      if (!areOfOneDriver(around.program, release.file, file)) continue;
      for (const effect of this.freesIn(release)) yield { steps: [site, effect.site], effect };
    }
  }

  /** What a function frees itself. */
  private *freesIn(fn: FunctionRef): Generator<ApiEffect> {
    const { around } = this.context;
    if (!this.frees(fn)) return;
    const summary = around.summaryOf(fn);
    if (summary === undefined) around.program.demand(fn, 'path');
    else yield* this.freesOf(summary);
  }

  private frees(fn: FunctionRef): boolean {
    return (fn.item?.calls ?? []).some((name) => this.isNow(name));
  }

  /** Reports a lock that is initialised while held: the new state forgets its holder and its waiters. */
  *initialised({ fn, uses, gaps }: FunctionSummary): Generator<Finding> {
    const { classes } = this.context.around;
    for (const { k, lock, api, site, locksets, uniform } of uses) {
      const key = k === 'lock-init' ? keyOf(lock) : undefined;
      const [lockset] = locksets;
      const own = lockset?.held.find((one) => one.term.key === lock.term.key);
      if (key === undefined || lockset === undefined || own === undefined) continue;
      const name = shown(classes, key);
      const isSure = own.certain && uniform && gaps.length === 0;
      yield {
        id: hashText(['held-freed', fn.file, fn.name, key, 'initialised'].join('\n')),
        rule: 'held-freed',
        severity: 'warning',
        confidence: isSure ? 'high' : 'medium',
        message: `initialises ${name} with ${api}() while it is held`,
        at: locationOf(site),
        locks: [name],
        story: tellChain(classes, [site], `initialises ${name}`, 0, { held: lockset.held, told: [own] }),
        assumes: [{ reason: 'held', text: `${name} is still held when ${api}() is called` }],
        witnesses: [witnessId(['held-freed', key, ...siteNames([site]), api])],
        evidence: [],
        fixes: [],
      };
    }
  }

  /** Whether the function drops a reference, or passes an object whose lock it holds on to what may free it. */
  mayPut({ fn, calls }: FunctionSummary): boolean {
    return (
      this.putsReferences(fn) ||
      calls.some(
        (call) =>
          leadsToHeldObject(call) &&
          call.targets.some((callee) => this.freeing.of(callee, BOUNDS.callsToFree - 1)),
      )
    );
  }

  private putsReferences({ item }: FunctionRef): boolean {
    const { models } = this.context.around;
    return (
      item?.calls.some(
        (name) => models.referencePut(name) !== undefined || models.tablePut(name) !== undefined,
      ) === true
    );
  }

  private *freesOf(summary: FunctionSummary): Generator<ApiEffect> {
    for (const effect of summary.apis) if (effect.k === 'free' && this.isNow(effect.api)) yield effect;
  }

  /** Whether the call frees at once, rather than dropping a reference or waiting for readers first. */
  private isNow(name: string): boolean {
    const api = this.context.around.models.api(name);
    return api?.k === 'free' && api.arg !== undefined && api.confidence !== 'low';
  }

  private freedBy({ api, args }: ApiEffect): Term | undefined {
    return args[this.context.around.models.api(api)?.arg ?? 0];
  }

  private *prove(summary: FunctionSummary, steps: readonly Site[], effect: ApiEffect): Generator<Finding> {
    const arg = this.context.around.models.api(effect.api)?.arg ?? 0;
    for (const { args, held, facts } of this.proofs.arrive(steps)) {
      const freed = args[arg];
      if (freed === undefined) continue;
      const object = t.deref(freed);
      const lock = held.find((one) => one.site.fn === summary.fn && isInside(one, object));
      const key = lock && keyOf(lock);
      if (lock === undefined || key === undefined) continue;
      yield this.report(summary, steps, effect, { lock, key, held, facts });
      return;
    }
  }

  private report(
    summary: FunctionSummary,
    steps: readonly Site[],
    effect: ApiEffect,
    { lock, key, held, facts }: FreedLock,
  ): Finding {
    const { classes } = this.context.around;
    const { fn } = summary;
    const name = shown(classes, key);
    const through = steps.length > 1 ? ` through ${steps[1]?.fn.name ?? ''}()` : '';
    return {
      id: hashText(['held-freed', fn.file, fn.name, key, effect.api, steps[1]?.fn.name ?? ''].join('\n')),
      rule: 'held-freed',
      severity: 'warning',
      confidence: confidenceOf(this.context, summary, steps, lock, facts),
      message: `frees the object that contains ${name} with ${effect.api}()${through} while holding it`,
      at: locationOf(steps[0] ?? effect.site),
      locks: [name],
      story: tellChain(classes, steps, `frees the object that contains ${name}`, 0, { held, told: [lock] }),
      assumes: [
        { reason: 'held', text: `${name} is still held when ${effect.api}() is called` },
        ...(steps.length > 1
          ? [{ reason: 'last-reference', text: `${steps[1]?.fn.name ?? ''}() frees it here` }]
          : []),
      ],
      witnesses: [witnessId(['held-freed', key, ...siteNames(steps), effect.api])],
      evidence: [],
      fixes: [],
    };
  }
}

function confidenceOf(
  { around, contexts }: CheckContext,
  summary: FunctionSummary,
  steps: readonly Site[],
  lock: HeldLock,
  facts: KnownFacts,
): Confidence {
  if (!lock.certain) return 'low';
  if (summary.gaps.length > 0) return 'medium';
  if (steps.length === 1) return 'high';
  const isAlways = steps.slice(1).every(({ fn, event }) => {
    const isOwn = areOfOneDriver(around.program, fn.file, summary.fn.file);
    const skeleton = isOwn ? around.program.skeleton(fn) : undefined;
    return skeleton !== undefined && isUnavoidable(skeleton, event);
  });
  if (isAlways && !steps.some((step) => dropsReference(around, step))) return 'high';
  // A callee may free only on the last reference while its caller holds another one.
  if (holderDropsAnother(around, steps) || dropsAnotherLater(around, steps)) return 'low';
  if (endsWithReference(around, steps)) return 'high';
  // A handler that was started is no operation of an open file, whose user holds a reference.
  const isStarted = (fn: FunctionRef): boolean => {
    const entries = contexts().of(fn);
    return entries.length > 0 && entries.every(({ member }) => member === undefined);
  };
  if (endsWithHandler(around, steps, isStarted)) return 'high';
  if (isLastReference(around, steps, facts)) return 'high';
  // Whoever locks an object holds a reference to it, and most of these puts are of a second one.
  return 'low';
}

/** Whether the lock lies in the object's memory. */
function isInside(lock: HeldLock, object: Term): boolean {
  if (NOT_INSIDE.has(lock.kind)) return false;
  let at = lock.term;
  for (;;) {
    if (at.key === object.key) return true;
    if (at.k === 'deref' && object.k === 'deref' && isPartOf(at.base, object.base)) return true;
    if (at.k !== 'field' && at.k !== 'index') return false;
    at = at.base;
  }
}

/** Whether an object around what a pointer leads to is the one that another pointer leads to. */
function isPartOf(pointer: Term, around: Term): boolean {
  return around.k === 'container' && around.base.key === pointer.key;
}

/** Whether some argument points to an object that contains a held lock. */
function givesHeldObject({ args, locksets }: CallSummary): boolean {
  return args.some((arg) => {
    const object = t.deref(arg);
    return locksets.some(({ held }: Lockset) => held.some((lock) => isInside(lock, object)));
  });
}

/** Whether some argument points to an object that contains a held lock, or that leads to one. */
function leadsToHeldObject(call: CallSummary): boolean {
  const { args, locksets } = call;
  return (
    givesHeldObject(call) ||
    args.some((arg) => {
      const object = t.deref(arg).key;
      return locksets.some(({ held }) =>
        held.some(({ term }) => t.someTerm(term, ({ key }) => key === object)),
      );
    })
  );
}
