// node out/bench/speed/bare-parse.js LIST THREADS
// Parses the files listed in LIST with tree-sitter and does nothing else: the baseline of a scan. Prints { files,
// bytes, wallMs, cpuMs }.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { Language, Parser } from 'web-tree-sitter';

export interface BareParse {
  readonly files: number;
  readonly bytes: number;
  readonly wallMs: number;
  readonly cpuMs: number;
}

if (isMainThread) {
  const files = readFileSync(process.argv[2] ?? '', 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  const threads = Number(process.argv[3] ?? 1);
  const start = performance.now();
  const shares = Array.from({ length: threads }, (_, n) => files.filter((_, i) => i % threads === n));
  const bytes = await Promise.all(shares.map(inWorker));
  const { user, system } = process.cpuUsage();
  const result: BareParse = {
    files: files.length,
    bytes: bytes.reduce((sum, each) => sum + each, 0),
    wallMs: performance.now() - start,
    cpuMs: (user + system) / 1000,
  };
  console.log(JSON.stringify(result));
} else {
  await Parser.init();
  const grammar = createRequire(import.meta.url).resolve('tree-sitter-c/tree-sitter-c.wasm');
  const parser = new Parser();
  parser.setLanguage(await Language.load(grammar));
  let bytes = 0;
  for (const file of workerData as readonly string[]) {
    const content = readFileSync(file);
    bytes += content.length;
    parser.parse(content.toString('latin1'))?.delete();
  }
  parentPort?.postMessage(bytes);
}

function inWorker(files: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: files });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}
