/** Data for the client's own views. Ranges are LSP's: 0-based, ends exclusive. */

export interface PlaceRange {
  readonly start: { readonly line: number; readonly character: number };
  readonly end: { readonly line: number; readonly character: number };
}

/** A place to navigate to. */
export interface Place {
  readonly uri: string;
  readonly range: PlaceRange;
  /** `drivers/foo/bar.c:12`, relative to the root. */
  readonly label: string;
}

// ---- explain

/** One finding as a page. Texts are plain, without markup. */
export interface ExplainPage {
  readonly rule: string;
  readonly ruleTitle: string;
  /** The rule's page, if there is one. */
  readonly rulePage: string | undefined;
  readonly severity: string;
  readonly confidence: string;
  readonly message: string;
  readonly place: Place;
  readonly function: string;
  readonly locks: readonly string[];
  readonly sides: readonly ExplainSide[];
  /** The deadlocking interleaving, one cell per CPU and row; empty for rules without one. */
  readonly scenario: { readonly cpus: readonly string[]; readonly rows: readonly (readonly string[])[] };
  readonly assumes: readonly { readonly reason: string; readonly text: string }[];
  readonly evidence: readonly { readonly source: string; readonly verdict: string }[];
  readonly fixes: readonly string[];
  /** Repairs that are not offered as edits, why not, and each as a diff if one was made. */
  readonly suggestions: readonly {
    readonly title: string;
    readonly reason: string;
    readonly patch: string | undefined;
  }[];
  /** Why there are no more fixes. */
  readonly refusals: readonly { readonly kind: string; readonly reason: string }[];
  readonly reproduce: readonly string[];
  readonly validate: readonly string[];
}

export interface ExplainSide {
  readonly title: string;
  readonly steps: readonly ExplainStep[];
}

export interface ExplainStep {
  readonly place: Place;
  /** The acting function; empty if the text names it. */
  readonly function: string;
  readonly text: string;
  readonly held: readonly string[];
  readonly condition: string | undefined;
  /** Lines around the place, including the marked one; empty if the source is unavailable. */
  readonly excerpt: readonly ExcerptLine[];
}

export interface ExcerptLine {
  /** 1-based. */
  readonly line: number;
  readonly text: string;
  /** UTF-16 columns of the marked code, 0-based, end exclusive. */
  readonly mark: readonly [start: number, end: number] | undefined;
}

// ---- the tree

/** Request: everything in the tree view except the classes. */
export const OVERVIEW = 'lockOrder/overview';
/** Notification, server to client: the overview may have changed. */
export const CHANGED = 'lockOrder/changed';

/** The files that findings are listed of: open ones; also those of a scan; all. */
export type ListedFiles = 'open' | 'scanned' | 'workspace';

export interface Overview {
  readonly findings: readonly OverviewFinding[];
  readonly suppressed: readonly OverviewFinding[];
  /** Documented lock orders. */
  readonly orders: readonly OverviewOrder[];
  /** Number of lock classes. */
  readonly classes: number;
  readonly scope: ListedFiles;
}

export interface OverviewFinding {
  readonly id: string;
  readonly rule: string;
  readonly ruleTitle: string;
  readonly severity: 'error' | 'warning' | 'info' | 'hint';
  readonly confidence: string;
  readonly message: string;
  readonly function: string;
  readonly place: Place;
  /** Folder of the file, relative to the root. */
  readonly folder: string;
  /** Number of verified fixes; absent until they have been searched. */
  readonly fixes?: number;
  /** The reason of a suppressed finding. */
  readonly reason?: string;
  /** Verdicts from logs and traces. */
  readonly evidence: readonly { readonly source: string; readonly verdict: string }[];
}

export interface OverviewOrder {
  /** `a < b < c`. */
  readonly text: string;
  readonly place: Place;
}

/** Request: lock classes, sorted by name. */
export const CLASSES = 'lockOrder/classes';

export interface ClassEntry {
  readonly id: string;
  readonly kind: string;
  /** Number of functions that acquire it. */
  readonly takers: number;
  readonly place: Place | undefined;
}

// ---- reading

/** Request: the releases of what is acquired at a position, or the acquisitions of what is released there. */
export const COUNTERPARTS = 'lockOrder/counterparts';

export interface PositionParams {
  readonly uri: string;
  readonly position: { readonly line: number; readonly character: number };
}

/** Request: the call paths to the acquisition at a position, with the locks held on them. */
export const REACHES = 'lockOrder/reaches';

export interface Reaches {
  /** The acquired class. */
  readonly lock: string;
  readonly place: Place;
  /** By held class, most paths first; a path appears under each class held on it. */
  readonly groups: readonly ReachGroup[];
}

export interface ReachGroup {
  /** A class, or `''` for paths without held locks. */
  readonly held: string;
  readonly paths: readonly ReachPath[];
}

export interface ReachPath {
  /** From the outermost caller down to the acquisition. */
  readonly steps: readonly {
    readonly function: string;
    readonly held: readonly string[];
    readonly place: Place;
  }[];
}

// ---- edits

/** Request: the fixes of a finding. Answered when they are verified, or the finding is gone. */
export const FIXES = 'lockOrder/fixes';

export interface FixesParams {
  readonly uri: string;
  readonly id: string;
}

export interface FixesResult {
  /** LSP code actions with their edits. */
  readonly fixes: readonly unknown[];
  /** Why there are no more. */
  readonly refusals: readonly string[];
}

/** Request: the edit that suppresses a finding with the given reason. `null` if the finding is gone. */
export const SUPPRESS = 'lockOrder/suppress';

export interface SuppressParams {
  readonly uri: string;
  readonly id: string;
  readonly where: 'comment' | 'config';
  readonly reason: string;
}

/** Request: the findings of the last analysis as SARIF 2.1.0. */
export const SARIF = 'lockOrder/sarif';

export interface SarifResult {
  readonly text: string;
  readonly findings: number;
  readonly scope: ListedFiles;
}

// ---- evidence of runs

/** Request: read logs, traces and tables, and compare them with the source from then on. */
export const IMPORT_EVIDENCE = 'lockOrder/importEvidence';

export interface ImportEvidenceParams {
  readonly uris: readonly string[];
}

export interface ImportEvidenceResult {
  readonly files: readonly { readonly uri: string; readonly lines: number; readonly problem?: string }[];
  readonly reports: readonly EvidenceReport[];
  /** Functions in the source that the files mention, by name. */
  readonly functions: Readonly<Record<string, Place>>;
  /** Number of findings that happened according to the files. */
  readonly seen: number;
  /** Whether silence means anything: lockdep was active, off, or unknown. */
  readonly validator: string;
  /** What happened, most important first, and what to do next. */
  readonly verdict: readonly string[];
  readonly next: readonly string[];
}

/** One report of a log. */
export interface EvidenceReport {
  readonly uri: string;
  /** 0-based. */
  readonly line: number;
  readonly kind: string;
  readonly headline: string;
  /** What happened, in plain words. */
  readonly cause: string;
  /** Findings that explain the report. */
  readonly explainedBy: readonly { readonly id: string; readonly title: string; readonly place: Place }[];
  /** Why no finding explains it. */
  readonly gap?: string;
}
