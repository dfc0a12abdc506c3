import { joinEvidence } from '../../analysis/evidence/join/join.js';
import type { Evidence } from '../../analysis/evidence/join/joined.js';
import { withEvidence } from '../../analysis/evidence/join/merge.js';
import type { SourceEvidence } from '../../analysis/evidence/read/types.js';
import type { Finding } from '../../analysis/checks/types.js';
import type { LockGraph } from '../../analysis/graph/events/types.js';
import type { Snapshot } from '../../analysis/workspace/index.js';

/** Evidence of runs, compared with one result of a root. Also valid for later results, since it contains no places. */
export interface Runtime {
  readonly evidence: Evidence;
  /** The lock graph of that result. */
  readonly graph: LockGraph;
}

/** The part of a root that logs are compared with. */
interface Source {
  readonly view: Pick<Snapshot, 'program' | 'analysis'> | undefined;
  textOf(file: string): string | undefined;
}

/** Compares logs with the current result of a root; `undefined` before the first result. */
export function joinWith(root: Source, sources: readonly SourceEvidence[]): Runtime | undefined {
  const { view } = root;
  if (!view) return undefined;
  const { program, analysis } = view;
  const lines = new Map<string, readonly string[] | undefined>();
  const linesOf = (file: string): readonly string[] | undefined => {
    if (!lines.has(file)) lines.set(file, root.textOf(file)?.split(/\r?\n/));
    return lines.get(file);
  };
  const world = { program, analysis, models: program.models, linesOf };
  return { evidence: joinEvidence(sources, program.models, world), graph: analysis.graph };
}

/** Findings with the evidence of runs; a finding that was observed is certain. */
export function judged(findings: readonly Finding[], runtime: Runtime | undefined): readonly Finding[] {
  if (!runtime) return findings;
  return withEvidence(findings, runtime.evidence, runtime.graph, 'low');
}
