// node out/bench/speed/stages.js --tree DIR [--every 24] [--offset 5]
// Measures the processor time of each compilation stage, in one thread, on every nth C file and header of a tree,
// beside a bare tree-sitter parse of the same C files; and the size of summaries, encoded and decoded.
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { Language, Parser } from 'web-tree-sitter';
import { StringPool } from '../../analysis/base/encoding/pool.js';
import { createModels } from '../../analysis/models/index.js';
import { outlineFile } from '../../analysis/outline/index.js';
import { decodeSummary, encodeSummary } from '../../analysis/skeleton/codec/codec.js';
import { summarizeOutline } from '../../analysis/skeleton/summarize.js';
import { createNodeParser } from '../../host/node/parser.js';
import { decode } from '../../host/node/files/read.js';
import { record } from '../support/history.js';
import { options } from '../support/options.js';

const given = options('stages --tree DIR [--every 24] [--offset 5]', {
  tree: undefined,
  every: '24',
  offset: '5',
});
/** Maximum number of texts in memory at a time. */
const GROUP = 100;

const models = createModels([]);
const parser = await createNodeParser();
const bare = new Parser();
const grammar = createRequire(import.meta.url).resolve('tree-sitter-c/tree-sitter-c.wasm');
bare.setLanguage(await Language.load(grammar));

const names = readdirSync(given.tree, { recursive: true, encoding: 'utf8' }).filter((name) =>
  /\.[ch]$/.test(name),
);
const chosen = names.sort().filter((_, index) => index % Number(given.every) === Number(given.offset));
const times: Record<string, number> = {};
const pool = new StringPool();
const kept: unknown[] = [];
let bytes = 0;
let sourceBytes = 0;
let encodedBytes = 0;
let packedBytes = 0;

function timed<T>(stage: string, work: () => T): T {
  const start = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(start);
  times[stage] = (times[stage] ?? 0) + (user + system) / 1000;
  return result;
}

const heapBefore = process.memoryUsage().heapUsed;
for (let at = 0; at < chosen.length; at += GROUP) {
  const group = chosen.slice(at, at + GROUP);
  const raw = timed('read', () => group.map((name) => readFileSync(join(given.tree, name))));
  const contents = timed('decode text', () => raw.map(decode));
  const texts = contents.flatMap((content, index) =>
    'text' in content ? [{ text: content.text, isSource: group[index]?.endsWith('.c') === true }] : [],
  );
  for (const { text, isSource } of texts) {
    bytes += text.length;
    if (isSource) sourceBytes += text.length;
  }
  timed('bare parse of .c', () => {
    for (const { text, isSource } of texts) if (isSource) bare.parse(text)?.delete();
  });
  const outlines = timed('outline', () =>
    texts.map(({ text }) => ({ text, outline: outlineFile(text, models) })),
  );
  const summaries = timed('skeletons', () =>
    outlines.map(({ text, outline }) => summarizeOutline(text, outline, models, parser)),
  );
  const encoded = timed('encode', () => summaries.map(encodeSummary));
  for (const { length } of encoded) encodedBytes += length;
  const params = { [constants.BROTLI_PARAM_QUALITY]: 3, [constants.BROTLI_PARAM_LGWIN]: 22 };
  packedBytes += timed('compress', () => brotliCompressSync(Buffer.concat(encoded), { params })).length;
  kept.push(timed('decode', () => encoded.map((one) => decodeSummary(one, pool))));
}
globalThis.gc?.();
const heapMb = (process.memoryUsage().heapUsed - heapBefore) / 1e6;
const megabytes = bytes / 1e6;
console.log(
  `${chosen.length} files, ${megabytes.toFixed(1)} MB, ${(sourceBytes / 1e6).toFixed(1)} of them in .c`,
);
const bareMs = times['bare parse of .c'] ?? 1;
console.log('stage              cpu s   of the bare parse');
for (const [stage, ms] of Object.entries(times))
  console.log(stage.padEnd(18), (ms / 1000).toFixed(2).padStart(6), (ms / bareMs).toFixed(2).padStart(8));
console.log(
  `summaries ${((100 * encodedBytes) / bytes).toFixed(1)} % of the text, compressed ${((100 * packedBytes) / bytes).toFixed(1)} %, decoded ${heapMb.toFixed(0)} MB`,
);
record('stages', {
  every: given.every,
  offset: given.offset,
  files: chosen.length,
  bytes,
  sourceBytes,
  times,
  encodedBytes,
  packedBytes,
  heapMb,
  kept: kept.length,
});
