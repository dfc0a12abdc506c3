import type { StringPool } from '../../../analysis/base/encoding/pool.js';
import type { Demand } from '../../../analysis/link/types.js';
import { decodeSkeleton } from '../../../analysis/skeleton/codec/codec.js';
import type { Supply, Workspace } from '../../../analysis/workspace/index.js';
import type { Compilers, RawFile, SkipReason, SourceFile } from '../../api.js';
import type { SupplySource } from '../../drive.js';
import type { LoadedOutlines } from '../../loaded-outlines.js';
import type { Cache } from '../cache/cache.js';
import type { Uses } from '../cache/uses.js';
import type { Reader } from '../files/reader.js';
import { inBatches } from './batches.js';
import type { Breath } from './breath.js';
import { requestFor, skeletonName } from './wire.js';

/** Access to the files of a project, and what it notes of them. */
interface ReadFiles {
  readonly workspace: Workspace;
  readonly cache: Cache | undefined;
  readonly compilers: Compilers;
  readonly reader: Reader;
  readonly outlines: LoadedOutlines;
  readonly uses: Uses;
  readonly names: StringPool;
  readonly breath: Breath;
  /** Content keys of the files as they were loaded. */
  readonly keys: ReadonlyMap<string, string>;
  readonly skips: Map<string, SkipReason>;
  /** The contents of a file, if it is unchanged since it was loaded. */
  readonly unchanged: (file: string, raw?: RawFile) => Uint8Array | undefined;
}

/** Skeletons of functions on demand, from the cache or from the unchanged files. */
export class Bodies implements SupplySource {
  constructor(private readonly from: ReadFiles) {}

  async supply(demands: readonly Demand[]): Promise<readonly Supply[]> {
    const { cache, compilers, keys, outlines, uses, workspace } = this.from;
    const supplies: Supply[] = [];
    const open = new Map<string, Demand[]>();
    for (const demand of demands) {
      uses.skeleton(demand.file, demand);
      const known = cache?.get(demand.file, skeletonName(demand), keys.get(demand.file) ?? '');
      if (known) supplies.push(this.answer(demand, known));
      else open.set(demand.file, [...(open.get(demand.file) ?? []), demand]);
    }
    await inBatches(this.toAnswer(open, supplies), compilers, async (batch) => {
      const requests = batch.map((one) => requestFor(one, outlines.of(one.file, workspace)));
      const answers = await compilers.skeletons(requests);
      batch.forEach(({ file, wanted }, at) =>
        wanted.forEach((demand, index) => {
          const data = answers[at]?.[index] ?? new Uint8Array();
          cache?.put(file, skeletonName(demand), keys.get(file) ?? '', data);
          supplies.push(this.answer(demand, data));
        }),
      );
    });
    cache?.release();
    return supplies;
  }

  /** Unchanged files, with what is wanted of each; the others get no answer. */
  private async *toAnswer(
    open: ReadonlyMap<string, readonly Demand[]>,
    supplies: Supply[],
  ): AsyncGenerator<SourceFile & { readonly wanted: readonly Demand[] }> {
    const { reader, skips, unchanged, breath } = this.from;
    for await (const [file, raw] of reader.read([...open.keys()])) {
      const wanted = open.get(file) ?? [];
      const bytes = unchanged(file, raw);
      if (bytes) yield { file, bytes, wanted, again: () => unchanged(file) };
      else {
        skips.set(file, 'skipped' in raw ? raw.skipped : 'changed-while-read');
        supplies.push(...wanted.map((demand) => ({ demand, skeleton: undefined })));
      }
      await breath.take();
    }
  }

  /** Empty bytes mean that there is no skeleton. */
  private answer(demand: Demand, data: Uint8Array): Supply {
    return { demand, skeleton: data.length > 0 ? decodeSkeleton(data, this.from.names) : undefined };
  }
}
