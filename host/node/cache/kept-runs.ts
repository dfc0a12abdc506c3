import { apart, together } from '../../../analysis/base/encoding/bytes.js';
import { folderOf, isBelow, isOrderFile } from '../../../analysis/base/paths.js';
import type { Finding, FixRefusal } from '../../../analysis/checks/types.js';
import type { Snapshot } from '../../../analysis/workspace/index.js';
import type { Counts, Unfinished } from '../../../analysis/workspace/stats.js';
import type { Compilers, Files, SkippedFile, SkipReason } from '../../api.js';
import { HEADER, type IncludeDependencies, type IncludeResolver } from '../../includes.js';
import { programId } from '../build-id.js';
import { Breath } from '../threads/breath.js';
import { contentKey, type Cache } from './cache.js';
import { ChangedFiles, type ChangedFile, type ChangedView } from './changed-files.js';
import { KEY_BYTES } from './pack.js';
import { Mentions } from './mentions.js';
import { createCompilers } from '../threads/pool.js';
import { reported, type ProjectOptions } from '../project-options.js';
import type { Reader } from '../files/reader.js';
import { Uses, type PackedUses } from './uses.js';

/** The reported result of a command-line run. */
export interface KeptResult {
  readonly findings: readonly Finding[];
  /** Findings that comments or settings hide, if they were requested. */
  readonly unshown?: readonly Finding[];
  readonly notes: Snapshot['notes'];
  readonly reportedFiles: number;
  readonly unfinished: readonly Unfinished[];
  /** Why findings have no more fixes, by finding id. */
  readonly refusals?: readonly (readonly [id: string, refusals: readonly FixRefusal[]])[];
  readonly skipped: readonly SkippedFile[];
  /** Errors in files whose analysis failed. */
  readonly failures: readonly (readonly [file: string, detail: string])[];
  /** Present if they were requested. */
  readonly counts?: Counts;
}

/** A result with the content keys of the files it depends on. */
interface KeptRun {
  readonly files: readonly (readonly [file: string, key: string])[];
  readonly uses: PackedUses;
  readonly includes: IncludeDependencies;
  readonly result: KeptResult;
}

/** Access to the files, and what has been read of them. */
interface ReadFiles {
  readonly cache: Cache;
  readonly files: Files;
  readonly compilers: Compilers;
  readonly includes: IncludeResolver;
  readonly reader: Reader;
  /** Content keys of the files that were read. */
  readonly keys: Map<string, string>;
  /** What the run used of them besides. */
  readonly uses: Uses;
  readonly skips: ReadonlyMap<string, SkipReason>;
}

/** With more changed files than this, one of them surely matters, and their texts take memory. */
const MOST_CHANGED = 200;
/** Up to this many files are compiled in this thread, which is faster than starting others. */
const FEW_CHANGED = 4;
/**
 * The cache stores each result in a pack of its own, in a folder for the question: processes that keep the results of
 * several parts at the same time do not overwrite one another.
 */
const FOLDER = '.kept';
const RUN = 'run';

export interface Question {
  /** Identifies the paths and settings of the run. */
  readonly text: string;
  /** The files of a part of a scan, relative to the root, if the run analyses these and nothing beside them. */
  readonly files?: readonly string[];
}

/**
 * Cached results of whole runs. A result is valid while the names of the headers below the root and of the sources
 * below the paths are the same (a new header may be what an #include now means), while makefiles name the same include
 * folders, and while every file that was read is equivalent for the analysis: the same text, or one that differs in
 * nothing the analysis reads.
 */
export class KeptRuns {
  private readonly breath = new Breath();
  private all: readonly string[] | undefined;
  private headers: string | undefined;
  /** Content keys of files as this object has read them: parts of a scan share their headers. */
  private readonly read = new Map<string, string>();
  private program: string | undefined;
  private few: ChangedFiles | undefined;
  private many: ChangedFiles | undefined;
  private mentions: Mentions | undefined;

  constructor(
    private readonly options: ProjectOptions,
    private readonly from: ReadFiles,
  ) {}

  async recall(question: Question): Promise<KeptResult | undefined> {
    const { cache, reader, includes, keys } = this.from;
    const data = cache.get(this.placeOf(question), RUN, this.namesKey(question));
    const kept = data && decode(data);
    if (kept === undefined || !includes.holds(kept.includes)) return undefined;
    const known = new Map(kept.files);
    const changed: ChangedFile[] = [];
    const now = new Map<string, string>();
    const asked = new Uses();
    asked.add(kept.uses);
    const isUnread = ([file, key]: readonly [string, string]): boolean => this.read.get(file) !== key;
    for await (const [file, raw] of reader.read(kept.files.filter(isUnread).map(([file]) => file))) {
      const before = known.get(file) ?? '';
      if ('skipped' in raw) return undefined;
      const key = contentKey(raw.bytes);
      now.set(file, key);
      this.read.set(file, key);
      if (key !== before) {
        const { text, skeletons } = asked.of(file);
        if (changed.length >= MOST_CHANGED || (text && this.mayBeEdited(file, kept.result, question)))
          return undefined;
        changed.push({ file, bytes: raw.bytes, before, now: key, asked: skeletons });
      }
      await this.breath.take();
    }
    const result = await this.afterChanges(kept, changed, question);
    if (result === undefined) return undefined;
    const files = kept.files.map(([file, key]) => [file, now.get(file) ?? key] as const);
    for (const [file, key] of files) keys.set(file, key);
    if (changed.length > 0) this.put(question, { ...kept, files, result });
    return result;
  }

  /**
   * Whether fixes may write in a file: there every character matters to them. Of other files they read code, which the
   * comparison sees.
   */
  private mayBeEdited(
    file: string,
    { findings }: KeptResult,
    { files = reported(this.options) }: Question,
  ): boolean {
    const isEdited = findings.some(({ fixes }) =>
      fixes.some(({ edits }) => edits.some((edit) => edit.file === file)),
    );
    return isEdited || !isHeader(file) || isBelow(files)(file);
  }

  /** The result of a run after these files changed; `undefined` if it may differ. */
  private async afterChanges(
    { result, files: read }: KeptRun,
    changed: readonly ChangedFile[],
    { files = reported(this.options) }: Question,
  ): Promise<KeptResult | undefined> {
    if (changed.length === 0) return result;
    const comparison = changed.length <= FEW_CHANGED ? await this.fewChanged() : this.manyChanged;
    const views = await comparison.compare(changed);
    if (views === undefined || this.tellsOfMoved(result, views)) return undefined;
    this.mentions ??= new Mentions(this.from.reader, this.breath);
    const names = read.map(([file]) => file);
    if (await this.mentions.areIn(names, changed, views)) return undefined;
    if (result.counts === undefined) return result;
    const isReported = isBelow(files);
    const longer = views.reduce((sum, { file, bytes }) => sum + (isReported(file) ? bytes : 0), 0);
    return { ...result, counts: { ...result.counts, bytes: result.counts.bytes + longer } };
  }

  private async fewChanged(): Promise<ChangedFiles> {
    const { config } = this.options;
    this.few ??= new ChangedFiles(this.from.cache, await createCompilers(1, config.models ?? []));
    return this.few;
  }

  private get manyChanged(): ChangedFiles {
    return (this.many ??= new ChangedFiles(this.from.cache, this.from.compilers));
  }

  /** Whether the result mentions a place that may have moved. */
  private tellsOfMoved(
    { findings, unshown, notes, failures }: KeptResult,
    views: readonly ChangedView[],
  ): boolean {
    const moved = views.filter(({ likeness }) => likeness === 'moved');
    if (moved.length === 0) return false;
    const told = JSON.stringify([findings, unshown, notes, failures]);
    return moved.some(({ file }) => told.includes(JSON.stringify(file).slice(1, -1)));
  }

  /** Stores the result of a run that read these files. */
  keep(question: Question, result: KeptResult): void {
    const { includes, keys, uses, skips } = this.from;
    // A file that changed meanwhile, or could not be read, may have other content next time.
    if (skips.size > 0) return;
    this.put(question, { files: [...keys], uses: uses.packed(), includes: includes.dependencies, result });
  }

  private put(question: Question, kept: KeptRun): void {
    this.from.cache.put(this.placeOf(question), RUN, this.namesKey(question), encode(kept));
  }

  /** Includes the program's identity, since another build may find other things. */
  private placeOf({ text }: Question): string {
    this.program ??= programId();
    return `${FOLDER}/${contentKey(Buffer.from(`${this.program} ${text}`))}/${RUN}`;
  }

  /** Taken before the run: a file that appears during the run is not in its result. */
  private namesKey({ files = this.sourcesBelow() }: Question): string {
    return contentKey(Buffer.from([this.headersKey(), ...files].join('\n')));
  }

  /** The sources below the paths, and those beside a given file, since they may be analysed with it. */
  private sourcesBelow(): readonly string[] {
    const below = reported(this.options);
    const isGiven = isBelow(below);
    const folders = new Set(below.map(folderOf));
    return this.names().filter((file) => !isHeader(file) && (isGiven(file) || folders.has(folderOf(file))));
  }

  /** Identifies the names of all files that an #include may mean, and of all files of declared orders. */
  headersKey(): string {
    this.headers ??=
      this.options.headersKey ?? contentKey(Buffer.from(this.names().filter(isHeader).join('\n')));
    return this.headers;
  }

  private names(): readonly string[] {
    return (this.all ??= this.from.files.list([this.options.root], {}).files);
  }
}

/** Whether a file matters to others by its name alone. */
function isHeader(file: string): boolean {
  return file.endsWith(HEADER) || isOrderFile(file);
}

/** JSON, except for the content keys, which do not compress: these are bytes. */
function encode({ files, ...rest }: KeptRun): Uint8Array {
  const text = JSON.stringify({ ...rest, files: files.map(([file]) => file) });
  return together(Buffer.from(text), Buffer.from(files.map(([, key]) => key).join(''), 'hex'));
}

/** `undefined` if it is damaged in a way that the checksum did not detect. */
function decode(data: Uint8Array): KeptRun | undefined {
  try {
    const [text, keyBytes] = apart(data);
    const { files, ...rest } = JSON.parse(Buffer.from(text).toString()) as Omit<KeptRun, 'files'> & {
      readonly files: readonly string[];
    };
    const keys = Buffer.from(keyBytes).toString('hex');
    const digits = KEY_BYTES * 2;
    return { ...rest, files: files.map((file, at) => [file, keys.slice(at * digits, (at + 1) * digits)]) };
  } catch {
    return undefined;
  }
}
