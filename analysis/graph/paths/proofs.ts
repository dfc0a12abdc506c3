import { BOUNDS } from '../../base/bounds.js';
import type { GapKind, LocatedGap } from '../../base/gap.js';
import type { KnownFacts } from '../../summaries/facts/kept-facts.js';
import type { Term } from '../../summaries/locks/terms.js';
import type { Surroundings } from '../../summaries/surroundings.js';
import type { Site } from '../../summaries/state/types.js';
import { Beginnings } from './beginnings.js';
import type { FunctionRef } from '../../link/types.js';
import { countNew, isUnderEither } from './decisions.js';
import { KeptTables } from './other-tables.js';
import { Replayer, type Arrived, type Replayed } from './replay.js';
import { noteRun, stillValid, usedSummaries, type UsedSummaries } from './used.js';

interface Proof<T> {
  readonly outcome: readonly T[];
  /** The outcome is valid while the functions it depends on have the same summaries. */
  used: UsedSummaries;
  /** Number of block executions it took. */
  readonly steps: number;
  run: number;
}

/**
 * Caches replays of chains across runs: after an edit, or when demanded skeletons arrive, only chains through changed
 * functions are replayed.
 */
export class Proofs {
  private readonly replays = new Map<string, Proof<Replayed>>();
  private readonly arrivals = new Map<string, Proof<Arrived>>();
  private readonly decisions = new Map<string, Proof<string>>();
  private run = 0;
  /** The last run that completed its queries. */
  private complete = 0;

  constructor(private readonly around: Surroundings) {}

  begin(): ProofRun {
    this.run++;
    return new ProofRun(this.around, this.replays, this.arrivals, this.decisions, this.run);
  }

  /** The run has completed its queries: evicts everything not queried since the previous completed run. */
  end(): void {
    for (const proofs of [this.replays, this.arrivals, this.decisions]) {
      for (const [key, proof] of proofs) if (proof.run <= this.complete) proofs.delete(key);
    }
    this.complete = this.run;
  }

  /** Evicts everything, at any time, even during a run; later queries replay again. */
  forget(): void {
    for (const proofs of [this.replays, this.arrivals, this.decisions]) proofs.clear();
    Beginnings.of(this.around).forget();
  }
}

/** Replays in one run over one state of the program; see {@link Replayer}. */
export class ProofRun {
  private readonly replayer: Replayer;
  private readonly overruns = new Map<string, LocatedGap>();
  private executions = 0;
  private readonly byRoot = new Map<FunctionRef, number>();
  private readonly tries = new Map<FunctionRef, number>();
  private readonly tables: KeptTables;

  constructor(
    private readonly around: Surroundings,
    private readonly replays: Map<string, Proof<Replayed>>,
    private readonly arrivals: Map<string, Proof<Arrived>>,
    private readonly decisions: Map<string, Proof<string>>,
    private readonly run: number,
  ) {
    this.replayer = new Replayer(around);
    this.tables = new KeptTables(around.program);
  }

  /** Number of block executions of replays since the run began, including those of cached replays. */
  get taken(): number {
    return this.executions;
  }

  /** The same by root function of the chains. */
  get costs(): ReadonlyMap<FunctionRef, number> {
    return this.byRoot;
  }

  /** Searches that were given up because they took too long. */
  get gaps(): Iterable<LocatedGap> {
    return this.overruns.values();
  }

  /** Records that a search from a place was given up. */
  giveUp({ fn, span }: Site, what: string, kind: GapKind = 'replay-budget'): void {
    const gap: LocatedGap = { kind, at: span, detail: what, file: fn.file, function: fn.name };
    this.overruns.set(`${fn.id}:${span.line}:${span.column} ${what}`, gap);
  }

  /** Whether another path to a sleeping call may be searched from a function; otherwise the search is given up. */
  mayTry(root: FunctionRef, at: Site): boolean {
    const tried = (this.tries.get(root) ?? 0) + 1;
    this.tries.set(root, tried);
    if (tried <= BOUNDS.sleepsPerFunction) return true;
    // One gap for the function, wherever the remaining paths are.
    if (tried === BOUNDS.sleepsPerFunction + 1)
      this.giveUp(at, `more than ${BOUNDS.sleepsPerFunction} paths`, 'too-many-sleeps');
    return false;
  }

  private count(chain: readonly Site[], steps: number): void {
    this.executions += steps;
    const [root] = chain;
    if (root !== undefined) this.byRoot.set(root.fn, (this.byRoot.get(root.fn) ?? 0) + steps);
    if (steps > BOUNDS.stepsPerChain && root !== undefined)
      this.giveUp(
        root,
        `${chain.map(({ fn }) => fn.name).join(' → ')}: more than ${BOUNDS.stepsPerChain} steps`,
      );
  }

  /** Every feasible end of a chain: call sites, the last one the acquisition. */
  replay(steps: readonly Site[]): readonly Replayed[] {
    if (this.tables.rulesOut(steps)) return [];
    return this.proven(this.replays, steps, () => this.replayer.replay(steps));
  }

  /** The same for a last step of any kind: acquisition, release, assertion, wait, sleeper, switch. */
  arrive(steps: readonly Site[]): readonly Arrived[] {
    if (this.tables.rulesOut(steps)) return [];
    return this.proven(this.arrivals, steps, () => this.replayer.arrive(steps));
  }

  /** Whether a path reaches the last step without going again through a loop around a call. */
  comesInOneRound(steps: readonly Site[]): boolean {
    return this.replayer.chain(() => this.replayer.arriveInOneRound(steps)).result.length > 0;
  }

  /** Whether any path reaches the last of these calls. */
  comesTo(calls: readonly Site[]): boolean {
    return this.replayer.chain(() => this.replayer.statesAt(calls)).result > 0;
  }

  /** The arguments with which paths make the last of these calls, in terms of the root. */
  argumentsAt(calls: readonly Site[]): readonly (readonly Term[])[] {
    return this.replayer.chain(() => this.replayer.argumentsAt(calls)).result;
  }

  /** Conditions that a replayed path depended on after one of its calls, without those on what `isOutside` names. */
  learnedSince(
    steps: readonly Site[],
    index: number,
    facts: KnownFacts,
    isOutside?: (part: Term) => boolean,
  ): number {
    const calls = steps.slice(0, index + 1);
    const before = this.proven(this.decisions, calls, () => this.replayer.decidedAt(calls));
    const { program } = this.around;
    const forgotten = steps.filter((_, i) => i > index && isUnderEither(program, steps.slice(0, i + 1)));
    return countNew(facts, new Set(before), isOutside) + forgotten.length;
  }

  private proven<T>(
    known: Map<string, Proof<T>>,
    steps: readonly Site[],
    replay: () => readonly T[],
  ): readonly T[] {
    const key = steps.map((step) => `${step.fn.id}.${step.event}`).join('/');
    const old = known.get(key);
    const valid = old && stillValid(old.used, this.around);
    if (old !== undefined && valid !== undefined) {
      old.used = valid;
      old.run = this.run;
      this.count(steps, old.steps);
      return old.outcome;
    }
    const { result: outcome, used, steps: taken } = this.replayer.chain(replay);
    this.count(steps, taken);
    for (const { fn } of steps) noteRun(used, fn, this.around);
    known.set(key, { outcome, used: usedSummaries(used), steps: taken, run: this.run });
    return outcome;
  }
}
