import { BOUNDS } from '../../base/bounds.js';
import type { Location } from '../../base/span.js';
import type { Progress } from '../../base/progress.js';
import { lesser, type Confidence } from '../../base/confidence.js';
import { hashText } from '../../base/hash.js';
import { append } from '../../base/lists.js';
import type { ClassTable } from '../../summaries/locks/locks.js';
import type { Models } from '../../models/types.js';
import type { HeldLock, Lockset, Site } from '../../summaries/state/types.js';
import type { FunctionRef } from '../../link/types.js';
import { ImpliedLocks, startOf, type Implied } from './implied.js';
import { LockNames } from '../events/lock-names.js';
import { keyOf, type Collected, type EdgeSource } from '../events/collect.js';
import type { AcquiredWithin } from './acquired-within.js';
import type { Contexts } from '../contexts/contexts.js';
import { flatten } from '../paths/replay.js';
import { runContexts } from '../contexts/run-contexts.js';
import type { ChainStep, EdgeWitness, LockClass, LockEdge, LockGraph, RunContext } from '../events/types.js';

/** The dependencies within single functions and one call below, as plain data for hover, graph and evidence. */
export function* buildGraph(
  collected: Collected,
  acquiredWithin: AcquiredWithin,
  classes: ClassTable,
  models: Models,
  contexts?: Contexts,
): Generator<Progress, LockGraph> {
  const runs = runContexts(collected, contexts);
  const edges = new Map<string, MutableEdge>();
  const keys = new Set<string>();
  let done = 0;
  for (const [from, sources] of collected.sources) {
    yield { stage: 'graph', done: (done += 1), total: collected.sources.size };
    for (const source of sources) {
      const found = [
        ...ends(source, collected, acquiredWithin),
        ...deeper(source, collected, acquiredWithin, classes),
      ];
      for (const { to, mode, nonBlocking, steps } of found) {
        keys.add(from);
        keys.add(to);
        const of = { from, to, holds: source.holds, steps };
        add(edges, { ...of, mode, nonBlocking, runs: runs.get(source.fn) });
      }
    }
  }
  const names = new LockNames(collected.program, classes, models);
  const implied = new ImpliedLocks(collected, classes, models, names);
  for (const edge of impliedEdges(implied, collected, acquiredWithin)) {
    yield { stage: 'graph', done, total: collected.sources.size };
    keys.add(edge.from);
    keys.add(edge.to);
    add(edges, { ...edge, mode: edge.mode ?? 'write', nonBlocking: false, runs: undefined });
  }
  for (const [key, place] of implied.definitions) names.define(key, place);
  for (const own of collected.acquires.values()) for (const key of own) keys.add(key);
  for (const { holds } of implied.handlers()) if (holds.key !== undefined) keys.add(holds.key);
  return new BuiltGraph(
    new Map([...keys].sort().map((key) => [key, classOf(key, classes, names)])),
    [...edges.values()].sort((a, b) => order(a.from, b.from) || order(a.to, b.to)),
  );
}

type MutableEdge = { -readonly [K in keyof LockEdge]: LockEdge[K] } & { witnesses: EdgeWitness[] };

export interface End {
  readonly to: string;
  readonly mode: 'read' | 'write';
  readonly nonBlocking: boolean;
  readonly steps: readonly Site[];
}

export function* ends(
  source: EdgeSource,
  collected: Collected,
  acquiredWithin: AcquiredWithin,
): Generator<End> {
  if (source.k === 'acquire') {
    const to = keyOf(source.acquire.lock);
    if (to !== undefined) {
      yield {
        to,
        mode: source.acquire.lock.mode,
        nonBlocking: source.acquire.nonBlocking,
        steps: flatten(source.acquire.site),
      };
    }
    return;
  }
  for (const end of takenBy(source, source.target, collected, acquiredWithin))
    yield { ...end, steps: [...flatten(source.call.site), ...end.steps] };
}

/** What a callee itself acquires while its caller's lock is held. */
function* takenBy(
  { holds }: EdgeSource,
  callee: FunctionRef,
  collected: Collected,
  acquiredWithin: AcquiredWithin,
): Generator<End> {
  if (acquiredWithin.classes(callee, 0).size === 0) return;
  for (const acquire of collected.summaries.get(callee)?.acquires ?? []) {
    const to = keyOf(acquire.lock);
    if (to === undefined || acquire.nonBlocking || isReleased(holds, acquire.locksets)) continue;
    yield { to, mode: acquire.lock.mode, nonBlocking: false, steps: flatten(acquire.site) };
  }
}

/** Whether a callee has already released its caller's lock. */
function isReleased(holds: HeldLock, locksets: readonly Lockset[]): boolean {
  const key = keyOf(holds);
  return locksets.every(({ released }) => released.some((lock) => keyOf(lock) === key));
}

/** Dependencies one call further down, through calls with one target. */
function* deeper(
  source: EdgeSource,
  collected: Collected,
  acquiredWithin: AcquiredWithin,
  classes: ClassTable,
): Generator<End> {
  if (source.k !== 'call' || acquiredWithin.classes(source.target, 1).size === 0) return;
  const { item } = source.target;
  const start = item === undefined ? source.call.site : startOf(source.target, item.nameSpan);
  for (const { target, steps, locksets } of callsOf(source.target, start, collected)) {
    if (locksets !== undefined && isReleased(source.holds, locksets)) continue;
    for (const end of takenBy(source, target, collected, acquiredWithin)) {
      if (classes.info(end.to)?.generic !== true)
        yield { ...end, steps: [...flatten(source.call.site), ...steps, ...end.steps] };
    }
  }
}

interface ImpliedEdge {
  readonly from: string;
  readonly to: string;
  readonly holds: HeldLock;
  readonly steps: readonly Site[];
  /** `write` if absent. */
  readonly mode?: 'read' | 'write';
}

/** Dependencies that involve what lockdep treats as a lock, at the same depth as those between locks. */
function* impliedEdges(
  implied: ImpliedLocks,
  collected: Collected,
  acquiredWithin: AcquiredWithin,
): Generator<ImpliedEdge> {
  const own = new Map<FunctionRef, readonly Implied[]>();
  const of = (fn: FunctionRef): readonly Implied[] => own.get(fn) ?? [];
  for (const summary of collected.summaries.values()) {
    const taken = [...implied.of(summary)];
    if (taken.length > 0) own.set(summary.fn, taken);
    for (const one of [...taken, ...implied.contextOf(summary)]) yield* underHeld(one);
  }
  for (const item of implied.items()) yield* underHeld(item);
  for (const [from, sources] of collected.sources) {
    for (const source of sources) {
      if (source.k !== 'call') continue;
      const { call, holds, target } = source;
      const start = target.item === undefined ? call.site : startOf(target, target.item.nameSpan);
      const below = [...callsOf(target, start, collected)].filter(
        ({ locksets }) => locksets === undefined || !isReleased(holds, locksets),
      );
      for (const { target: callee, steps: above } of [{ target, steps: [] }, ...below]) {
        for (const { key, site, locksets, mode = 'write' } of of(callee)) {
          if (isReleased(holds, locksets)) continue;
          const steps = [...flatten(call.site), ...above, ...flatten(site)];
          yield { from, to: key, holds, steps, mode };
        }
      }
    }
  }
  for (const summary of collected.summaries.values()) {
    for (const { holds, site, key, target } of implied.srcuReaders(summary)) {
      const from = keyOf(holds);
      if (from === undefined) continue;
      if (key !== undefined) yield { from, to: key, holds, steps: flatten(site) };
      if (target === undefined) continue;
      for (const { key: to, steps } of takenBelow(target, site, 1))
        yield { from, to, holds, steps: [...flatten(site), ...steps] };
    }
  }
  for (const { holds, handler } of [...implied.handlers(), ...implied.operations()]) {
    const from = keyOf(holds);
    if (from === undefined) continue;
    for (const { key, steps } of takenBelow(handler, holds.site, 2)) yield { from, to: key, holds, steps };
  }

  function* takenBelow(fn: FunctionRef, start: Site, calls: number): Generator<Taken> {
    yield* takenIn(fn, collected, of);
    if (calls === 0 || acquiredWithin.classes(fn, calls).size === 0) return;
    for (const { target, steps: above } of callsOf(fn, start, collected)) {
      for (const { key, steps } of takenBelow(target, start, calls - 1))
        yield { key, steps: [...above, ...steps] };
    }
  }
}

interface Taken {
  readonly key: string;
  readonly steps: readonly Site[];
}

/** Calls with a single target. For a function with only an outline: its callees, placed at its start. */
function* callsOf(
  fn: FunctionRef,
  start: Site,
  collected: Collected,
): Generator<{
  readonly target: FunctionRef;
  readonly steps: readonly Site[];
  readonly locksets?: readonly Lockset[];
}> {
  const summary = collected.summaries.get(fn);
  if (summary === undefined) for (const target of collected.callees(fn)) yield { target, steps: [start] };
  for (const { targets, site, locksets } of summary?.calls ?? []) {
    const [target] = targets;
    if (target !== undefined && targets.length === 1 && site.via === undefined)
      yield { target, steps: flatten(site), locksets };
  }
}

function* underHeld({ key: to, mode = 'write', site, locksets }: Implied): Generator<ImpliedEdge> {
  const steps = flatten(site);
  for (const { held } of locksets) {
    for (const holds of held) {
      const from = keyOf(holds);
      if (from !== undefined && from !== to) yield { from, to, holds, steps, mode };
    }
  }
}

/** What a function itself acquires, explicitly or implied. */
function* takenIn(
  fn: FunctionRef,
  collected: Collected,
  of: (fn: FunctionRef) => readonly Implied[],
): Generator<Taken> {
  for (const acquire of collected.summaries.get(fn)?.acquires ?? []) {
    const key = keyOf(acquire.lock);
    if (key !== undefined && !acquire.nonBlocking && collected.acquires.get(fn)?.has(key) === true)
      yield { key, steps: flatten(acquire.site) };
  }
  for (const { key, site } of of(fn)) yield { key, steps: flatten(site) };
}

/** One acquisition with a lock held, and in which contexts it runs if that is known. */
interface SeenEdge extends Omit<ImpliedEdge, 'mode'>, Pick<End, 'mode' | 'nonBlocking'> {
  readonly runs: ReadonlySet<RunContext> | undefined;
}

function add(
  edges: Map<string, MutableEdge>,
  { from, to, holds, mode, nonBlocking, steps, runs }: SeenEdge,
): void {
  const key = `${from}\n${to}`;
  const confidence: Confidence = holds.certain && steps.length <= 2 ? 'high' : 'medium';
  let edge = edges.get(key);
  if (edge === undefined) {
    edge = {
      from,
      to,
      fromMode: holds.mode,
      toMode: mode,
      trylock: nonBlocking,
      confidence,
      contexts: [],
      witnesses: [],
    };
    edges.set(key, edge);
  } else {
    edge.trylock &&= nonBlocking;
    if (holds.mode === 'write') edge.fromMode = 'write';
    if (mode === 'write') edge.toMode = 'write';
    if (lesser(edge.confidence, confidence) === edge.confidence) edge.confidence = confidence;
  }
  if (runs !== undefined && runs.size > 0) edge.contexts = [...new Set([...edge.contexts, ...runs])].sort();
  if (edge.witnesses.length < BOUNDS.witnessesShown)
    edge.witnesses.push(witnessOf({ from, to, holds, steps }, confidence));
}

/** That one class is acquired while another is held, on one path. */
export interface WitnessedOrder {
  /** The class that is held. */
  readonly from: string;
  /** The class that is acquired. */
  readonly to: string;
  readonly holds: HeldLock;
  /** Calls from the root, then the acquisition of `to`. */
  readonly steps: readonly Site[];
  /** Calls from the root, then the acquisition of `from`; by default, where `holds` was acquired. */
  readonly holdSteps?: readonly Site[];
}

/** A witness as plain data. Its id contains functions and classes, never positions (invariant 7). */
export function witnessOf(
  { from, to, holds, steps, holdSteps = flatten(holds.site) }: WitnessedOrder,
  confidence: Confidence,
): EdgeWitness {
  const names = [...holdSteps, ...steps].map((s) => `${s.fn.file}:${s.fn.name}`);
  return {
    id: hashText([from, to, ...names].join('\n')),
    holds: holdSteps.map(stepOf),
    chain: steps.map(stepOf),
    confidence,
    condition: '',
  };
}

function stepOf(site: Site): ChainStep {
  const at: Location = { file: site.fn.file, ...site.span };
  return { at, function: site.fn.name, text: site.via === undefined ? '' : 'calls' };
}

/** Without `names`, its initialisation is unknown. */
export function classOf(key: string, classes: ClassTable, names?: LockNames): LockClass {
  const info = classes.info(key);
  const known = names?.of(key);
  return {
    key,
    id: info?.id ?? key,
    kind: info?.kind ?? 'mutex',
    declaredAt: info?.declaredAt,
    initAt: known?.initAt ?? [],
    lockdepNames: known?.names ?? [],
  };
}

class BuiltGraph implements LockGraph {
  private readonly outgoing = new Map<string, LockEdge[]>();
  private readonly incoming = new Map<string, LockEdge[]>();

  constructor(
    readonly classes: ReadonlyMap<string, LockClass>,
    readonly edges: readonly LockEdge[],
  ) {
    for (const edge of edges) {
      append(this.outgoing, edge.from, edge);
      append(this.incoming, edge.to, edge);
    }
  }

  edgesFrom(key: string): readonly LockEdge[] {
    return this.outgoing.get(key) ?? [];
  }

  edgesTo(key: string): readonly LockEdge[] {
    return this.incoming.get(key) ?? [];
  }
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
