import { isOrderFile } from '../base/paths.js';
import type { Gap, GapKind } from '../base/gap.js';
import type { Costs } from '../checks/engine/costs.js';
import type { Analysis } from '../checks/engine/engine.js';
import type { Program } from '../link/types.js';
import { compareText } from '../report/order.js';

/** Counts over the reported files, `stats` of the JSON report. The host adds times and memory. */
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
  /** The cost, in counts that do not depend on the machine. */
  readonly costs: Costs;
}

/** A function that was not analysed completely: it did not parse, or it exceeded a bound. */
export interface Unfinished {
  readonly file: string;
  /** Empty for a whole file. */
  readonly function: string;
  readonly line: number;
  readonly reason: GapKind;
}

/** Other gaps affect single locks or calls; after these, part of the function was not analysed. */
const UNFINISHED: ReadonlySet<GapKind> = new Set([
  'syntax-error',
  'function-too-large',
  'unbalanced-braces',
  'lock-outside-tree',
  'state-budget',
  'too-many-orders',
  'too-many-sleeps',
]);

/** Each function once, by place. */
export function unfinished(
  program: Program,
  analysis: Analysis,
  isReported: (file: string) => boolean,
): readonly Unfinished[] {
  const found = new Map<string, Unfinished>();
  const add = (file: string, name: string, { kind, at }: Gap): void => {
    const key = `${file}\n${name}`;
    if (UNFINISHED.has(kind) && isReported(file) && !found.has(key))
      found.set(key, { file, function: name, line: Math.max(1, at.line), reason: kind });
  };
  for (const gap of analysis.gaps) add(gap.file, gap.function, gap);
  // A named function says more than the fact that the file has one.
  const named = new Set([...found.values()].map(({ file }) => file));
  for (const [file, { outline }] of program.files)
    if (!named.has(file)) for (const gap of outline.gaps) add(file, '', gap);
  return [...found.values()].sort((a, b) => compareText(a.file, b.file) || a.line - b.line);
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
    costs: analysis.stats.costs,
    gaps: Object.fromEntries([...gaps].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}
