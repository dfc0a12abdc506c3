import { hashText } from '../../analysis/base/hash.js';
import { folderOf, isOrderFile, ORDER_FILE } from '../../analysis/base/paths.js';
import type { Confidence } from '../../analysis/checks/types.js';
import type { Demand } from '../../analysis/link/types.js';
import { createModels } from '../../analysis/models/index.js';
import { summarizeOrderFile } from '../../analysis/skeleton/order-file.js';
import type { Parser } from '../../analysis/syntax/types.js';
import type { Config } from '../../analysis/workspace/config.js';
import { Workspace, type FileUpdate, type Supply } from '../../analysis/workspace/index.js';
import { LoadedOutlines } from '../loaded-outlines.js';
import type { LoadProgress, SkippedFile, SkipReason } from '../api.js';
import { Compiler } from '../compile.js';
import type { SupplySource } from '../drive.js';
import { IncludeResolver } from '../includes.js';
import { byCodeUnit, folderPath, joinPath } from '../paths.js';
import { decodeText } from '../text.js';
import type { VirtualFiles } from './virtual-files.js';

export interface BrowserProjectOptions {
  readonly files: VirtualFiles;
  readonly parser: Parser;
  /** Relative to the root; what is read and reported. */
  readonly paths: readonly string[];
  readonly config: Config;
  readonly confidence: Confidence;
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: LoadProgress) => void;
}

/** Maximum time without handling messages, in milliseconds. */
const SLICE_MS = 5;
const BUILD_FILES = ['Makefile', 'Kbuild'] as const;

/**
 * The files of one root from any source, compiled in this thread: a worker has no other threads and no persistent
 * storage.
 */
export class BrowserProject implements SupplySource {
  readonly workspace: Workspace;
  private readonly compiler: Compiler;
  private readonly includes: IncludeResolver;
  /** Hashes of the analysed texts. */
  private readonly hashes = new Map<string, string>();
  private readonly outlines = new LoadedOutlines(this.hashes);
  private readonly skips = new Map<string, SkipReason>();
  private bytes = 0;
  private breath = performance.now();

  constructor(private readonly options: BrowserProjectOptions) {
    const { config, confidence, files, parser, paths } = options;
    this.workspace = new Workspace(createModels(config.models ?? []), {
      report: paths,
      confidence,
      ...(config.rules ? { severities: config.rules } : {}),
      ...(config.arch ? { architectures: config.arch } : {}),
      ...(config.ignore ? { ignore: config.ignore } : {}),
    });
    this.compiler = new Compiler(config.models ?? [], parser);
    this.includes = new IncludeResolver(files, config.arch ?? ['x86']);
  }

  get skipped(): readonly SkippedFile[] {
    return [...this.skips]
      .map(([file, reason]) => ({ file, reason }))
      .sort((a, b) => byCodeUnit(a.file, b.file));
  }

  /** Reads everything below the paths, and the included headers. */
  async load(): Promise<void> {
    const { config, files, paths } = this.options;
    const listing = files.list(paths, { include: config.include ?? [], exclude: config.exclude ?? [] });
    await this.take(listing.files);
  }

  /** Reads single files again, with the headers they include; removes deleted files. */
  async refresh(names: readonly string[]): Promise<void> {
    this.options.files.forget(names);
    this.includes.forget();
    for (const file of names) {
      this.hashes.delete(file);
      this.skips.delete(file);
    }
    await this.take([...new Set(names)].sort(byCodeUnit));
    const gone = names.filter((file) => !this.hashes.has(file));
    this.workspace.apply(gone.map((file) => ({ file, summary: undefined })));
    for (const file of names) if (this.skips.get(file) === 'not-found') this.skips.delete(file);
  }

  /** The analysed text; `undefined` if the file has changed since. */
  analysed(file: string): string | undefined {
    const text = this.textOf(file);
    return text !== undefined && hashText(text) === this.hashes.get(file) ? text : undefined;
  }

  async supply(demands: readonly Demand[]): Promise<readonly Supply[]> {
    const supplies: Supply[] = [];
    for (const demand of demands) {
      const text = this.analysed(demand.file);
      const outline = this.outlines.of(demand.file, this.workspace);
      const [skeleton] = text === undefined ? [] : this.compiler.skeletons(text, [demand], outline);
      supplies.push({ demand, skeleton });
      await this.breathe();
    }
    return supplies;
  }

  /** Compiles files and, in waves, the missing files they need. */
  private async take(names: readonly string[]): Promise<void> {
    let stage: LoadProgress['stage'] = 'read';
    for (let wave = [...names]; wave.length > 0; stage = 'headers') {
      await this.options.files.fetch([...wave, ...this.buildFilesOf(wave)]);
      this.options.signal.throwIfAborted();
      const updates: FileUpdate[] = [];
      for (const [done, file] of wave.entries()) {
        const update = this.compile(file);
        if (update) updates.push(update);
        this.bytes += update?.summary?.outline.bytes ?? 0;
        this.options.onProgress?.({ stage, done: done + 1, total: wave.length, bytes: this.bytes });
        await this.breathe();
      }
      this.workspace.apply(updates);
      wave = this.besides(updates).filter((file) => !this.hashes.has(file) && !this.skips.has(file));
    }
  }

  private compile(file: string): FileUpdate | undefined {
    const raw = this.options.files.read(file);
    const content = 'bytes' in raw ? decodeText(raw.bytes) : raw;
    if ('skipped' in content) {
      this.skips.set(file, content.skipped);
      return undefined;
    }
    const { text } = content;
    this.hashes.set(file, hashText(text));
    try {
      if (isOrderFile(file)) return { file, summary: summarizeOrderFile(text) };
      const { summary, suppressions } = this.compiler.compile(text);
      this.outlines.note(file, summary.outline);
      return { file, summary, suppressions };
    } catch {
      this.skips.set(file, 'analysis-failed');
      return undefined;
    }
  }

  /** Makefiles beside and above some files, which may list include folders. */
  private buildFilesOf(names: readonly string[]): string[] {
    const found = new Set<string>();
    for (const name of names) {
      for (let folder = folderPath(name); ; folder = folderPath(folder)) {
        for (const each of BUILD_FILES) {
          const path = joinPath(folder, each);
          if (this.options.files.kindOf(path) === 'file') found.add(path);
        }
        if (folder === '.') break;
      }
    }
    return [...found];
  }

  /** The headers that files include, and the order files of their folders. */
  private besides(updates: readonly FileUpdate[]): string[] {
    const found = new Set<string>();
    for (const { file, summary } of updates) {
      for (const include of summary?.outline.includes ?? []) {
        const header = this.includes.resolve(include, file);
        if (header !== undefined) found.add(header);
      }
      if (isOrderFile(file)) continue;
      for (let folder = folderOf(file); ; folder = folderOf(folder)) {
        const path = folder === '' ? ORDER_FILE : `${folder}/${ORDER_FILE}`;
        if (this.options.files.kindOf(path) === 'file') found.add(path);
        if (folder === '') break;
      }
    }
    return [...found].sort(byCodeUnit);
  }

  private textOf(file: string): string | undefined {
    const raw = this.options.files.read(file);
    const content = 'bytes' in raw ? decodeText(raw.bytes) : raw;
    return 'text' in content ? content.text : undefined;
  }

  private async breathe(): Promise<void> {
    if (performance.now() - this.breath < SLICE_MS) return;
    await new Promise<void>((resolve) => setImmediate(resolve));
    this.breath = performance.now();
  }
}
