import { joinEvidence } from '../../analysis/evidence/join/join.js';
import type { Evidence } from '../../analysis/evidence/join/joined.js';
import { withEvidence } from '../../analysis/evidence/join/merge.js';
import type { SourceEvidence } from '../../analysis/evidence/read/types.js';
import type { Finding } from '../../analysis/checks/types.js';
import type { LockGraph } from '../../analysis/graph/types.js';
import type { Snapshot } from '../../analysis/workspace/index.js';

/** What runs have shown, held against one result of a root; good for later results, since it names no place. */
export interface Runtime {
  readonly evidence: Evidence;
  /** Of that result. */
  readonly graph: LockGraph;
}

/** A root as far as logs are compared with it. */
interface Source {
  readonly view: Pick<Snapshot, 'program' | 'analysis'> | undefined;
  textOf(file: string): string | undefined;
}

/** Compares what was read with the current result of a root; `undefined` before there is one. */
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

/** Findings with what runs say of them; what was seen is certain. */
export function judged(findings: readonly Finding[], runtime: Runtime | undefined): readonly Finding[] {
  if (!runtime) return findings;
  return withEvidence(findings, runtime.evidence, runtime.graph, 'low');
}
