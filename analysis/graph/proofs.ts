import { BOUNDS } from '../base/bounds.js';
import type { GapKind, LocatedGap } from '../base/gap.js';
import type { KnownFacts } from '../effects/kept-facts.js';
import type { Surroundings } from '../effects/step.js';
import type { Site } from '../effects/types.js';
import { Beginnings } from './beginnings.js';
import type { FunctionRef } from '../link/types.js';
import { countNew, Replayer, type Arrived, type Replayed } from './replay.js';
import { noteRun, stillHolds, usedEffects, type UsedEffects } from './used.js';

interface Proof<T> {
  readonly outcome: readonly T[];
  /** While what it looked at has the same effects, its outcome is the same. */
  readonly used: UsedEffects;
  /** Executions of blocks that it took. */
  readonly steps: number;
  run: number;
}

/**
 * Replays of chains, kept from one run to the next: after an edit, or when skeletons came that were asked for,
 * only the chains through functions that do something else now are replayed again.
 */
export class Proofs {
  private readonly replays = new Map<string, Proof<Replayed>>();
  private readonly arrivals = new Map<string, Proof<Arrived>>();
  private readonly decisions = new Map<string, Proof<string>>();
  private run = 0;
  /** The last run that asked for all it needs. */
  private complete = 0;

  constructor(private readonly around: Surroundings) {}

  begin(): ProofRun {
    this.run++;
    return new ProofRun(this.around, this.replays, this.arrivals, this.decisions, this.run);
  }

  /** The run has asked for all it needs: forgets what no run has asked for since the last time. */
  end(): void {
    for (const proofs of [this.replays, this.arrivals, this.decisions]) {
      for (const [key, proof] of proofs) if (proof.run <= this.complete) proofs.delete(key);
    }
    this.complete = this.run;
  }

  /** At any time, also in the middle of a run: what is asked for again is replayed again. */
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

  constructor(
    private readonly around: Surroundings,
    private readonly replays: Map<string, Proof<Replayed>>,
    private readonly arrivals: Map<string, Proof<Arrived>>,
    private readonly decisions: Map<string, Proof<string>>,
    private readonly run: number,
  ) {
    this.replayer = new Replayer(around);
  }

  /** Executions of blocks that replays have taken since the run began, those kept from before counted as well. */
  get taken(): number {
    return this.executions;
  }

  /** The same by the function in which the chains begin. */
  get costs(): ReadonlyMap<FunctionRef, number> {
    return this.byRoot;
  }

  /** What was given up because it took too long. */
  get gaps(): Iterable<LocatedGap> {
    return this.overruns.values();
  }

  /** Notes that a search from a place was given up. */
  giveUp({ fn, span }: Site, what: string, kind: GapKind = 'replay-budget'): void {
    const gap: LocatedGap = { kind, at: span, detail: what, file: fn.file, function: fn.name };
    this.overruns.set(`${fn.id}:${span.line}:${span.column} ${what}`, gap);
  }

  /** Whether another path to something that sleeps may be walked from a function; a search that may not is given up. */
  mayTry(root: FunctionRef, at: Site): boolean {
    const tried = (this.tries.get(root) ?? 0) + 1;
    this.tries.set(root, tried);
    if (tried <= BOUNDS.sleepsPerFunction) return true;
    // One gap for the function, wherever the rest of it stands.
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
    return this.proven(this.replays, steps, () => this.replayer.replay(steps));
  }

  /** The same for a last step of any kind: acquisition, release, assertion, wait, sleeper, switch. */
  arrive(steps: readonly Site[]): readonly Arrived[] {
    return this.proven(this.arrivals, steps, () => this.replayer.arrive(steps));
  }

  /** Whether any path comes as far as the last of these calls. */
  comesTo(calls: readonly Site[]): boolean {
    return this.replayer.chain(() => this.replayer.statesAt(calls)).result > 0;
  }

  /** Conditions that a replayed path went by behind one of its calls. */
  learnedSince(steps: readonly Site[], index: number, facts: KnownFacts): number {
    const calls = steps.slice(0, index + 1);
    const before = this.proven(this.decisions, calls, () => this.replayer.decidedAt(calls));
    return countNew(facts, new Set(before));
  }

  private proven<T>(
    known: Map<string, Proof<T>>,
    steps: readonly Site[],
    replay: () => readonly T[],
  ): readonly T[] {
    const key = steps.map((step) => `${step.fn.id}.${step.event}`).join('/');
    const old = known.get(key);
    if (old !== undefined && stillHolds(old.used, this.around)) {
      old.run = this.run;
      this.count(steps, old.steps);
      return old.outcome;
    }
    const { result: outcome, used, steps: taken } = this.replayer.chain(replay);
    this.count(steps, taken);
    for (const { fn } of steps) noteRun(used, fn, this.around);
    known.set(key, { outcome, used: usedEffects(used), steps: taken, run: this.run });
    return outcome;
  }
}
