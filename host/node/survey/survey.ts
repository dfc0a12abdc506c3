import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Config } from '../../../analysis/workspace/config.js';
import { hashText } from '../../../analysis/base/hash.js';
import { isOrderFile } from '../../../analysis/base/paths.js';
import { architectureOf, domainOf, linksWith } from '../../../analysis/link/files/domains.js';
import type { ApartOptions, ScannedApart } from '../../api.js';
import { CallIndex } from '../../call-index.js';
import { scanApart } from './apart.js';
import { fileFilter, folderPath } from '../../paths.js';
import { Breath } from '../threads/breath.js';
import { buildId } from '../build-id.js';
import { listingFiles } from '../files/list.js';
import { startSurveyors, type Surveyors } from './surveyors.js';
import { makeFolder } from '../files/folders.js';

/** Files per message to a thread. */
const BATCH = 64;

export interface SurveyOptions {
  /** Absolute, like the folder that is surveyed. */
  readonly root: string;
  readonly scope: string;
  readonly config: Config;
  /** Folder of the stored index. */
  readonly cache: string;
  /** Number of threads. */
  readonly jobs: number;
  /** Nobody waits for the answers: the threads run at a low priority. */
  readonly inBackground: boolean;
}

/** A file of the tree on disk. */
interface Listed {
  readonly size: number;
  readonly mtimeMs: number;
}

/**
 * The files of a tree that may be too large to link as a whole, with their sizes and, on demand, their call relations.
 * Both are read once and then updated by {@link Survey.note}.
 */
export class Survey {
  private readonly breath = new Breath();
  private listed: Map<string, Listed> | undefined;
  private index: CallIndex | undefined;
  private readonly changed = new Set<string>();

  constructor(private readonly options: SurveyOptions) {}

  /** Notes files that changed, appeared or disappeared. */
  note(files: readonly string[]): void {
    for (const file of files) this.changed.add(file);
  }

  /** Number and total bytes of the C files, without headers. */
  async measure(signal: AbortSignal): Promise<{ readonly files: number; readonly bytes: number }> {
    const listed = await this.list(signal);
    let files = 0;
    let bytes = 0;
    for (const [file, { size }] of listed) {
      if (!file.endsWith('.c')) continue;
      files += 1;
      bytes += size;
    }
    return { files, bytes };
  }

  /**
   * The files around some others, closest first: outside of their folders, files that define what they call or call
   * what they define, up to a number of bytes.
   */
  async around(
    own: readonly string[],
    mostBytes: number,
    signal: AbortSignal,
    onProgress: (done: number, total: number) => void,
  ): Promise<readonly string[]> {
    const index = await this.indexed(signal, onProgress);
    const listed = await this.list(signal);
    const folders = new Set(own.map(folderPath));
    const steps = index.around(own);
    for (;;) {
      const step = steps.next();
      if (step.done === true) {
        const isLinked = this.linkedWith(own);
        let left = mostBytes;
        return step.value.flatMap(({ file }) => {
          if (folders.has(folderPath(file)) || !isLinked(file)) return [];
          left -= listed.get(file)?.size ?? 0;
          return left >= 0 ? [file] : [];
        });
      }
      signal.throwIfAborted();
      await this.breath.take();
    }
  }

  /** Analyses everything, in processes that keep the results of its parts. */
  scan(options: ApartOptions): Promise<ScannedApart> {
    return scanApart(this.options, options);
  }

  /** Excludes separate programs and other architectures, which define functions of the same names. */
  private linkedWith(own: readonly string[]): (file: string) => boolean {
    const domains = [...new Set(own.map(domainOf))];
    const architectures = new Set(['', ...(this.options.config.arch ?? ['x86']), ...own.map(architectureOf)]);
    return (file) => {
      const domain = domainOf(file);
      return (
        architectures.has(architectureOf(file)) &&
        domains.some((each) => linksWith(each, domain) || linksWith(domain, each))
      );
    };
  }

  /** The current files below the folder. */
  private async list(signal: AbortSignal): Promise<ReadonlyMap<string, Listed>> {
    const { root, scope, config } = this.options;
    if (this.listed) {
      const isWanted = fileFilter({ include: config.include ?? [], exclude: config.exclude ?? [] });
      for (const file of [...this.changed].filter(isWanted)) {
        const stat = statOf(join(root, file));
        if (stat) this.listed.set(file, stat);
        else this.listed.delete(file);
      }
      this.changed.clear();
      return this.listed;
    }
    const steps = listingFiles(root, [scope], {
      include: config.include ?? [],
      exclude: config.exclude ?? [],
      signal,
    });
    const listed = new Map<string, Listed>();
    for (;;) {
      const step = steps.next();
      await this.breath.take();
      if (step.done !== true) continue;
      for (const file of step.value.files) {
        if (isOrderFile(file)) continue;
        const stat = statOf(join(root, file));
        if (stat) listed.set(file, stat);
        await this.breath.take();
      }
      this.listed = listed;
      return listed;
    }
  }

  /** The call relations, updated from disk. */
  private async indexed(
    signal: AbortSignal,
    onProgress: (done: number, total: number) => void,
  ): Promise<CallIndex> {
    const listed = await this.list(signal);
    this.index ??= this.read();
    const { index } = this;
    const isCurrent = (file: string, { size, mtimeMs }: Listed): boolean => {
      const known = index.get(file);
      return known?.size === size && known.mtimeMs === mtimeMs;
    };
    const gone = [...index.names()].filter((file) => !listed.has(file));
    for (const file of gone) index.delete(file);
    const missing = [...listed].filter(([file, stat]) => !isCurrent(file, stat));
    if (missing.length > 0) {
      const { jobs, config, inBackground } = this.options;
      const surveyors = startSurveyors(jobs, config.models ?? [], inBackground);
      try {
        await this.survey(index, missing, surveyors, signal, (done) =>
          onProgress(listed.size - missing.length + done, listed.size),
        );
      } finally {
        // Stores what was done, even if it was cancelled.
        this.write(index);
        await surveyors.close();
      }
    } else if (gone.length > 0) this.write(index);
    return index;
  }

  private async survey(
    index: CallIndex,
    missing: readonly (readonly [string, Listed])[],
    surveyors: Surveyors,
    signal: AbortSignal,
    onDone: (done: number) => void,
  ): Promise<void> {
    const { root } = this.options;
    const flights = new Set<Promise<void>>();
    let done = 0;
    const send = async (batch: readonly (readonly [string, Listed])[]): Promise<void> => {
      const results = await surveyors.calls(batch.map(([file]) => join(root, file)));
      batch.forEach(([file, stat], at) => {
        const calls = results[at];
        if (calls) index.set(file, { ...stat, ...calls });
      });
      done += batch.length;
      onDone(done);
    };
    for (let at = 0; at < missing.length; at += BATCH) {
      signal.throwIfAborted();
      const flight = send(missing.slice(at, at + BATCH)).finally(() => flights.delete(flight));
      flights.add(flight);
      while (flights.size > 2 * surveyors.jobs) await Promise.race(flights);
    }
    await Promise.all(flights);
  }

  private get path(): string {
    const { root, scope, cache } = this.options;
    return join(cache, 'calls', `${hashText(`${root}\n${scope}`)}.index`);
  }

  private get build(): string {
    return `${buildId()} ${JSON.stringify(this.options.config.models ?? [])}`;
  }

  private read(): CallIndex {
    try {
      return CallIndex.decode(readFileSync(this.path), this.build);
    } catch {
      return new CallIndex();
    }
  }

  /** Replaces the index atomically; an index that cannot be written is rebuilt next time. */
  private write(index: CallIndex): void {
    try {
      makeFolder(dirname(this.path));
      writeFileSync(`${this.path}.new`, index.encode(this.build));
      renameSync(`${this.path}.new`, this.path);
    } catch {
      // Read-only or full.
    }
  }
}

function statOf(path: string): Listed | undefined {
  try {
    const { size, mtimeMs } = statSync(path);
    return { size, mtimeMs };
  } catch {
    return undefined;
  }
}
