/** What the server tells for the client's own views. Ranges are LSP's own: 0-based, ends exclusive. */

export interface PlaceRange {
  readonly start: { readonly line: number; readonly character: number };
  readonly end: { readonly line: number; readonly character: number };
}

/** Somewhere to go. */
export interface Place {
  readonly uri: string;
  readonly range: PlaceRange;
  /** `drivers/foo/bar.c:12`, relative to the root. */
  readonly label: string;
}

// ---- explain

/** One finding as a page. Texts are plain, not marked up. */
export interface ExplainPage {
  readonly rule: string;
  readonly ruleTitle: string;
  /** The rule's page, when there is one. */
  readonly rulePage: string | undefined;
  readonly severity: string;
  readonly confidence: string;
  readonly message: string;
  readonly place: Place;
  readonly function: string;
  readonly locks: readonly string[];
  readonly sides: readonly ExplainSide[];
  /** The interleaving that stops everybody, one cell per CPU and row; empty for rules without one. */
  readonly scenario: { readonly cpus: readonly string[]; readonly rows: readonly (readonly string[])[] };
  readonly assumes: readonly { readonly reason: string; readonly text: string }[];
  readonly evidence: readonly { readonly source: string; readonly verdict: string }[];
  readonly fixes: readonly string[];
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
  /** Who does it; empty when the text says so itself. */
  readonly function: string;
  readonly text: string;
  readonly held: readonly string[];
  readonly condition: string | undefined;
  /** Lines around the place, the marked one among them; empty when the source cannot be had. */
  readonly excerpt: readonly ExcerptLine[];
}

export interface ExcerptLine {
  /** 1-based. */
  readonly line: number;
  readonly text: string;
  /** UTF-16 columns of what the step is about, 0-based, end exclusive. */
  readonly mark: readonly [start: number, end: number] | undefined;
}

// ---- the tree

/** Request: everything the tree view shows but the classes. */
export const OVERVIEW = 'lockOrder/overview';
/** Notification, server to client: there may be a new overview. */
export const CHANGED = 'lockOrder/changed';

export interface Overview {
  readonly findings: readonly OverviewFinding[];
  readonly suppressed: readonly OverviewFinding[];
  /** Orders that somebody wrote down. */
  readonly orders: readonly OverviewOrder[];
  /** How many lock classes there are. */
  readonly classes: number;
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
  /** Verified fixes; absent when nobody has looked yet. */
  readonly fixes?: number;
  /** Of a suppressed one: why. */
  readonly reason?: string;
  /** What logs and traces say. */
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
  /** Functions that take it. */
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

/** Request: who reaches the acquisition at a position, and what is held on the way. */
export const REACHES = 'lockOrder/reaches';

export interface Reaches {
  /** The class acquired. */
  readonly lock: string;
  readonly place: Place;
  /** By what is held, most paths first; a path stands under each class held on it. */
  readonly groups: readonly ReachGroup[];
}

export interface ReachGroup {
  /** A class, or `''` for paths on which nothing is held. */
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
  /** LSP's own code actions, with their edits. */
  readonly fixes: readonly unknown[];
  /** Why there are no more. */
  readonly refusals: readonly string[];
}

/** Request: the edit that suppresses a finding, for a reason that somebody has given. `null` when it is gone. */
export const SUPPRESS = 'lockOrder/suppress';

export interface SuppressParams {
  readonly uri: string;
  readonly id: string;
  readonly where: 'comment' | 'config';
  readonly reason: string;
}

/** Request: everything found in the last analysis as SARIF 2.1.0. */
export const SARIF = 'lockOrder/sarif';

export interface SarifResult {
  readonly text: string;
  readonly findings: number;
}

// ---- evidence of runs

/** Request: read logs, traces and tables, and hold them against the source from then on. */
export const IMPORT_EVIDENCE = 'lockOrder/importEvidence';

export interface ImportEvidenceParams {
  readonly uris: readonly string[];
}

export interface ImportEvidenceResult {
  readonly files: readonly { readonly uri: string; readonly lines: number; readonly problem?: string }[];
  readonly reports: readonly EvidenceReport[];
  /** By name: functions that the files speak of and the source has. */
  readonly functions: Readonly<Record<string, Place>>;
  /** Findings of which the files say that they happened. */
  readonly seen: number;
  /** Whether silence means anything: lockdep was proving, off, or nobody knows. */
  readonly validator: string;
  /** What happened in all of them, the most important sentence first, and what to do next. */
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
  /** Findings that tell the same story. */
  readonly explainedBy: readonly { readonly id: string; readonly title: string; readonly place: Place }[];
  /** Why there is none. */
  readonly gap?: string;
}
