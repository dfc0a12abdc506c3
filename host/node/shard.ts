import { createHash } from 'node:crypto';
import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync, inflateSync } from 'node:zlib';
import { z } from 'zod';
import { SKIP_TEXT, type SkippedFile } from '../api.js';
import { byCodeUnit } from '../paths.js';
import { makeFolder } from './files/folders.js';

/** The file that `summarize` writes into its folder and `link` reads. */
const SUMMARIES = 'summaries.lockorder';
/** The files that the summaries were made from, in the format of make and ninja. */
const DEPENDENCIES = 'summaries.d';

const MAGIC = Buffer.from('lockorder summaries 1\n');
const CHECKSUM_BYTES = 32;

/** The summary of one file, with the key of its content. */
export interface SummarizedFile {
  readonly file: string;
  readonly key: string;
  /** Encoded; {@link decodeCompiled} reads it. */
  readonly data: Uint8Array;
}

/** The summaries of some paths of a root: a part of a scan, computed on any machine. */
export interface Shard {
  /** Identifies analyser, models and settings; only shards with equal recipes can be joined. */
  readonly recipe: string;
  /** Relative to the root. */
  readonly paths: readonly string[];
  readonly skipped: readonly SkippedFile[];
  /** Sorted by name: the files below the paths, and the headers they include. */
  readonly files: readonly SummarizedFile[];
}

const headShape = z.object({
  recipe: z.string(),
  paths: z.array(z.string()),
  skipped: z.array(
    z.object({ file: z.string(), reason: z.enum(Object.keys(SKIP_TEXT) as [keyof typeof SKIP_TEXT]) }),
  ),
  /** File, key and length of each, in order. */
  files: z.array(z.tuple([z.string(), z.string(), z.number()])),
});

/** Names of the folder and the root in a makefile. */
export interface DependencyNames {
  readonly folder: string;
  readonly root: string;
}

function escaped(path: string): string {
  return path.replaceAll(/[ #]/g, '\\$&').replaceAll('$', '$$$$');
}

/** Replaces the previous contents of the folder. The bytes depend on the shard only. */
export function writeShard(folder: string, shard: Shard, names: DependencyNames): void {
  const files = [...shard.files].sort((a, b) => byCodeUnit(a.file, b.file));
  const head: z.infer<typeof headShape> = {
    recipe: shard.recipe,
    paths: [...shard.paths].sort(byCodeUnit),
    skipped: shard.skipped.map(({ file, reason }) => ({ file, reason })),
    files: files.map(({ file, key, data }) => [file, key, data.length]),
  };
  const text = Buffer.from(JSON.stringify(head));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.length);
  const body = deflateSync(Buffer.concat([length, text, ...files.map(({ data }) => data)]), { level: 1 });
  const checksum = createHash('sha256').update(body).digest();
  makeFolder(folder);
  const sources = files.map(({ file }) => escaped(join(names.root, file)));
  // Each on its own line, so that a missing file is a reason to rebuild and not an error.
  const rules = sources.map((source) => `${source}:\n`).join('');
  const target = escaped(join(names.folder, SUMMARIES));
  replace(join(folder, DEPENDENCIES), `${target}: ${sources.join(' \\\n ')}\n${rules}`);
  replace(join(folder, SUMMARIES), Buffer.concat([MAGIC, checksum, body]));
}

function replace(path: string, content: Buffer | string): void {
  const temporary = `${path}.${process.pid}`;
  try {
    writeFileSync(temporary, content);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** @throws {Error} with what is wrong with the folder */
export function readShard(folder: string): Shard {
  const path = join(folder, SUMMARIES);
  let bytes: Buffer;
  try {
    if (!statSync(path).isFile()) throw new Error('not a file');
    bytes = readFileSync(path);
  } catch {
    throw new Error(`${folder}: no ${SUMMARIES} in it; run lockorder summarize`);
  }
  const start = MAGIC.length + CHECKSUM_BYTES;
  const body = bytes.subarray(start);
  if (
    !bytes.subarray(0, MAGIC.length).equals(MAGIC) ||
    !createHash('sha256').update(body).digest().equals(bytes.subarray(MAGIC.length, start))
  ) {
    throw new Error(`${path}: damaged, or from another version`);
  }
  const content = inflateSync(body);
  let at = 4 + content.readUInt32LE(0);
  const { recipe, paths, skipped, files } = headShape.parse(JSON.parse(content.toString('utf8', 4, at)));
  return {
    recipe,
    paths,
    skipped,
    files: files.map(([file, key, length]) => {
      at += length;
      return { file, key, data: content.subarray(at - length, at) };
    }),
  };
}

/**
 * Merges shards as if they had been made in one run: a file in several shards counts once. @throws {Error} if
 * they are not parts of one scan
 */
export function joinShards(shards: readonly { readonly folder: string; readonly shard: Shard }[]): Shard {
  const [first] = shards;
  if (!first) throw new Error('nothing to link');
  const files = new Map<string, SummarizedFile & { readonly folder: string }>();
  const skipped = new Map<string, SkippedFile>();
  const paths = new Set<string>();
  for (const { folder, shard } of shards) {
    if (shard.recipe !== first.shard.recipe) {
      throw new Error(
        `${folder}: made by another version of lockorder, or with other models, than ${first.folder}`,
      );
    }
    for (const path of shard.paths) paths.add(path);
    for (const skip of shard.skipped) skipped.set(skip.file, skip);
    for (const file of shard.files) {
      const known = files.get(file.file);
      if (known && known.key !== file.key) {
        throw new Error(`${file.file}: changed between ${known.folder} and ${folder}; summarize again`);
      }
      if (!known) files.set(file.file, { ...file, folder });
    }
  }
  return {
    recipe: first.shard.recipe,
    paths: [...paths].sort(byCodeUnit),
    skipped: [...skipped.values()].sort((a, b) => byCodeUnit(a.file, b.file)),
    files: [...files.values()].sort((a, b) => byCodeUnit(a.file, b.file)),
  };
}
