import { splitName, type ClassIndex } from './source/classes.js';
import type { JoinedEdge } from './joined.js';
import type { SourceEvidence } from '../read/types.js';
import type { SourceWorld } from './world.js';

/** Dependencies seen at run time, between classes of the source. */
export interface JoinedEdges {
  readonly edges: readonly JoinedEdge[];
  readonly foreignEdges: number;
  /** Pairs of internal keys, joined by a line break. */
  readonly seen: ReadonlySet<string>;
  /** Keys of the classes seen at run time. */
  readonly ran: ReadonlySet<string>;
  /** All pairs seen, by shown names: ids, or lockdep's names for classes of other source. */
  readonly pairs: ReadonlySet<string>;
  readonly shownOf: (name: string) => string;
}

export function pairKey(from: string, to: string): string {
  return `${from}\n${to}`;
}

/** Compares every dependency seen at run time with the static lock graph. */
export function edgesOf(
  sources: readonly SourceEvidence[],
  classes: ClassIndex | undefined,
  world: SourceWorld | undefined,
): JoinedEdges {
  const seen = new Set<string>();
  const ran = new Set<string>();
  const verdicts = new Map<string, JoinedEdge>();
  const known = new Map<string, readonly { readonly key: string; readonly id: string }[]>();
  const match = (name: string): readonly { readonly key: string; readonly id: string }[] => {
    let found = known.get(name);
    if (!found) {
      found = classes?.match(name) ?? [];
      known.set(name, found);
      for (const { key } of found) ran.add(key);
    }
    return found;
  };
  const shownOf = (name: string): string => match(name)[0]?.id ?? splitName(name).base;
  const pairs = new Set<string>();
  const foreign = new Set<string>();
  for (const { dependencies, classes: listed } of sources) {
    for (const { name } of listed) match(name);
    for (const { from, to } of dependencies) {
      const sides = match(from);
      const ends = match(to);
      const [first] = sides;
      const [second] = ends;
      if (!first || !second || !world) {
        foreign.add(pairKey(from, to));
        pairs.add(pairKey(shownOf(from), shownOf(to)));
        continue;
      }
      // If several classes share a name, the one with the edge was seen.
      const meant = sides.flatMap((side) => ends.map((end) => [side, end] as const));
      const direct = meant.filter(([side, end]) => hasEdge(world, side.key, end.key));
      const explained =
        direct.length > 0
          ? direct
          : meant.filter(([side, end]) => world.analysis.inspection.reaches(side.key).has(end.key));
      const [side, end] = explained[0] ?? [first, second];
      // If several pairs are possible, none of them is known to have been seen.
      if (explained.length === 1 || meant.length === 1) seen.add(pairKey(side.key, end.key));
      pairs.add(pairKey(side.id, end.id));
      // A lock nested in another lock: the source has one class for both.
      if (side === end && splitName(from).base !== splitName(to).base) continue;
      // This source cannot explain dependencies between locks of other code.
      if (explained.length === 0 && !isOwn(side, world) && !isOwn(end, world)) {
        foreign.add(pairKey(from, to));
        continue;
      }
      const verdict = explained.length > 0 ? 'explained' : 'unexplained';
      verdicts.set(pairKey(side.id, end.id), { from: side.id, to: end.id, verdict });
    }
  }
  const edges = [...verdicts.values()].sort((a, b) => order(a.from, b.from) || order(a.to, b.to));
  return { edges, foreignEdges: foreign.size, seen, ran, pairs, shownOf };
}

/** Whether a class is defined or initialised in the files at hand, not only known from headers and models. */
function isOwn({ key }: { readonly key: string }, { analysis, program }: SourceWorld): boolean {
  const lock = analysis.graph.classes.get(key);
  const places = [...(lock?.initAt ?? []), ...(lock?.declaredAt ? [lock.declaredAt] : [])];
  return places.some(({ file }) => file.endsWith('.c') && program.files.has(file));
}

function hasEdge({ analysis }: SourceWorld, from: string, to: string): boolean {
  return analysis.graph.edgesFrom(from).some((edge) => edge.to === to);
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
