import type { Surroundings } from '../effects/step.js';
import type { Facts } from '../effects/facts.js';
import type { Effects, Site } from '../effects/types.js';
import type { FunctionRef } from '../link/types.js';
import { Replayer, type Replayed } from './replay.js';

interface Proof {
  readonly outcome: readonly Replayed[];
  /** Effects that the replay looked at; while they are the same, so is its outcome. */
  readonly used: ReadonlyMap<FunctionRef, Effects | undefined>;
  run: number;
}

/**
 * Replays of chains, kept from one run to the next: after an edit only the chains through functions whose
 * effects changed are replayed again.
 */
export class Proofs {
  private readonly known = new Map<string, Proof>();
  private run = 0;

  constructor(private readonly around: Surroundings) {}

  /** Begins a run; forgets what the last one did not ask for. */
  begin(): ProofRun {
    for (const [key, proof] of this.known) if (proof.run < this.run) this.known.delete(key);
    this.run++;
    return new ProofRun(this.around, this.known, this.run);
  }
}

/** Replays in one run over one state of the program. */
export class ProofRun {
  private readonly replayer: Replayer;
  private used = new Map<FunctionRef, Effects | undefined>();

  constructor(
    private readonly around: Surroundings,
    private readonly known: Map<string, Proof>,
    private readonly run: number,
  ) {
    const { program, models, classes } = around;
    this.replayer = new Replayer({
      program,
      models,
      classes,
      effectsOf: (fn) => {
        const effects = around.effectsOf(fn);
        this.used.set(fn, effects);
        return effects;
      },
    });
  }

  /** Every feasible end of a chain: call sites, the last one the acquisition. */
  replay(steps: readonly Site[]): readonly Replayed[] {
    const key = steps.map((step) => `${step.fn.id}.${step.event}`).join('/');
    const old = this.known.get(key);
    if (old !== undefined && this.holds(old)) {
      old.run = this.run;
      return old.outcome;
    }
    this.used = new Map();
    for (const { fn } of steps) this.used.set(fn, this.around.effectsOf(fn));
    const outcome = this.replayer.replay(steps);
    this.known.set(key, { outcome, used: this.used, run: this.run });
    return outcome;
  }

  /** Conditions that a replayed path went by behind one of its calls. */
  learnedSince(steps: readonly Site[], index: number, facts: Facts): number {
    return this.replayer.learnedSince(steps, index, facts);
  }

  private holds({ used }: Proof): boolean {
    for (const [fn, effects] of used) if (this.around.effectsOf(fn) !== effects) return false;
    return true;
  }
}
