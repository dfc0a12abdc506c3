import type { Analysis, Engine, EngineOptions } from '../checks/engine/engine.js';
import { createEngine } from '../checks/index.js';
import type { FixRefusal, Progress } from '../checks/types.js';
import { comparePaths } from '../link/files/files.js';
import { createProgram } from '../link/index.js';
import type { Demand, MutableProgram, Program } from '../link/types.js';
import type { Models } from '../models/types.js';
import { hasSuppressions, type Suppressions } from '../report/suppression.js';
import { keepLessDecoded } from '../skeleton/codec/decoded.js';
import type { FileSummary, Skeleton } from '../skeleton/types.js';
import {
  selectFindings,
  type FindingOptions,
  type SelectedFindings,
  type SuppressionNote,
} from './findings.js';
import { isBelow, isOrderFile } from '../base/paths.js';
import { countProgram, unfinished, type Counts, type Unfinished } from './stats.js';

export { runToEnd } from '../base/progress.js';

/** A compiled file, or a deleted one (`undefined`). */
export interface FileUpdate {
  readonly file: string;
  readonly summary: FileSummary | undefined;
  /** From {@link findSuppressions} over the same text; none if absent. */
  readonly suppressions?: Suppressions;
}

/** The answer to a demand; without a skeleton, the source is not available. */
export interface Supply {
  readonly demand: Demand;
  readonly skeleton: Skeleton | undefined;
}

export interface WorkspaceOptions extends FindingOptions {
  /** Best first; the linker's own order if absent. */
  readonly architectures?: readonly string[];
}

/** The result of one complete run. Only changes of `program` affect it afterwards. */
export interface Snapshot extends SelectedFindings {
  readonly analysis: Analysis;
  readonly program: Program;
  /** How many of the reported files could be read. */
  readonly reportedFiles: number;
  readonly counts: () => Counts;
  readonly unfinished: () => readonly Unfinished[];
  /** Where fixes were searched for: why a finding has no more of them, by its id. */
  readonly refusals?: ReadonlyMap<string, readonly FixRefusal[]>;
}

/**
 * The engine over one root, for its driver (command line, server, tests). `apply` files and run `update`.
 * While it returns `undefined`, take the `demands`, `supply` them and run it again.
 */
export class Workspace {
  private readonly linked: MutableProgram;
  private engine: Engine;
  private readonly suppressions = new Map<string, Suppressions>();
  private readonly isReported: (file: string) => boolean;
  private latest: Snapshot | undefined;
  /** The program's version at that result. */
  private changes = -1;
  /** The reported files: those that declare orders, and the others. */
  private readonly orderFiles = new Set<string>();
  private readonly reported = new Set<string>();

  constructor(
    readonly models: Models,
    private readonly options: WorkspaceOptions,
  ) {
    const { architectures } = options;
    this.linked = createProgram(models, architectures ? { architectures } : {});
    this.isReported = isBelow(options.report);
    this.engine = this.createEngine();
  }

  private createEngine(): Engine {
    const { report, confidence, rules } = this.options;
    return createEngine(this.linked, this.models, { report, confidence, ...(rules ? { rules } : {}) });
  }

  /** {@link Engine.twin} of the current engine. */
  twin(program: Program, options: EngineOptions): Engine | undefined {
    return this.engine.twin(program, options);
  }

  get architectures(): readonly string[] | undefined {
    return this.options.architectures;
  }

  get program(): Program {
    return this.linked;
  }

  apply(updates: readonly FileUpdate[]): void {
    let isInterfaceChanged = false;
    for (const { file, summary, suppressions } of updates) {
      isInterfaceChanged = this.linked.setFile(file, summary).interfaceChanged || isInterfaceChanged;
      const isReported = summary !== undefined && this.isReported(file);
      const reported = isOrderFile(file) ? this.orderFiles : this.reported;
      if (isReported) reported.add(file);
      else reported.delete(file);
      const isNoted = isReported && suppressions !== undefined && hasSuppressions(suppressions);
      if (isNoted) this.suppressions.set(file, suppressions);
      else this.suppressions.delete(file);
    }
    // What the engine keeps about a function depends on its body and callees, not on the types it sees.
    if (isInterfaceChanged) this.engine = this.createEngine();
  }

  /** Demands of the last `update`; each is handed out once. */
  demands(): readonly Demand[] {
    return this.linked.takeDemands();
  }

  /** Threads and caches answer in any order, and the result must not depend on it. */
  supply(supplies: readonly Supply[]): void {
    for (const { demand, skeleton } of [...supplies].sort(byDemand)) {
      const { file, isMacro, index, functionHash } = demand;
      if (skeleton) this.linked.supplySkeleton(file, isMacro, index, functionHash, skeleton);
      else this.linked.declineDemand(demand);
    }
  }

  /**
   * Runs the engine over what changed. `undefined` while demands are open. With `focus`, findings may be
   * limited to those in which these files take part.
   */
  *update(focus?: ReadonlySet<string>): Generator<Progress, Analysis | undefined> {
    const analysis = yield* this.engine.run(focus);
    if (analysis) {
      this.latest = this.take(analysis);
      ({ changes: this.changes } = this.linked);
    }
    return analysis;
  }

  /**
   * Frees what can be computed again; when memory is short, also between two steps of {@link update}.
   * Findings stay the same.
   */
  lighten(): void {
    this.engine.lighten();
    keepLessDecoded();
  }

  /**
   * Whether another run would give the last complete result, because everything applied since is equivalent.
   */
  get isCurrent(): boolean {
    return this.changes === this.linked.changes;
  }

  /** The last complete result. */
  snapshot(): Snapshot | undefined {
    return this.latest;
  }

  /**
   * Names in `.lockorder` files that match nothing; computed only if the whole folder of such a file is
   * analysed.
   */
  private unknownNames(analysis: Analysis): SuppressionNote[] {
    const files = this.orderFiles;
    if (files.size === 0) return [];
    return analysis.declared.unknown
      .filter(({ form, at }) => form === 'declared' && files.has(at.file))
      .map(({ name, at }) => ({
        file: at.file,
        line: at.line,
        text: `no lock named ${name} is taken here`,
      }));
  }

  private take(analysis: Analysis): Snapshot {
    const { linked: program, isReported } = this;
    const selected = selectFindings(analysis.findings, program, this.suppressions, this.options);
    const notes = [...selected.notes, ...this.unknownNames(analysis)];
    const reportedFiles = this.reported.size;
    const counts = (): Counts => countProgram(program, analysis, isReported);
    const left = (): readonly Unfinished[] => unfinished(program, analysis, isReported);
    return { ...selected, notes, analysis, program, reportedFiles, counts, unfinished: left };
  }
}

function byDemand({ demand: left }: Supply, { demand: right }: Supply): number {
  return (
    comparePaths(left.file, right.file) ||
    Number(left.isMacro) - Number(right.isMacro) ||
    left.index - right.index
  );
}
