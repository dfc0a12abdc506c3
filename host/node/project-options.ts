import type { Confidence, RuleId } from '../../analysis/checks/types.js';
import type { Config } from '../../analysis/workspace/config.js';
import type { Files, LoadProgress } from '../api.js';
import { rootPath } from './files/list.js';

export interface ProjectOptions {
  /** Absolute. */
  readonly root: string;
  /** Absolute paths whose files are analysed and reported. */
  readonly paths: readonly string[];
  /** Whether the files around a given file are analysed with it, without being reported: {@link connected}. */
  readonly beside?: boolean;
  readonly config: Config;
  readonly confidence: Confidence;
  readonly rules?: readonly RuleId[];
  /** Threads that compile; with 1 this thread compiles, unless `mayNotBlock`. */
  readonly jobs: number;
  readonly mayNotBlock?: boolean;
  /** Folder of the cache; no cache if absent. */
  readonly cache?: string;
  /** The source of the files; the disk if absent. */
  readonly files?: Files;
  /** {@link KeptRuns.headersKey} of the root, if it is known: listing a large tree takes a second. */
  readonly headersKey?: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: LoadProgress) => void;
}

/** Wall milliseconds of reading and applying files, and summed thread milliseconds of compiling. */
export interface LoadTimes {
  read: number;
  outline: number;
  parse: number;
  link: number;
}

/** What is reported: the paths inside the root, relative to it. */
export function reported({ root, paths }: Pick<ProjectOptions, 'root' | 'paths'>): readonly string[] {
  return paths.flatMap((path) => rootPath(root, path) ?? []);
}
