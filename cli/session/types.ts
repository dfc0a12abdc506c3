import type { Confidence, Finding, Progress, RuleId } from '../../analysis/checks/types.js';
import type { ScanStats } from '../../analysis/report/formats/schema.js';
import type { WantedFixes } from '../../analysis/workspace/fixes.js';
import type { Snapshot } from '../../analysis/workspace/index.js';
import type { SkippedFile } from '../../host/api.js';
import type { KeptResult } from '../../host/node/cache/kept-runs.js';
import type { Project } from '../../host/node/project.js';
import type { Shard } from '../../host/node/shard.js';
import type { CommonOptions } from '../options.js';

export interface SessionOptions extends CommonOptions {
  readonly confidence: Confidence;
  readonly rules?: readonly RuleId[];
  /** Findings to search and verify fixes for; none if absent. */
  readonly fixFor?: ((finding: Finding) => boolean) | undefined;
  /** Kinds of fixes to search for; edits and suggestions if absent. */
  readonly fixes?: WantedFixes | undefined;
  /** Whether to keep findings that comments or settings hide, apart from the others. */
  readonly withUnshown?: boolean;
  /** Analyse this revision instead of the files on disk. */
  readonly revision?: string;
  /** Analyse single files without the files beside them. */
  readonly isAlone?: boolean;
  /** Report nothing about files that cannot be read, and treat them as empty. */
  readonly isSilent?: boolean;
  /** The files, relative to the root, if they are a part of a scan. */
  readonly files?: readonly string[];
  /** Whether the part belongs to a scan of the whole root. */
  readonly isOfRoot?: boolean;
  readonly headersKey?: string;
  /** Link these summaries instead of reading the paths, which belong to the shard. */
  readonly shard?: Shard;
}

/** The part of a result that is shown. */
export type Shown = Pick<Snapshot, 'findings' | 'notes' | 'reportedFiles' | 'counts' | 'unfinished'> &
  Pick<KeptResult, 'unshown'>;

/** One analysis by a command: its result, and the project to read source from. */
export interface CommandSession<Result extends Shown = Snapshot> {
  readonly root: string;
  readonly project: Project;
  readonly snapshot: Result;
  /** Paths not analysed. */
  readonly skipped: readonly SkippedFile[];
  /** Error messages of files whose analysis failed. */
  readonly failures: ReadonlyMap<string, string>;
  readonly times: StageTimes;
  /** What the processes of a scan in parts spent, and how many of them ran at the same time. */
  readonly parts?: { readonly spent: readonly Spent[]; readonly atOnce: number };
  /** Fixes were left out for lack of memory; a run with more memory may find them. */
  readonly lacksFixes?: boolean;
}

/** Wall milliseconds of the stages that run in the main thread. */
export interface StageTimes extends Record<Progress['stage'], number> {
  total: number;
}

export function noTimes(total: number): StageTimes {
  return {
    link: 0,
    bind: 0,
    selection: 0,
    summaries: 0,
    graph: 0,
    replay: 0,
    check: 0,
    fix: 0,
    total,
  };
}

/** What a process spent on a scan, or on a part of one. */
export type Spent = Pick<ScanStats, 'cache' | 'ms' | 'cpuMs' | 'rssMb'>;
