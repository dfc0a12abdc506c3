import { atLeast } from '../../base/confidence.js';
import type { Confidence, EvidenceMark, Finding, RuleId } from '../../checks/types.js';
import type { LockEdge, LockGraph } from '../../graph/events/types.js';
import type { LockKind } from '../../models/types.js';
import { pairKey } from './edges.js';
import type { Evidence } from './joined.js';
import type { InputKind } from '../read/types.js';
import { isSilenceEvidence } from './validator.js';

export type EdgeVerdict = 'seen' | 'not-seen' | 'unknown';

/** Lock kinds that lockdep does not watch, or whose order it does not check. */
const UNWATCHED: ReadonlySet<LockKind> = new Set([
  'semaphore',
  'bit_lock',
  'completion',
  'rcu',
  'srcu',
  'seqcount',
  'local_lock',
]);
/** Rules whose mistakes lockdep reports as soon as the code runs. */
const WATCHED_RULES: ReadonlySet<RuleId> = new Set([
  'lock-order-cycle',
  'self-deadlock',
  'irq-inversion',
  'declared-order',
]);
/** Inputs that list what was seen at run time. */
const LISTS: readonly InputKind[] = ['lockdep-classes', 'lockdep-chains'];

/** Determines which dependencies of the static graph ran. Without a list, only those in traces are known. */
export class EdgeEvidence {
  /** Whether a dependency missing from the lists did not run. */
  readonly isComplete: boolean;

  constructor(
    private readonly evidence: Evidence,
    private readonly graph: LockGraph,
  ) {
    const lists = evidence.sources.some(({ inputs }) => LISTS.some((kind) => inputs.has(kind)));
    this.isComplete = lists && isSilenceEvidence(evidence.validator);
  }

  of(edge: LockEdge): EdgeVerdict {
    if (this.evidence.seen.has(pairKey(edge.from, edge.to))) return 'seen';
    return this.isComplete && this.isWatched(edge) ? 'not-seen' : 'unknown';
  }

  private isWatched(edge: LockEdge): boolean {
    const kinds = [edge.from, edge.to].map((key) => this.graph.classes.get(key)?.kind);
    return !edge.trylock && kinds.every((kind) => kind !== undefined && !UNWATCHED.has(kind));
  }

  /** Source dependencies that a run can show, and those that no run exercised. */
  coverage(isOwn: (edge: LockEdge) => boolean): Coverage | undefined {
    if (!this.isComplete) return undefined;
    const edges = this.graph.edges.filter((edge) => isOwn(edge) && this.of(edge) !== 'unknown');
    return { edges: edges.length, idle: edges.filter((edge) => this.of(edge) === 'not-seen') };
  }
}

export interface Coverage {
  readonly edges: number;
  readonly idle: readonly LockEdge[];
}

/**
 * Findings with the evidence for each: a report, or all dependencies of a cycle, make it `seen` and certain. Seen ones
 * come first.
 */
export function withEvidence(
  findings: readonly Finding[],
  evidence: Evidence,
  graph: LockGraph,
  minimum: Confidence,
): Finding[] {
  const kinds = new Map([...graph.classes.values()].map(({ id, kind }) => [id, kind]));
  const marked = findings.map((finding) => {
    const marks = marksOf(finding, evidence, kinds);
    const isSeen = marks.some(({ verdict }) => verdict === 'seen');
    return { ...finding, evidence: marks, ...(isSeen ? { confidence: 'high' as const } : {}) };
  });
  const shown = marked.filter(({ confidence }) => atLeast(confidence, minimum));
  const isSeen = (finding: Finding): number =>
    finding.evidence.some(({ verdict }) => verdict === 'seen') ? 0 : 1;
  return shown
    .map((finding, index) => ({ finding, index }))
    .sort((a, b) => isSeen(a.finding) - isSeen(b.finding) || a.index - b.index)
    .map(({ finding }) => finding);
}

function marksOf(
  finding: Finding,
  evidence: Evidence,
  kinds: ReadonlyMap<string, LockKind>,
): readonly EvidenceMark[] {
  const seen = evidence.events
    .filter(({ explainedBy }) => explainedBy.includes(finding.id))
    .map(({ source, event }): EvidenceMark => ({ source: `${source}:${event.line}`, verdict: 'seen' }));
  if (seen.length > 0) return seen;
  const circle = circleSeen(finding, evidence);
  if (circle.length > 0) return circle;
  const isWatched =
    WATCHED_RULES.has(finding.rule) &&
    finding.locks.every((lock) => !UNWATCHED.has(kinds.get(lock) ?? 'mutex'));
  return evidence.sources
    .filter(({ inputs }) => inputs.has('kernel-log') || LISTS.some((kind) => inputs.has(kind)))
    .map(({ file }) => {
      const tells = isWatched && isSilenceEvidence(evidence.validator, file);
      return { source: file, verdict: tells ? 'not-seen' : 'unknown' };
    });
}

/** Annotation of a cycle whose dependencies all ran although lockdep did not report it; empty otherwise. */
function circleSeen({ rule, locks }: Finding, { sources, pairs, shownOf }: Evidence): EvidenceMark[] {
  if (rule !== 'lock-order-cycle' || locks.length < 2) return [];
  const edges = locks.map((from, index) => [from, locks[(index + 1) % locks.length] ?? from] as const);
  if (!edges.every(([from, to]) => pairs.has(pairKey(from, to)))) return [];
  return edges.flatMap(([from, to]) => {
    for (const { file, dependencies } of sources) {
      const found = dependencies.find((each) => shownOf(each.from) === from && shownOf(each.to) === to);
      if (found) return [{ source: `${file}:${found.line}`, verdict: 'seen' as const }];
    }
    return [];
  });
}
