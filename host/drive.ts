import type { Progress } from '../analysis/checks/types.js';
import type { Demand } from '../analysis/link/types.js';
import { runToEnd, type Snapshot, type Supply, type Workspace } from '../analysis/workspace/index.js';

/** Answers demands from the source. */
export interface SupplySource {
  /** One answer per demand, in any order. */
  supply(demands: readonly Demand[]): Promise<readonly Supply[]>;
}

export interface DriveOptions {
  /** Limits findings to those that involve these files. */
  readonly focus?: ReadonlySet<string>;
  /** Runs a generator; at once if absent. A server runs slices, and rejects to cancel. */
  readonly run?: <T>(work: Generator<Progress, T>) => Promise<T>;
  readonly onRound?: (round: number, demands: number) => void;
}

/** Runs a workspace and supplies its demands until the analysis is complete: linking is a fixpoint. */
export async function drive(
  workspace: Workspace,
  source: SupplySource,
  options: DriveOptions = {},
): Promise<Snapshot> {
  const run = options.run ?? ((work) => Promise.resolve(runToEnd(work)));
  for (let round = 1; ; round += 1) {
    const analysis = await run(workspace.update(options.focus));
    const snapshot = workspace.snapshot();
    if (analysis && snapshot) return snapshot;
    const demands = workspace.demands();
    if (demands.length === 0) throw new Error('the analysis neither finished nor asked for anything');
    options.onRound?.(round, demands.length);
    workspace.supply(await source.supply(demands));
  }
}
