/**
 * The methods that Lockorder adds to LSP: names and types, no logic. Positions and ranges are LSP's (0-based lines and
 * UTF-16 columns). Everything else in the server is plain LSP and works in any editor.
 */

import type { ExplainPage, ListedFiles } from './views.js';
import type { GraphView } from '../analysis/report/graph/data.js';

export type { GraphView };

/**
 * Request: analyse every C file below the workspace folders and publish diagnostics, including those of closed files.
 * Accepts a work-done token and can be cancelled; a cancelled scan leaves the diagnostics unchanged.
 */
export const SCAN_WORKSPACE = 'lockOrder/scanWorkspace';

export interface ScanWorkspaceParams {
  readonly workDoneToken?: string | number;
  /** Only files that differ from the last commit, with the files needed to analyse them. */
  readonly changed?: boolean;
}

export interface ScanWorkspaceResult {
  /** Number of files read, including headers. */
  readonly files: number;
  /** Number of C files among them, which is the count to show; absent if zero. */
  readonly cFiles?: number;
  /** Findings at or above the minimum confidence, except hints; each counts once, in however many files it appears. */
  readonly findings: number;
  /** Less certain findings; absent if zero. */
  readonly hints?: number;
  /** Number of diagnostics of these findings, if greater: one for each place shown. */
  readonly problems?: number;
  /** Number of files with at least one finding or hint. */
  readonly filesWithFindings: number;
  /** Number of diagnostics of closed files left out because there are too many. */
  readonly notShown: number;
  /** Files that could not be read, with the reason. */
  readonly skipped: readonly SkippedFile[];
  /** False if the request was cancelled. */
  readonly complete: boolean;
}

export interface SkippedFile {
  readonly uri: string;
  readonly reason: string;
}

/** Notification, server to client: the server's status. Sent when it changes. */
export const STATUS = 'lockOrder/status';

export interface StatusParams {
  readonly state: 'indexing' | 'analysing' | 'ready' | 'paused' | 'failed';
  /** Files read for the index, and their total; both 0 while nothing is being indexed. */
  readonly indexed: number;
  readonly total: number;
  /** Findings in the files of `scope`, except hints; each counts once, in however many files it appears. */
  readonly findings: number;
  readonly hints: number;
  /** Number of diagnostics of these findings, if greater: one for each place shown. */
  readonly problems?: number;
  readonly scope: ListedFiles;
  /** Extent of the program behind the current findings; absent if there is none. */
  readonly extent?: Extent;
  /** The whole folder does not fit into memory, so only the folders of open files are read. */
  readonly isPartial?: boolean;
  /** The reason for `failed` or for reading only a part. */
  readonly detail?: string;
}

/** How much is analysed together. */
export interface Extent {
  /** Open files with their headers; also their folders; also files related to them by calls; everything. */
  readonly level: 'headers' | 'folders' | 'around' | 'tree';
  /** Number of C files in it. */
  readonly files: number;
  /** Total number of C files, if they were counted. */
  readonly of?: number;
}

/** Notification, client to server: pause or resume reading in the background. */
export const PAUSE = 'lockOrder/pause';

export interface PauseParams {
  readonly paused: boolean;
}

/** Request: the story of one finding, as text and as data. `null` if there is no finding. */
export const EXPLAIN = 'lockOrder/explain';

export interface ExplainParams {
  readonly uri: string;
  /** The finding's id, as in a diagnostic's `data`; if absent, the finding at `position`. */
  readonly id?: string;
  readonly position?: { readonly line: number; readonly character: number };
}

export interface ExplainResult {
  readonly id: string;
  readonly title: string;
  /** Plain text, ready for a mail. */
  readonly text: string;
  /** The same as data for a page. */
  readonly page: ExplainPage;
}

/**
 * Request: the lock orders around the lock at a position or around a given class; without a lock there, around those of
 * the file. `null` for a document that is not analysed.
 */
export const GRAPH = 'lockOrder/graph';

export interface GraphParams {
  readonly uri: string;
  readonly position?: { readonly line: number; readonly character: number };
  /** Id of a lock class; takes precedence over the position. */
  readonly around?: string;
  /** Distance from the centre in orders; 1 if absent. */
  readonly depth?: number;
}

export interface GraphResult extends GraphView {
  /** The centre, for a title: a lock class or a file. */
  readonly title: string;
  /** URI of the folder that the paths in the graph are relative to. */
  readonly folder: string;
  /** Number of classes left out of an otherwise unreadable graph. */
  readonly omitted: number;
}

/**
 * Request: the orders in which two locks are acquired, and what rules out a cycle. `null` for a document that is not
 * analysed.
 */
export const WHY = 'lockOrder/why';

export interface WhyParams {
  /** Any open document of the program to query. */
  readonly uri: string;
  /** Ids of lock classes, or unambiguous suffixes of ids. */
  readonly locks: readonly [string, string];
}

export interface WhyResult {
  /** Plain text, ready for a mail; an error message if the names do not identify two locks. */
  readonly text: string;
}

/** Request: the models' records about a function, macro, type, op table field or lock class. */
export const MODEL = 'lockOrder/model';

export interface ModelParams {
  /** Any document of the folder whose `lockorder.json` applies. */
  readonly uri: string;
  readonly name: string;
}

export interface ModelResult {
  /** Plain text, ready for a mail; for a name without records, similar names. */
  readonly text: string;
}

/**
 * Request, server to client: the bytes of a file, for a server without a disk (in a browser). `null` if the file does
 * not exist.
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
 * Request, server to client: the relevant files below a folder (C, headers, `.lockorder`, `lockorder.json`, makefiles),
 * for a server without a disk. Excludes hidden folders.
 */
export const LIST_FILES = 'lockOrder/listFiles';

export interface ListFilesParams {
  readonly uri: string;
}

export interface ListFilesResult {
  /** Relative to the folder, with `/`, sorted. */
  readonly files: readonly string[];
  /** False if there were too many files and the rest was left out. */
  readonly complete: boolean;
}

/** The client's options for `initialize`; each is optional. */
export interface InitializationOptions {
  /** Directory for the disk cache; never inside the workspace. */
  readonly cacheDirectory?: string;
  /** URI of the directory with the rule pages, for links from diagnostics. */
  readonly rulePages?: string;
  /**
   * The client has the commands `lockOrder.explain`, `lockOrder.suppress` and `lockOrder.showReaches`, so code actions
   * and lenses may use them. Without them, a suppression is an edit with a placeholder for the reason.
   */
  readonly hasCommands?: boolean;
  /** Translations of the server's texts, by the English text; findings stay English. */
  readonly words?: Readonly<Record<string, string>>;
  /** Settings as under `lockOrder.`, for clients without `workspace/configuration`. */
  readonly settings?: Partial<Settings>;
}

/** The settings under `lockOrder.` that the server reads. */
export interface Settings {
  /**
   * `auto`: folders that look like a kernel or module tree; of large ones, the files related to open files. `all`:
   * every folder completely, however large. `open`: only directories of open files. `off`: open files only.
   */
  readonly index: 'auto' | 'all' | 'open' | 'off';
  /** The minimum confidence shown; medium and low findings appear as hints. */
  readonly confidence: 'high' | 'medium' | 'low';
  /** By rule id: the severity of its findings, and their minimum confidence. */
  readonly rules: Readonly<Record<string, RuleLevel | RuleSetting>>;
  /** Globs of files to exclude, relative to the folder. */
  readonly exclude: readonly string[];
  /** Architectures whose code is linked; if empty, those in lockorder.json, or x86. */
  readonly architectures: readonly string[];
  /** Path of a lockorder.json that replaces the one in the folder; empty for the latter. */
  readonly config: string;
  /** Whether spinlocks sleep, as under PREEMPT_RT. */
  readonly preemptRt: boolean;
  /** Shows the held locks after a lock operation. */
  readonly inlayHints: boolean;
  /** Shows above a function what it acquires and requires. */
  readonly codeLens: boolean;
}

/** The severity of a rule's findings; `off` hides them. */
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
