/**
 * The methods that Lockorder adds to LSP: names and shapes, no logic. Positions and ranges in here are
 * LSP's own (0-based lines and UTF-16 columns), since that is what both ends speak. Everything else that the
 * server does is plain LSP and works in any editor.
 */

import type { ExplainPage } from './views.js';
import type { GraphView } from '../analysis/report/graph/data.js';

export type { GraphView };

/**
 * Request: analyse every C file below the workspace folders and push what is found as diagnostics, closed
 * files included. Takes a work-done token for progress and can be cancelled; a cancelled scan keeps what was
 * shown before.
 */
export const SCAN_WORKSPACE = 'lockOrder/scanWorkspace';

export interface ScanWorkspaceParams {
  readonly workDoneToken?: string | number;
  /** Only files that differ from the last commit, with what they need to be understood. */
  readonly changed?: boolean;
}

export interface ScanWorkspaceResult {
  /** Files read, headers among them. */
  readonly files: number;
  /** Those that are C files, which is what all counts for people are of; absent when there is none. */
  readonly cFiles?: number;
  /** Findings at or above the confidence that is shown, but for hints; each once, however many files it is in. */
  readonly findings: number;
  /** Less certain ones; absent when there is none. */
  readonly hints?: number;
  /** Diagnostics of these findings, where there are more: one for each place that one shows. */
  readonly problems?: number;
  /** Files that hold at least one finding or hint. */
  readonly filesWithFindings: number;
  /** Diagnostics of closed files left out because there were too many to show. */
  readonly notShown: number;
  /** Files that could not be read, with the reason. */
  readonly skipped: readonly SkippedFile[];
  /** False when the request was cancelled. */
  readonly complete: boolean;
}

export interface SkippedFile {
  readonly uri: string;
  readonly reason: string;
}

/** Notification, server to client: what the server is doing, for a status item. Sent when it changes. */
export const STATUS = 'lockOrder/status';

export interface StatusParams {
  readonly state: 'indexing' | 'analysing' | 'ready' | 'paused' | 'failed';
  /** Files of the index that are read, and all of them; both 0 while nothing is indexed. */
  readonly indexed: number;
  readonly total: number;
  /** Findings known now, open and closed files together, but for hints. */
  readonly findings: number;
  readonly hints: number;
  /** The program that findings come from now; absent while there is none. */
  readonly extent?: Extent;
  /** The whole folder does not fit into memory: only the folders of open files are read. */
  readonly isPartial?: boolean;
  /** For `failed`, and when only a part is read: why. */
  readonly detail?: string;
}

/** How much is analysed together. */
export interface Extent {
  /** Open files; they and their headers; their folders; these and what is around them by calls; everything. */
  readonly level: 'open' | 'headers' | 'folders' | 'around' | 'tree';
  /** C files of it. */
  readonly files: number;
  /** C files in all, where they were counted. */
  readonly of?: number;
}

/** Notification, client to server: stop or resume reading in the background. */
export const PAUSE = 'lockOrder/pause';

export interface PauseParams {
  readonly paused: boolean;
}

/** Request: the story of one finding, in words and in parts. `null` when there is none there. */
export const EXPLAIN = 'lockOrder/explain';

export interface ExplainParams {
  readonly uri: string;
  /** The finding's id, as in a diagnostic's `data`; without it the finding at `position` is meant. */
  readonly id?: string;
  readonly position?: { readonly line: number; readonly character: number };
}

export interface ExplainResult {
  readonly id: string;
  readonly title: string;
  /** Fit for a mail as it is. */
  readonly text: string;
  /** The same in parts, for a page. */
  readonly page: ExplainPage;
}

/**
 * Request: which locks are taken under which others, around the lock at a position or a lock given by its
 * class; where there is no lock, around those of the file. `null` for a document that is not analysed.
 */
export const GRAPH = 'lockOrder/graph';

export interface GraphParams {
  readonly uri: string;
  readonly position?: { readonly line: number; readonly character: number };
  /** Id of a lock class; counts more than the position. */
  readonly around?: string;
  /** How many orders away from the middle, 1 when absent. */
  readonly depth?: number;
}

export interface GraphResult extends GraphView {
  /** What is in the middle, for a title: a lock class, or a file. */
  readonly title: string;
  /** URI of the folder that the paths in the graph are relative to. */
  readonly folder: string;
  /** Classes left out because there would be too many to see. */
  readonly omitted: number;
}

/**
 * Request: in which orders two locks are taken, and what rules a cycle out. `null` for a document that is not
 * analysed.
 */
export const WHY = 'lockOrder/why';

export interface WhyParams {
  /** Any open document of the program that is meant. */
  readonly uri: string;
  /** Ids of lock classes, or ends of ids that can mean one only. */
  readonly locks: readonly [string, string];
}

export interface WhyResult {
  /** Fit for a mail as it is; what is wrong with the names where they name no two locks. */
  readonly text: string;
}

/** Request: what the models say of a function, macro, type, op table field or lock class. */
export const MODEL = 'lockOrder/model';

export interface ModelParams {
  /** Any document of the folder whose `lockorder.json` counts. */
  readonly uri: string;
  readonly name: string;
}

export interface ModelResult {
  /** Fit for a mail as it is; for a name without a record, which names are like it. */
  readonly text: string;
}

/**
 * Request, server to client: the bytes of a file, for a server that has no disk (in a browser). `null` when
 * there is no such file.
 */
export const READ_FILE = 'lockOrder/readFile';

export interface ReadFileParams {
  readonly uri: string;
}

export interface ReadFileResult {
  /** Base64. */
  readonly content: string;
}

/**
 * Request, server to client: the files below a folder that may matter (C, headers, `.lockorder`, `lockorder.json`
 * and makefiles), for a server that has no disk. Hidden folders are left out.
 */
export const LIST_FILES = 'lockOrder/listFiles';

export interface ListFilesParams {
  readonly uri: string;
}

export interface ListFilesResult {
  /** Relative to the folder, with `/`, sorted. */
  readonly files: readonly string[];
  /** False when there were too many, and the rest was left out. */
  readonly complete: boolean;
}

/** What the client tells the server in `initialize`; every part may be missing. */
export interface InitializationOptions {
  /** Directory for the disk cache, never inside the workspace. */
  readonly cacheDirectory?: string;
  /** URI of the directory that holds the rule pages, for links from diagnostics. */
  readonly rulePages?: string;
  /**
   * The client has the commands `lockOrder.explain`, `lockOrder.suppress` and `lockOrder.showReaches`, so that code
   * actions and lenses may name them. Without, a suppression is an edit with a reason to be filled in.
   */
  readonly hasCommands?: boolean;
  /** Texts of the server in the client's language, by the English ones; findings stay English. */
  readonly words?: Readonly<Record<string, string>>;
  /** Settings as under `lockOrder.`, for clients that answer no `workspace/configuration`. */
  readonly settings?: Partial<Settings>;
}

/** The settings under `lockOrder.` that the server reads. */
export interface Settings {
  /**
   * `auto`: folders that look like a kernel or module tree, of large ones what is around the open files; `all`: every
   * folder as a whole, however large; `open`: only directories of open files; `off`: open files only.
   */
  readonly index: 'auto' | 'all' | 'open' | 'off';
  /** The lowest confidence shown; medium and low findings show as hints. */
  readonly confidence: 'high' | 'medium' | 'low';
  /** By rule id: how its findings show, and from which confidence on. */
  readonly rules: Readonly<Record<string, RuleLevel | RuleSetting>>;
  /** Globs of files left out, relative to the folder. */
  readonly exclude: readonly string[];
  /** Architectures whose code is linked; none means what lockorder.json says, or x86. */
  readonly architectures: readonly string[];
  /** Path of a lockorder.json to use instead of the one in the folder; empty for that. */
  readonly config: string;
  /** Whether spinlocks sleep, as under PREEMPT_RT. */
  readonly preemptRt: boolean;
  /** Says behind a lock operation what is held then. */
  readonly inlayHints: boolean;
  /** Says above a function what it takes and needs. */
  readonly codeLens: boolean;
}

/** How findings of a rule show; `off` hides them. */
export type RuleLevel = 'error' | 'warning' | 'info' | 'hint' | 'off';

export interface RuleSetting {
  readonly level?: RuleLevel;
  readonly confidence?: 'high' | 'medium' | 'low';
}

/** The shape of a diagnostic's `data`. */
export interface DiagnosticData {
  /** The finding's id. */
  readonly id: string;
}
