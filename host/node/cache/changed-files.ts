import { StringPool } from '../../../analysis/base/encoding/pool.js';
import { isOrderFile } from '../../../analysis/base/paths.js';
import { hasSuppressions } from '../../../analysis/report/suppression.js';
import { decodeSkeleton } from '../../../analysis/skeleton/codec/codec.js';
import { declaredApart, type DeclaredApart } from '../../../analysis/skeleton/declared-apart.js';
import { likenessOf, type Likeness, type SeenFile } from '../../../analysis/skeleton/likeness.js';
import type { FileSummary, Skeleton } from '../../../analysis/skeleton/types.js';
import type { Compilers, SkeletonRequest, SourceFile } from '../../api.js';
import { batches } from '../threads/batches.js';
import { SUMMARY, type Cache } from './cache.js';
import type { DemandedBody } from './uses.js';
import { decodeCompiled, skeletonName, type CompiledFile } from '../threads/wire.js';

/** A file whose text differs from the one a run has read. */
export interface ChangedFile extends SourceFile {
  /** Content keys of the text that the run read, and of the current one. */
  readonly before: string;
  readonly now: string;
  /** Skeletons that the run demanded. */
  readonly asked: readonly DemandedBody[];
}

/** The equivalent form of a changed file, and the change of its length in bytes. */
export interface ChangedView {
  readonly file: string;
  readonly likeness: Likeness;
  readonly bytes: number;
  /** What only one of the texts declares: the texts are equivalent for whoever does not mention it. */
  readonly apart: Pick<DeclaredApart, 'added' | 'others' | 'resized'>;
}

/** Two summaries of a file: what only one of them declares, and the change of the text's length. */
interface Pair {
  readonly bytes: number;
  readonly apart: DeclaredApart;
  /** Skeletons of both texts by name, as far as they are known. */
  readonly before: ReadonlyMap<string, Uint8Array>;
  readonly now: Map<string, Uint8Array>;
}

interface ChangedPair extends Pair {
  readonly changed: ChangedFile;
}

/** Whether changed files are equivalent to their previous texts, according to the cached results of those. */
export class ChangedFiles {
  private readonly names = new StringPool();
  /** By file and content: parts of a scan share their headers. `undefined` for a text with suppressions. */
  private readonly pairs = new Map<string, Pair | undefined>();

  constructor(
    private readonly cache: Cache,
    private readonly compilers: Compilers,
  ) {}

  /** `undefined` as soon as one is not equivalent; its new results are then in the cache. */
  async compare(changed: readonly ChangedFile[]): Promise<readonly ChangedView[] | undefined> {
    if (changed.some(({ file }) => isOrderFile(file))) return undefined;
    const views: ChangedView[] = [];
    for (const batch of batches(changed)) {
      const pairs = await this.pairsOf(batch);
      const now = pairs && (await this.skeletonsNow(pairs));
      if (pairs === undefined || now === undefined) return undefined;
      for (const [at, { changed, bytes, apart, before }] of pairs.entries()) {
        const old = undamaged(() => decoded(changed.asked.map((one) => before.get(skeletonName(one)))));
        const seen = now[at];
        if (old === undefined || seen === undefined) return undefined;
        const positions = positionsIn(apart, changed.asked);
        if (positions === undefined) return undefined;
        const likeness = likenessOf(
          { summary: apart.before, asked: asked(positions, old) },
          { summary: apart.now, asked: asked(positions, seen) },
        );
        if (likeness === undefined) return undefined;
        views.push({ file: changed.file, likeness, bytes, apart });
      }
    }
    return views;
  }

  /** `undefined` if nothing is known about a previous text, or if texts contain suppressions, which affect what is shown. */
  private async pairsOf(batch: readonly ChangedFile[]): Promise<readonly ChangedPair[] | undefined> {
    const keyOf = ({ file, before, now }: ChangedFile): string => `${before} ${now} ${file}`;
    const open = batch.filter((one) => !this.pairs.has(keyOf(one)));
    // All of the previous text, before the results of the current one take its place.
    const before = open.map((one) => this.kept(one));
    if (before.includes(undefined)) return undefined;
    const compiled = open.length > 0 ? await this.compilers.compile(open) : [];
    for (const [at, one] of open.entries()) {
      const [old, made] = [before[at], compiled[at]];
      let now: FileSummary | undefined;
      if (made !== undefined && !('skipped' in made)) {
        this.cache.put(one.file, SUMMARY, one.now, made.data);
        now = this.summary(made.data);
      }
      const { summary, skeletons } = old ?? {};
      const pair = summary &&
        now &&
        skeletons && {
          bytes: now.outline.bytes - summary.outline.bytes,
          apart: declaredApart(summary, now),
          before: skeletons,
          now: new Map<string, Uint8Array>(),
        };
      this.pairs.set(keyOf(one), pair);
    }
    const pairs: ChangedPair[] = [];
    for (const changed of batch) {
      const pair = this.pairs.get(keyOf(changed));
      if (pair === undefined) return undefined;
      pairs.push({ changed, ...pair });
    }
    return pairs;
  }

  /** The cached results of the previous text. */
  private kept({
    file,
    before,
  }: ChangedFile): { summary: FileSummary; skeletons: ReadonlyMap<string, Uint8Array> } | undefined {
    const data = this.cache.get(file, SUMMARY, before);
    const summary = data && undamaged(() => this.summary(data));
    if (summary === undefined) return undefined;
    const skeletons = new Map<string, Uint8Array>();
    for (const isMacro of [false, true])
      for (const index of (isMacro ? summary.outline.macros : summary.outline.functions).keys()) {
        const name = skeletonName({ isMacro, index });
        const skeleton = this.cache.get(file, name, before);
        if (skeleton !== undefined) skeletons.set(name, skeleton);
      }
    return { summary, skeletons };
  }

  /** The skeletons that were demanded, of the current texts; `undefined` if a text no longer has one. */
  private async skeletonsNow(
    pairs: readonly ChangedPair[],
  ): Promise<readonly (Skeletons | undefined)[] | undefined> {
    const requests: SkeletonRequest[] = [];
    const bodies: (readonly DemandedBody[])[] = [];
    for (const { changed, apart, now } of pairs) {
      const { file, bytes } = changed;
      const all = inNow(apart, changed.asked);
      if (all === undefined) return undefined;
      const hash = ({ isMacro, index }: DemandedBody): string =>
        isMacro ? '' : (apart.now.outline.functions[index]?.hash ?? '');
      const open = all.filter((one) => !now.has(skeletonName(one)));
      bodies.push(all);
      requests.push({ file, bytes, wanted: open.map((one) => ({ ...one, functionHash: hash(one) })) });
    }
    const isAsking = requests.some(({ wanted }) => wanted.length > 0);
    const answers = isAsking ? await this.compilers.skeletons(requests) : [];
    return pairs.map(({ changed: { file, now: key }, now }, at) => {
      for (const [index, one] of (requests[at]?.wanted ?? []).entries()) {
        const data = answers[at]?.[index] ?? new Uint8Array();
        now.set(skeletonName(one), data);
        this.cache.put(file, skeletonName(one), key, data);
      }
      return decoded((bodies[at] ?? []).map((one) => now.get(skeletonName(one))));
    });
  }

  /** `undefined` if the text contains suppressions, which affect which findings are shown. */
  private summary(data: Uint8Array): FileSummary | undefined {
    const { summary, suppressions }: CompiledFile = decodeCompiled(data, this.names);
    return hasSuppressions(suppressions) ? undefined : summary;
  }
}

/** What cached bytes encode; `undefined` for damage that the checksum did not detect. */
function undamaged<T>(decode: () => T): T | undefined {
  try {
    return decode();
  } catch {
    return undefined;
  }
}

type Skeletons = readonly (Skeleton | undefined)[];

/** `undefined` if a result is unknown. No bytes are a known result: there is no skeleton. */
function decoded(all: readonly (Uint8Array | undefined)[]): Skeletons | undefined {
  if (all.includes(undefined)) return undefined;
  return all.map((data) => (data && data.length > 0 ? decodeSkeleton(data) : undefined));
}

/** Bodies of the previous text by their indexes in what both texts declare; `undefined` if one is not among it. */
function positionsIn(
  { macrosBefore }: DeclaredApart,
  bodies: readonly DemandedBody[],
): readonly DemandedBody[] | undefined {
  return moved(bodies, macrosBefore);
}

/** The same bodies by their indexes in the current text. */
function inNow(apart: DeclaredApart, bodies: readonly DemandedBody[]): readonly DemandedBody[] | undefined {
  const back = new Map([...apart.macrosNow].map(([index, position]) => [position, index]));
  const positions = positionsIn(apart, bodies);
  return positions && moved(positions, back);
}

function moved(
  bodies: readonly DemandedBody[],
  macros: ReadonlyMap<number, number>,
): readonly DemandedBody[] | undefined {
  const out: DemandedBody[] = [];
  for (const body of bodies) {
    const index = body.isMacro ? macros.get(body.index) : body.index;
    if (index === undefined) return undefined;
    out.push({ ...body, index });
  }
  return out;
}

function asked(bodies: readonly DemandedBody[], skeletons: Skeletons): SeenFile['asked'] {
  return bodies.map((one, at) => ({ ...one, skeleton: skeletons[at] }));
}
