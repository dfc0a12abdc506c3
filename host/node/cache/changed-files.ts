import { StringPool } from '../../../analysis/base/encoding/pool.js';
import { isOrderFile } from '../../../analysis/base/paths.js';
import { hasSuppressions } from '../../../analysis/report/suppression.js';
import { decodeSkeleton } from '../../../analysis/skeleton/codec/codec.js';
import { likenessOf, type Likeness, type SeenFile } from '../../../analysis/skeleton/likeness.js';
import type { FileSummary } from '../../../analysis/skeleton/types.js';
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
}

/** Whether changed files are equivalent to their previous texts, according to the cached results of those. */
export class ChangedFiles {
  private readonly names = new StringPool();

  constructor(
    private readonly cache: Cache,
    private readonly compilers: Compilers,
  ) {}

  /** `undefined` as soon as one is not equivalent; its new results are then in the cache. */
  async compare(changed: readonly ChangedFile[]): Promise<readonly ChangedView[] | undefined> {
    if (changed.some(({ file }) => isOrderFile(file))) return undefined;
    const views: ChangedView[] = [];
    for (const batch of batches(changed)) {
      const before = batch.map((one) => this.known(one));
      // Nothing is known about the previous text.
      if (before.includes(undefined)) return undefined;
      const now = await this.made(batch);
      for (const [at, { file }] of batch.entries()) {
        const [old, seen] = [before[at], now[at]];
        if (old === undefined || seen === undefined) return undefined;
        const likeness = likenessOf(old, seen);
        if (likeness === undefined) return undefined;
        const bytes = seen.summary.outline.bytes - old.summary.outline.bytes;
        views.push({ file, likeness, bytes });
      }
    }
    return views;
  }

  /** The cached results that a run used for the previous text. */
  private known({ file, before, asked }: ChangedFile): SeenFile | undefined {
    try {
      const data = this.cache.get(file, SUMMARY, before);
      const summary = data && this.summary(data);
      if (summary === undefined) return undefined;
      const skeletons = asked.map((one) => this.cache.get(file, skeletonName(one), before));
      return seen(summary, asked, skeletons);
    } catch {
      // Damage that the checksum did not detect.
      return undefined;
    }
  }

  /** New results for the current texts. */
  private async made(files: readonly ChangedFile[]): Promise<readonly (SeenFile | undefined)[]> {
    const compiled = await this.compilers.compile(files);
    const summaries = compiled.map((one, at) => {
      const { file, now } = files[at] ?? { file: '', now: '' };
      if ('skipped' in one) return undefined;
      this.cache.put(file, SUMMARY, now, one.data);
      return this.summary(one.data);
    });
    const requests = files.map(({ file, bytes, asked }, at): SkeletonRequest => {
      const functions = summaries[at]?.outline.functions;
      const hash = ({ isMacro, index }: DemandedBody): string =>
        isMacro ? '' : (functions?.[index]?.hash ?? '');
      return { file, bytes, wanted: asked.map((one) => ({ ...one, functionHash: hash(one) })) };
    });
    const isAsking = requests.some(({ wanted }) => wanted.length > 0);
    const answers = isAsking ? await this.compilers.skeletons(requests) : [];
    return files.map(({ file, now, asked }, at) => {
      const summary = summaries[at];
      if (summary === undefined) return undefined;
      const skeletons = asked.map((one, index) => {
        const data = answers[at]?.[index] ?? new Uint8Array();
        this.cache.put(file, skeletonName(one), now, data);
        return data;
      });
      return seen(summary, asked, skeletons);
    });
  }

  /** `undefined` if the text contains suppressions, which affect which findings are shown. */
  private summary(data: Uint8Array): FileSummary | undefined {
    const { summary, suppressions }: CompiledFile = decodeCompiled(data, this.names);
    return hasSuppressions(suppressions) ? undefined : summary;
  }
}

/** `undefined` if a result is unknown. No bytes are a known result: there is no skeleton. */
function seen(
  summary: FileSummary,
  asked: readonly DemandedBody[],
  skeletons: readonly (Uint8Array | undefined)[],
): SeenFile | undefined {
  const all: SeenFile['asked'][number][] = [];
  for (const [at, one] of asked.entries()) {
    const data = skeletons[at];
    if (data === undefined) return undefined;
    all.push({ ...one, skeleton: data.length > 0 ? decodeSkeleton(data) : undefined });
  }
  return { summary, asked: all };
}
