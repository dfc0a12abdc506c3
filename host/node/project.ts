import { StringPool } from '../../analysis/base/encoding/pool.js';
import { folderOf, isOrderFile } from '../../analysis/base/paths.js';
import { createModels } from '../../analysis/models/index.js';
import type { Demand } from '../../analysis/link/types.js';
import { Fixer } from '../../analysis/workspace/fixes.js';
import { Workspace, type FileUpdate, type Snapshot, type Supply } from '../../analysis/workspace/index.js';
import type {
  Compilers,
  DecodedFile,
  Files,
  Listing,
  ListOptions,
  LoadProgress,
  RawFile,
  SkippedFile,
  SkipReason,
  SourceFile,
} from '../api.js';
import { Compiler } from '../compile.js';
import { drive, type DriveOptions, type SupplySource } from '../drive.js';
import { inBatches } from './threads/batches.js';
import { Bodies } from './threads/bodies.js';
import { Breath } from './threads/breath.js';
import { buildId } from './build-id.js';
import { Cache, contentKey, SUMMARY } from './cache/cache.js';
import { IncludeResolver } from '../includes.js';
import { BESIDE_CHECKED, connected, sourcesBeside } from './files/beside.js';
import { DiskFiles } from './files/disk.js';
import { byCodeUnit } from '../paths.js';
import { rootPath } from './files/list.js';
import { LoadedOutlines } from '../loaded-outlines.js';
import { malformedLines, ordersAbove } from './files/order-files.js';
import { KeptRuns } from './cache/kept-runs.js';
import { reported, type LoadTimes, type ProjectOptions } from './project-options.js';
import { createNodeParser } from './parser.js';
import { createCompilers, inThreads } from './threads/pool.js';
import { decode } from './files/read.js';
import { Reader } from './files/reader.js';
import type { Shard, SummarizedFile } from './shard.js';
import { Uses } from './cache/uses.js';
import { WantedBodies } from './cache/wanted-bodies.js';
import { decodeCompiled, type CompiledFile } from './threads/wire.js';

export type { LoadTimes, ProjectOptions };

/**
 * One root on disk: lists, reads and compiles its files with cache and threads, follows #include to the
 * headers they need, and answers the workspace's demands.
 */
export class Project implements SupplySource {
  readonly workspace: Workspace;
  readonly times: LoadTimes = { read: 0, outline: 0, parse: 0, link: 0 };
  /** Identifies everything but the content that summaries depend on. */
  private readonly recipe: string;
  readonly cache: Cache | undefined;
  /** Results of earlier runs; `undefined` without a cache. */
  readonly kept: KeptRuns | undefined;
  /** The bodies that earlier runs demanded. */
  readonly wanted: WantedBodies | undefined;
  private readonly files: Files;
  private readonly bodies: Bodies;
  private readonly reader: Reader;
  private readonly includes: IncludeResolver;
  private readonly breath = new Breath();
  /** Names repeat in every file. */
  private readonly names = new StringPool();
  /** Content keys of files read here or by others: their text is shown only while it is unchanged. */
  readonly keys = new Map<string, string>();
  private readonly outlines = new LoadedOutlines(this.keys);
  /** Errors in files whose analysis failed, for reports. */
  readonly failures = new Map<string, string>();
  private readonly skips = new Map<string, SkipReason>();
  private readonly uses = new Uses();
  /** Lines of declared-order files that declare nothing. */
  private readonly malformed = new Map<string, readonly SkippedFile[]>();
  private readonly bytes = { done: 0, inAll: 0 };
  /** C files beside the given ones. Nobody named them, so nothing is said of one that cannot be read. */
  private readonly unnamed = new Set<string>();
  /** Whether what begins in a file beside the named ones, and leads into these, is looked for too. */
  private areCallersChecked = false;
  /** Summaries to be passed on instead of linked. */
  private gathered: SummarizedFile[] | undefined;

  private constructor(
    private readonly options: ProjectOptions,
    private readonly compilers: Compilers,
  ) {
    const { config, confidence, rules } = options;
    const models = createModels(config.models ?? [], config.preemptRt ?? false);
    this.workspace = new Workspace(models, {
      report: reported(options),
      confidence,
      ...(rules ? { rules } : {}),
      ...(config.rules ? { severities: config.rules } : {}),
      ...(config.arch ? { architectures: config.arch } : {}),
      ...(config.ignore ? { ignore: config.ignore } : {}),
    });
    this.files = options.files ?? new DiskFiles(options.root);
    this.reader = new Reader(this.files);
    this.includes = new IncludeResolver(this.files, config.arch ?? ['x86']);
    this.recipe = contentKey(Buffer.from(`${buildId()} ${models.hash}`)).slice(0, 16);
    if (options.cache !== undefined) {
      this.cache = new Cache(options.cache, this.recipe, this.files.id);
      const { cache, files, reader, includes, keys, skips, uses } = this;
      this.kept = new KeptRuns(options, { cache, files, reader, includes, compilers, keys, skips, uses });
      this.wanted = new WantedBodies(cache, this.workspace.program, uses);
    }
    const { workspace, cache, reader, outlines, uses, names, breath, keys, skips } = this;
    const unchanged = (file: string, raw?: RawFile): Uint8Array | undefined => this.unchanged(file, raw);
    const read = { workspace, cache, compilers, reader, outlines, uses, names, breath, keys, skips };
    this.bodies = new Bodies({ ...read, unchanged });
  }

  static async open(options: ProjectOptions): Promise<Project> {
    const models = options.config.models ?? [];
    const { jobs, mayNotBlock = false } = options;
    return new Project(options, mayNotBlock ? inThreads(jobs, models) : await createCompilers(jobs, models));
  }

  /** Paths that were not analysed, sorted. */
  get skipped(): readonly SkippedFile[] {
    const lines = [...this.malformed].flatMap(([, problems]) => problems);
    const named = [...this.skips].filter(([file]) => !this.unnamed.has(file));
    return [...named.map(([file, reason]): SkippedFile => ({ file, reason })), ...lines].sort(
      (a, b) => byCodeUnit(a.file, b.file) || (a.line ?? 0) - (b.line ?? 0),
    );
  }

  /** Reads and compiles everything below the paths, the included headers, and what is beside single files. */
  async load(): Promise<void> {
    const { paths, config, beside = false } = this.options;
    const { files, skipped } = await this.list(paths, {
      include: config.include ?? [],
      exclude: config.exclude ?? [],
      ...(this.options.signal ? { signal: this.options.signal } : {}),
    });
    for (const { file, reason } of skipped) this.skips.set(file, reason);
    const folders = paths.map((path) => rootPath(this.options.root, path) ?? '.');
    await this.take([...new Set([...files, ...ordersAbove(this.files, folders)])].sort(byCodeUnit));
    if (beside && !this.gathered) await this.takeBeside(folders.filter((path) => this.keys.has(path)));
  }

  /** Links the files beside these that are connected with them. */
  private async takeBeside(given: readonly string[]): Promise<void> {
    const { files } = this.workspace.program;
    const sources = sourcesBeside(this.files, given).filter((file) => !this.keys.has(file));
    for (const file of sources) this.unnamed.add(file);
    const named = given.map((file) => ({ file, summary: files.get(file) }));
    const wanted = connected(named, await this.compileAll(sources, 'read'));
    for (const update of wanted) this.link(update);
    const bytes = wanted.reduce((sum, { summary }) => sum + (summary?.outline.bytes ?? 0), 0);
    this.areCallersChecked = bytes <= BESIDE_CHECKED;
    await this.take(this.missing(await this.headersOf(wanted)));
  }

  private async list(paths: readonly string[], options: ListOptions): Promise<Listing> {
    const steps = this.options.mayNotBlock === true ? this.files.listing?.(paths, options) : undefined;
    if (!steps) return this.files.list(paths, options);
    for (;;) {
      const step = steps.next();
      if (step.done === true) return step.value;
      await this.breath.take();
    }
  }

  /** As {@link load}, but keeps the summaries for others to link. */
  async summarize(): Promise<Shard> {
    const gathered: SummarizedFile[] = [];
    this.gathered = gathered;
    await this.load();
    return {
      recipe: this.shardRecipe,
      paths: reported(this.options),
      skipped: [...this.skips].map(([file, reason]) => ({ file, reason })),
      files: gathered,
    };
  }

  /**
   * Applies summaries as if they had been loaded here. @throws {Error} if another version of the analysis or
   * other models made them
   */
  async loadShard({ recipe, files, skipped }: Shard): Promise<void> {
    if (recipe !== this.shardRecipe) {
      throw new Error('the summaries were made by another version of lockorder, or with other settings');
    }
    for (const { file, reason } of skipped) this.skips.set(file, reason);
    for (const { file, key, data } of files) {
      this.keys.set(file, key);
      this.link({ file, ...this.compiled(file, data) });
      await this.breath.take();
    }
  }

  /** Summarizing follows includes, so the architectures matter as well. */
  private get shardRecipe(): string {
    return `${this.recipe} ${(this.options.config.arch ?? []).join()}`;
  }

  /** Reads single files again, with the headers they include; removes deleted files. */
  async refresh(files: readonly string[]): Promise<void> {
    this.includes.forget();
    for (const file of files) {
      this.keys.delete(file);
      this.skips.delete(file);
      this.malformed.delete(file);
    }
    const orders = ordersAbove(this.files, [...new Set(files.map((file) => folderOf(file) || '.'))]);
    const all = new Set([...files, ...orders.filter((file) => !this.keys.has(file))]);
    await this.take([...all].sort(byCodeUnit));
    const gone = files.filter((file) => !this.keys.has(file) || this.skips.has(file));
    this.workspace.apply(gone.map((file) => ({ file, summary: undefined })));
    // Files that come and go may be missing.
    for (const file of files) if (this.skips.get(file) === 'not-found') this.skips.delete(file);
  }

  /** Compiles files and, in waves, the headers they include that are still missing. */
  private async take(files: readonly string[]): Promise<void> {
    let stage: LoadProgress['stage'] = 'read';
    for (let wave = files; wave.length > 0; stage = 'headers') {
      const updates = await this.compileAll(wave, stage);
      for (const update of updates) {
        if (!this.gathered) this.link(update);
        await this.breath.take();
      }
      wave = this.missing(await this.headersOf(updates));
    }
    this.cache?.rest();
    await this.compilers.rest();
  }

  /** Those of these files that were neither read nor skipped. */
  private missing(files: readonly string[]): string[] {
    return files.filter((file) => !this.keys.has(file) && !this.skips.has(file));
  }

  private link(update: FileUpdate): void {
    const start = performance.now();
    this.workspace.apply([update]);
    if (isOrderFile(update.file)) this.malformed.set(update.file, malformedLines(update));
    this.times.link += performance.now() - start;
  }

  /** Runs the analysis to its end. */
  async analyse(options: DriveOptions = {}): Promise<Snapshot> {
    const named = reported(this.options);
    const areFiles = this.unnamed.size > 0 && named.every((path) => this.keys.has(path));
    this.wanted?.demand();
    const focus = areFiles && !this.areCallersChecked && { focus: new Set(named) };
    const snapshot = await drive(this.workspace, this, { ...focus, ...options });
    this.wanted?.keep();
    return snapshot;
  }

  /** The current text of a file. */
  read(file: string): DecodedFile {
    const raw = this.files.read(file);
    return 'skipped' in raw ? raw : decode(raw.bytes);
  }

  /** The analysed text, or that the file has changed since. */
  analysed(file: string): DecodedFile {
    const raw = this.files.read(file);
    if ('skipped' in raw) return raw;
    return this.unchanged(file, raw) ? decode(raw.bytes) : { skipped: 'changed-while-read' };
  }

  /** Finds fixes for the findings, from the analysed texts; `mostFiles` as in {@link Fixer}. */
  async fixer(mostFiles?: number): Promise<Fixer> {
    const parser = await createNodeParser();
    const compiler = new Compiler(this.options.config.models ?? [], parser);
    const textOf = (file: string): string | undefined => {
      this.uses.text(file);
      const content = this.analysed(file);
      return 'text' in content ? content.text : undefined;
    };
    return new Fixer(this.workspace, { compiler, parser, textOf }, this.options.config.fixes, mostFiles);
  }

  async close(): Promise<void> {
    this.cache?.close();
    await this.compilers.close();
  }

  private async headersOf(updates: readonly FileUpdate[]): Promise<string[]> {
    const headers = new Set<string>();
    for (const { file, summary } of updates) {
      for (const include of summary?.outline.includes ?? []) {
        const header = this.includes.resolve(include, file);
        if (header !== undefined) headers.add(header);
        await this.breath.take();
      }
    }
    return [...headers].sort(byCodeUnit);
  }

  private async compileAll(files: readonly string[], stage: LoadProgress['stage']): Promise<FileUpdate[]> {
    const updates = new Map<string, FileUpdate>();
    // Accumulated only if the caller reports progress.
    for await (const [, bytes] of this.reader.sizes(this.options.onProgress ? files : [])) {
      this.bytes.inAll += bytes;
      await this.breath.take();
    }
    const report = (): void =>
      this.options.onProgress?.({
        stage,
        done: updates.size,
        total: files.length,
        bytes: this.bytes.done,
        ...(this.bytes.inAll > 0 ? { totalBytes: this.bytes.inAll } : {}),
      });
    const missing = this.toCompile(files, updates, report);
    await inBatches(missing, this.compilers, (batch) => this.compileBatch(batch, updates, report));
    this.times.read = this.reader.waitedMs;
    // Sorted by name, whatever order they arrived in.
    return files.flatMap((file) => updates.get(file) ?? []);
  }

  /** Files missing in the cache; cached ones become updates at once. */
  private async *toCompile(
    files: readonly string[],
    updates: Map<string, FileUpdate>,
    report: () => void,
  ): AsyncGenerator<SourceFile> {
    for await (const [file, raw] of this.reader.read(files)) {
      this.options.signal?.throwIfAborted();
      const source = this.source(file, raw);
      if (!source) continue;
      const known = this.fromCache(file);
      if (known) {
        updates.set(file, { file, ...known });
        this.bytes.done += source.bytes.length;
      } else yield source;
      report();
      await this.breath.take();
    }
  }

  private source(file: string, raw: RawFile): SourceFile | undefined {
    if ('skipped' in raw) {
      this.skips.set(file, raw.skipped);
      return undefined;
    }
    this.keys.set(file, contentKey(raw.bytes));
    return { file, bytes: raw.bytes, again: () => this.unchanged(file) };
  }

  /** The contents of a file, if it is unchanged since it was loaded. */
  private unchanged(file: string, raw = this.files.read(file)): Uint8Array | undefined {
    return 'bytes' in raw && contentKey(raw.bytes) === this.keys.get(file) ? raw.bytes : undefined;
  }

  private fromCache(file: string): CompiledFile | undefined {
    const data = this.cache?.get(file, SUMMARY, this.keys.get(file) ?? '');
    try {
      return data && this.compiled(file, data);
    } catch {
      // Damage that the checksum did not detect: computed again.
      return undefined;
    }
  }

  private compiled(file: string, data: Uint8Array): CompiledFile {
    const read = decodeCompiled(data, this.names);
    this.outlines.note(file, read.summary.outline);
    this.gathered?.push({ file, key: this.keys.get(file) ?? '', data });
    return read;
  }

  private async compileBatch(
    batch: readonly SourceFile[],
    updates: Map<string, FileUpdate>,
    report: () => void,
  ): Promise<void> {
    const files = batch.map(({ file, bytes: { length } }) => ({ file, length }));
    const results = await this.compilers.compile(batch);
    results.forEach((result, index) => {
      const { file, length } = files[index] ?? { file: '', length: 0 };
      this.bytes.done += length;
      if ('skipped' in result) {
        this.skips.set(file, result.skipped);
        if (result.detail !== undefined) this.failures.set(file, result.detail);
        return;
      }
      this.times.outline += result.ms.outline;
      this.times.parse += result.ms.parse;
      this.cache?.put(file, SUMMARY, this.keys.get(file) ?? '', result.data);
      updates.set(file, { file, ...this.compiled(file, result.data) });
      report();
    });
  }

  /** Skeletons of functions, from the cache or from the unchanged files. */
  supply(demands: readonly Demand[]): Promise<readonly Supply[]> {
    return this.bodies.supply(demands);
  }
}
