import { BOUNDS } from '../../../base/bounds.js';
import { lesser, type Confidence } from '../../../base/confidence.js';
import { hashText } from '../../../base/hash.js';
import { withoutSubclass } from '../../../base/subclass.js';
import { runToEnd } from '../../../base/progress.js';
import { folderOf } from '../../../base/paths.js';
import { keyOf } from '../../../graph/events/collect.js';
import type { KnownCallers } from '../../../graph/sight/callers.js';
import type { Feasibility } from '../../../graph/feasibility/feasibility.js';
import { Probing } from '../../../graph/feasibility/probing.js';
import { isInVariable } from '../../../graph/feasibility/path-length.js';
import { areOfOneDriver } from '../../../link/files/one-driver.js';
import type { Verdict } from '../../../graph/feasibility/verdicts.js';
import * as t from '../../../summaries/locks/terms.js';
import type { HeldLock } from '../../../summaries/state/types.js';
import { EntryLocks } from '../../../graph/contexts/entry.js';
import type { OutsideEntry } from '../../../graph/contexts/contexts.js';
import type { Dependency } from '../../../graph/edges/dependency.js';
import { isInKeptObject, isInObjectOfData, isInOnlyObject } from '../../../graph/waits/own-device.js';
import { isInOwnParent } from '../../../graph/waits/own-parent.js';
import { HandlerNeeds, type HandlerPath } from '../../../graph/waits/handler-needs.js';
import type { Replayed } from '../../../graph/paths/replay.js';
import type { FunctionRef, Program } from '../../../link/types.js';
import { isUnavoidable } from '../../../skeleton/lowering/block-paths.js';
import { assumptions } from '../../story/assumptions.js';
import { tellChain } from '../../story/chain.js';
import type { CheckContext } from '../../engine/check.js';
import {
  locationOf,
  shown,
  siteNames,
  spoken,
  squiggle,
  tellDependency,
  witnessId,
  tellEntry,
} from '../../story/story.js';
import { isLockOfContainer } from '../self-deadlock/pointer-of-owner.js';
import { areRelated, isToldFurtherOut, type ToldOrder } from './nearness.js';
import { calledUnderLocks, isTakenForServed, servedType, type Called } from './called-under.js';
import type { Turns } from '../../engine/turns.js';
import type { Finding, Progress, RuleId } from '../../types.js';

/** Prefix of work items about the locks a function is entered with. */
const ENTRY = 'entry\n';

/** The work item of a function that is called with a lock held, and the classes of the cycle that it may close. */
export function entryItem(fn: FunctionRef, ...keys: readonly string[]): string {
  return `${ENTRY}${[fn.id, ...keys].join('\n')}`;
}
/** Stands for the first argument in the text of a lock. */
const OWN = '$';

/** Reports functions that take a lock their callers hold. */
export function* takenAgain(context: CheckContext, turns: Turns): Generator<Progress, readonly Finding[]> {
  yield* context.prepareContexts();
  const needs = new HandlerNeeds(context.around, context.acquiredWithin, context.proofs);
  const findings: Finding[] = [];
  const { program } = context.around;
  for (const { fn, entry, key, mode, takenBy, ownLock, ownObject } of calledUnderLocks(context)) {
    // If every object has such a lock, the function may take that of another object.
    const isAny = takenBy !== undefined && ownLock === undefined && ownObject === undefined;
    if (mode === 'read' || isAny) continue;
    if (!context.acquiredWithin.classes(fn, BOUNDS.callsInHandler).has(key) || !turns.has(entryItem(fn, key)))
      continue;
    const way = needs
      .ways(fn, key)
      .find(({ lock }) =>
        ownObject === undefined
          ? isOwn(lock.term, ownLock) ||
            isInKeptObject(program, lock.term, servedType(fn), ownLock, fn.file) ||
            isInObjectOfData(program, lock.term, servedType(fn), ownLock, fn) ||
            isInOwnParent(program, lock.term, fn) ||
            isGivenByOwner(context, key, lock.term, ownLock)
          : isInOnlyObject(program, lock.term, ownObject, fn.file),
      );
    const again = way && arrivesHolding(context, way, key);
    const isRecursive = again !== undefined && context.around.models.lockApi(again.api)?.recursive === true;
    if (way !== undefined && again !== undefined && way.lock.mode === 'write' && !isRecursive)
      findings.push(reportAgain(context, fn, entry, key, way));
    yield { stage: 'check', done: findings.length, total: 0 };
  }
  return findings;
}

/** Whether a lock is the one that the path leads to from the first argument; without a path, there is only one. */
function isOwn(lock: t.Term, path: string | undefined): boolean {
  return path === undefined || t.showTerm(lock, (index) => (index === 0 ? OWN : '')) === `${OWN}${path}`;
}

/** Whether a lock is in the object that contains the served one, and that gave it to it: `ctrl->handler->lock`. */
function isGivenByOwner(
  { around: { program, classes } }: CheckContext,
  key: string,
  lock: t.Term,
  path: string | undefined,
): boolean {
  const [, part, member] = /^(.+)->(\w+)$/.exec(path ?? '') ?? [];
  if (part === undefined || member === undefined) return false;
  return isLockOfContainer(program, classes, { key, member, lock }, (pointer) => isOwn(pointer, part));
}

/** Reports orders that invert the lock a registry holds during its callback. */
export function* ordersAtEntry(
  context: CheckContext,
  turns: Turns,
  search: EntrySearch,
  isProven: (one: string, other: string) => boolean,
): Generator<Progress, readonly Finding[]> {
  const best = new Map<string, Inversion>();
  for (const called of search.called) {
    const { fn, key, alias } = called;
    for (const other of [...context.acquiredWithin.classes(fn, BOUNDS.callsInHandler)].sort()) {
      if (other === key || other === alias) continue;
      if (!context.collected.sources.has(other) || isProven(key, other)) continue;
      if (!turns.has(entryItem(fn, other))) continue;
      if (context.finder.leastCalls(other, key).calls > BOUNDS.entryCallsInFolder) continue;
      const found = search.inverted(called, other);
      if (found !== undefined && isBetter(found, best.get(found.finding.id)))
        best.set(found.finding.id, found);
      yield { stage: 'replay', done: best.size, total: 0 };
    }
  }
  const all = [...best.values()];
  return all.map((one) =>
    isToldFurtherOut(one, all, (side, key) => search.isUsuallyUnder(side, key))
      ? { ...one.finding, confidence: 'low' as const }
      : one.finding,
  );
}

/** An inverted order, and whether both sides are code of one folder, or of one inside the other. */
interface Inversion extends ToldOrder {
  readonly isNear: boolean;
}

function isBetter(found: Inversion, known: Inversion | undefined): boolean {
  if (known === undefined) return true;
  const [a, b] = [found.finding.confidence, known.finding.confidence];
  return a === b ? found.isNear && !known.isNear : lesser(a, b) === b;
}

/** A replay of the path after which the caller's lock is still held. */
function arrivesHolding(
  { proofs }: CheckContext,
  { steps, lock }: HandlerPath,
  key: string,
): Replayed | undefined {
  return proofs
    .replay(steps)
    .find((one) => keyOf(one.lock) === keyOf(lock) && !one.released.some((given) => keyOf(given) === key));
}

/** What functions do that are entered with a lock held. The contexts must be prepared. */
export class EntrySearch {
  readonly called: readonly Called[];
  readonly needs: HandlerNeeds;
  private readonly probing: Probing;
  private readonly usual: EntryLocks;
  /** Functions entered with a class held. */
  private readonly under = new Map<string, Set<FunctionRef>>();

  constructor(
    private readonly context: CheckContext,
    private readonly feasibility: Feasibility,
    private readonly callers: KnownCallers,
  ) {
    this.needs = new HandlerNeeds(context.around, context.acquiredWithin, context.proofs);
    this.probing = new Probing(context.around, callers);
    this.usual = EntryLocks.usual(context.around, callers);
    this.called = [...calledUnderLocks(context)];
    for (const { fn, key } of this.called) this.under.set(key, (this.under.get(key) ?? new Set()).add(fn));
  }

  /** A function that takes `other` while its caller holds the lock, paired with the opposite order elsewhere. */
  inverted(called: Called, other: string): Inversion | undefined {
    const { fn, key, takenBy } = called;
    const [way] = this.needs.ways(fn, other);
    const entered = way && this.entered(called, other, way);
    if (way === undefined || entered === undefined) return undefined;
    let best: Inversion | undefined;
    for (const side of runToEnd(this.context.finder.search(other, key))) {
      if (!side.holds.certain || this.isUnder(side.root, key, BOUNDS.callersForEntry)) continue;
      if (side.calls > BOUNDS.entryCallsHigh && !isAtHome(side, folderOf(fn.file))) continue;
      const { program } = this.context.around;
      const served = takenBy === undefined ? 'no' : isTakenForServed(program, called, side);
      const isOfServed = served !== 'no';
      if (takenBy?.includes(side.api) === false && !isOfServed) continue;
      // The driver has one object of the kind that the callback is called for.
      const isOnly =
        isOfServed ||
        (takenBy !== undefined && isInOnlyObject(program, side.lock.term, undefined, side.root.file));
      const verdict = this.feasibility.judge([side, entered], isOnly ? key : undefined);
      if ('excluded' in verdict) continue;
      const isNear = areRelated(side.root.file, called.entry.at.file);
      const isOrdered = isTakenInOtherLevel(this.context, entered);
      let own = isOrdered ? 'low' : this.confidence(way, side, takenBy, isNear, isOnly);
      if (served === 'kept' && !isOneDriver(program, way, side)) own = lesser(own, 'medium');
      const confidence = lesser(verdict.confidence, own);
      const finding = reportOrder(this.context, called, way, side, { ...verdict, confidence });
      if (isBetter({ finding, isNear, side }, best)) best = { finding, isNear, side };
      if (confidence === 'high') break;
    }
    return best;
  }

  /** Whether all callers of the root of a side hold a lock of the class, for all that is known. */
  isUsuallyUnder({ root }: Dependency, key: string): boolean {
    return this.usual.of(root).has(key);
  }

  /** The callback's side of the cycle: its caller, which is not visible, holds the first lock. */
  entered({ fn, key, mode }: Called, other: string, way: HandlerPath): Dependency | undefined {
    const { around } = this.context;
    const replayed = arrivesHolding(this.context, way, key);
    const [first] = way.steps;
    if (replayed === undefined || first === undefined) return undefined;
    const kind = around.classes.info(key)?.kind ?? 'mutex';
    const holds: HeldLock = {
      term: t.global(key, ''),
      key,
      kind,
      mode,
      fallback: undefined,
      subclass: 0,
      api: '',
      site: first,
      nonBlocking: false,
      certain: true,
    };
    return {
      ...replayed,
      held: [holds, ...replayed.held],
      from: key,
      to: other,
      root: fn,
      steps: way.steps,
      holdSteps: [],
      holds,
      calls: way.steps.length - 1,
      open: 0,
    };
  }

  /** Whether a function runs only below such callbacks, where the lock is already held. */
  isUnder(fn: FunctionRef, key: string, levels: number): boolean {
    if (this.under.get(key)?.has(fn) === true) return true;
    const calls = levels === 0 ? undefined : this.callers.of(fn);
    return (
      calls !== undefined &&
      calls.length > 0 &&
      calls.every(({ caller }) => this.isUnder(caller, key, levels - 1))
    );
  }

  private confidence(
    way: HandlerPath,
    side: Dependency,
    takenBy: Called['takenBy'],
    isNear: boolean,
    isOnly: boolean,
  ): Confidence {
    const { classes } = this.context.around;
    const info = classes.info(side.from);
    if (way.isForLast || way.isSelected || (info?.generic === true && !isOnly)) return 'low';
    // An object under construction receives no callbacks yet.
    if (takenBy !== undefined && this.probing.isEarly(side.steps)) return 'medium';
    if (isInVariable(way.lock.term)) return 'high';
    // If two drivers use a type, each has its own objects of it.
    const home = info?.declaredAt && folderOf(info.declaredAt.file);
    const files = new Set([...side.steps, ...way.steps].map(({ fn }) => fn.file));
    const folders = [...files].map(folderOf);
    if (files.size === 1 || folders.every((folder) => folder === home)) return 'high';
    return isNear || folders.includes(home ?? '') ? 'medium' : 'low';
  }
}

/**
 * Whether a side takes its lock through a call that the models describe, whose visible source takes it in another nesting
 * level.
 */
function isTakenInOtherLevel({ around }: CheckContext, { api, to, root }: Dependency): boolean {
  const called = around.program.resolveCall(api, root.file);
  const taken = called.flatMap((fn) => around.summaryOf(fn)?.acquires.map(({ lock }) => keyOf(lock)) ?? []);
  return (
    !taken.includes(to) &&
    taken.some((key) => key !== undefined && withoutSubclass(key) === withoutSubclass(to))
  );
}

/** Whether all code of a side is in one folder. */
export function isAtHome({ steps, holdSteps }: Dependency, home: string): boolean {
  return [...steps, ...holdSteps].every(({ fn }) => folderOf(fn.file) === home);
}

/** Whether the whole of both sides is code of one driver. */
function isOneDriver(program: Program, way: HandlerPath, { steps, holdSteps, root }: Dependency): boolean {
  return [...way.steps, ...steps, ...holdSteps].every(({ fn }) =>
    areOfOneDriver(program, fn.file, root.file),
  );
}

function reportOrder(
  { around: { classes } }: CheckContext,
  { fn, entry }: Called,
  way: HandlerPath,
  side: Dependency,
  { confidence, reasons }: Exclude<Verdict, { readonly excluded: string }>,
): Finding {
  const [outer, inner] = [spoken(classes, side.to, side.from), spoken(classes, side.from, side.to)];
  return {
    id: hashText(`lock-order-cycle\nentry\n${[side.from, side.to].join('\n')}`),
    rule: 'lock-order-cycle',
    severity: 'error',
    confidence,
    message: `takes ${outer} while holding ${inner}; ${fn.name}(), which is called with ${outer} held, takes ${inner}`,
    at: locationOf(squiggle(side)),
    locks: [shown(classes, side.to), shown(classes, side.from)],
    story: [
      ...tellDependency(classes, side, 0),
      tellEntry(entry, 1, outer),
      ...tellChain(
        classes,
        way.steps,
        { text: `takes ${inner}`, takes: { lock: shown(classes, side.from) } },
        1,
      ),
    ],
    assumes: assumptions(reasons),
    witnesses: [
      witnessId(['entry-order', side.from, side.to, ...siteNames(side.steps), ...siteNames(way.steps)]),
    ],
    evidence: [],
    fixes: [],
  };
}

function reportAgain(
  context: CheckContext,
  fn: FunctionRef,
  entry: OutsideEntry,
  key: string,
  way: HandlerPath,
): Finding {
  const { classes } = context.around;
  const name = spoken(classes, key);
  const [first] = way.steps;
  const rule: RuleId = 'self-deadlock';
  return {
    id: hashText(`self-deadlock\n${key}\nentry\n${fn.file}\n${fn.name}`),
    rule,
    severity: 'error',
    confidence:
      isFar(way) || way.isForLast || way.isSelected || isDecidedBelow(context, way) ? 'medium' : 'high',
    message: `takes ${name} again: ${fn.name}() is called with it held`,
    at: locationOf(first ?? { fn, event: -1, span: entry.at }),
    locks: [shown(classes, key)],
    story: [tellEntry(entry, 0, name), ...tellChain(classes, way.steps, `takes ${name} again`, 0)],
    assumes: [],
    witnesses: [witnessId(['entry-again', key, ...siteNames(way.steps)])],
    evidence: [],
    fixes: [],
  };
}

/**
 * Whether a callee takes the lock only in some state of its object, and others call it too: it may know from that state
 * that the lock is free, as it is for the others.
 */
function isDecidedBelow(
  { around: { program }, proofs }: CheckContext,
  { steps, facts }: HandlerPath,
): boolean {
  const isOpen = steps.slice(1).some(({ fn, event }) => {
    const skeleton = program.callers(fn).length > 1 ? program.skeleton(fn) : undefined;
    return skeleton !== undefined && !isUnavoidable(skeleton, event);
  });
  return isOpen && proofs.learnedSince(steps, 0, facts) > 0;
}

/** Whether a path is so long that its conditions may exclude one another, and not in one folder. */
export function isFar({ steps }: HandlerPath): boolean {
  const [first, ...rest] = steps;
  const isNear = rest.every(({ fn }) => folderOf(fn.file) === folderOf(first?.fn.file ?? ''));
  return steps.length > (isNear ? BOUNDS.callsHigh : 2);
}

/** Whether a work item belongs to this search. */
export function isEntryItem(item: string): boolean {
  return item.startsWith(ENTRY);
}
