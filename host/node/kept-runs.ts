import type { Finding } from '../../analysis/checks/types.js';
import type { Snapshot } from '../../analysis/workspace/index.js';
import type { Counts } from '../../analysis/workspace/stats.js';
import type { Files, SkippedFile, SkipReason } from '../api.js';
import { Breath } from './breath.js';
import { contentKey, type Cache } from './cache.js';

/** What a run of the command line came to, as far as it is shown. */
export interface KeptResult {
  readonly findings: readonly Finding[];
  readonly notes: Snapshot['notes'];
  readonly reportedFiles: number;
  readonly skipped: readonly SkippedFile[];
  /** What went wrong in files whose analysis failed. */
  readonly failures: readonly (readonly [file: string, detail: string])[];
  /** Where they were asked for. */
  readonly counts?: Counts;
}

/** A result with the files it came from, by content. */
interface KeptRun {
  readonly files: readonly (readonly [file: string, key: string])[];
  readonly result: KeptResult;
}

/** Where the files are, and what of them was read. */
interface ReadFiles {
  readonly cache: Cache;
  readonly files: Files;
  /** Content keys of the files that were read. */
  readonly keys: Map<string, string>;
  readonly skips: ReadonlyMap<string, SkipReason>;
}

/** Stands for the file in the cache that results of whole runs belong to. */
const PLACE = '.kept/run';

/**
 * Results of whole runs, in the cache. One holds while neither the files that were read nor the names of the
 * files below the root have changed: a name that is new may be the header that an #include means now.
 */
export class KeptRuns {
  private readonly breath = new Breath();
  private names: string | undefined;

  constructor(
    private readonly root: string,
    private readonly from: ReadFiles,
  ) {}

  /** @param question names the paths and settings of the run */
  async recall(question: string): Promise<KeptResult | undefined> {
    const { cache, files, keys } = this.from;
    const data = cache.get(PLACE, contentKey(Buffer.from(question)), this.treeKey());
    const kept = data && decode(data);
    if (kept === undefined) return undefined;
    files.prepare(kept.files.map(([file]) => file));
    for (const [file, key] of kept.files) {
      const raw = files.read(file);
      if ('skipped' in raw || contentKey(raw.bytes) !== key) return undefined;
      await this.breath.take();
    }
    for (const [file, key] of kept.files) keys.set(file, key);
    return kept.result;
  }

  /** Keeps what a run came to that read these files. */
  keep(question: string, result: KeptResult): void {
    const { cache, keys, skips } = this.from;
    // A file that changed meanwhile, or could not be read, may be another one next time.
    if (skips.size > 0) return;
    const kept: KeptRun = { files: [...keys], result };
    const data = Buffer.from(JSON.stringify(kept));
    cache.put(PLACE, contentKey(Buffer.from(question)), this.treeKey(), data);
  }

  /** As it was before the run: a file that comes while it is under way is not in its result. */
  private treeKey(): string {
    this.names ??= this.from.files.list([this.root], {}).files.join('\n');
    return contentKey(Buffer.from(this.names));
  }
}

/** `undefined` when it is damaged in a way that the checksum did not show. */
function decode(data: Uint8Array): KeptRun | undefined {
  try {
    return JSON.parse(Buffer.from(data).toString()) as KeptRun;
  } catch {
    return undefined;
  }
}
