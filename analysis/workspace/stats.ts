import { isOrderFile } from '../base/paths.js';
import type { GapKind } from '../base/gap.js';
import type { Analysis } from '../checks/engine.js';
import type { Program } from '../link/types.js';

/** Counts over the files that are reported on, `stats` of the JSON report; times and memory are the host's to add. */
export interface Counts {
  readonly files: number;
  readonly bytes: number;
  readonly functions: number;
  readonly functionsLocking: number;
  readonly functionsComplete: number;
  readonly lockSites: number;
  readonly lockSitesParsed: number;
  readonly lockSitesResolved: number;
  readonly classes: number;
  readonly edges: number;
  readonly gaps: Readonly<Partial<Record<GapKind, number>>>;
}

export function countProgram(
  program: Program,
  analysis: Analysis,
  isReported: (file: string) => boolean,
): Counts {
  let files = 0;
  let bytes = 0;
  let functions = 0;
  let functionsLocking = 0;
  let lockSites = 0;
  let lockSitesParsed = 0;
  const gaps = new Map<GapKind, number>();
  const addGap = (kind: GapKind): void => void gaps.set(kind, (gaps.get(kind) ?? 0) + 1);
  for (const [file, { outline, skeletons }] of program.files) {
    if (!isReported(file) || isOrderFile(file)) continue;
    files += 1;
    bytes += outline.bytes;
    functions += outline.functions.length;
    for (const item of outline.functions) {
      lockSites += item.lockSites;
      if (item.lockSites > 0) functionsLocking += 1;
    }
    for (const skeleton of skeletons.values()) lockSitesParsed += skeleton.lockSites;
    for (const gap of outline.gaps) addGap(gap.kind);
  }
  for (const gap of analysis.gaps) if (isReported(gap.file)) addGap(gap.kind);
  return {
    files,
    bytes,
    functions,
    functionsLocking,
    functionsComplete: analysis.stats.functionsComplete,
    lockSites,
    lockSitesParsed,
    lockSitesResolved: analysis.stats.lockSitesResolved,
    classes: analysis.graph.classes.size,
    edges: analysis.graph.edges.length,
    gaps: Object.fromEntries([...gaps].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}
