// node out/bench/speed/large-tree.js --root DIR --file FILE [--second FILE] [--heap MB]
// Opens a tree too large to be linked as a whole in the editor's server, twice, the second time with the index of
// the first on disk. Measures when the open file has findings, when its headers, its folder and its neighbourhood
// by calls are read, memory, the latency of keystrokes meanwhile, and the same for a second file in another folder.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { pathToFileURL } from 'node:url';
import { DidOpenTextDocumentNotification } from 'vscode-languageserver/node';
import { EditorServer } from '../support/editor-server.js';
import { record } from '../support/history.js';

/** Interval between two keys, in milliseconds. */
const KEY_MS = 500;
const LIMIT_MS = 1_200_000;

const { values } = parseArgs({
  options: {
    root: { type: 'string' },
    file: { type: 'string' },
    second: { type: 'string' },
    heap: { type: 'string', default: '8192' },
  },
});
if (values.root === undefined || values.file === undefined) {
  throw new Error('usage: --root DIR --file FILE [--second FILE] [--heap MB]');
}
const folder = resolve(values.root);
const cache = mkdtempSync(join(tmpdir(), 'lockorder-large-'));
try {
  const first = await start(values.file);
  console.log('first start', JSON.stringify(first, null, 1));
  const again = await start(values.file);
  console.log('second start', JSON.stringify(again, null, 1));
  record('large-tree', {
    folder: basename(folder),
    file: values.file,
    heapMb: Number(values.heap),
    first,
    again,
  });
} finally {
  rmSync(cache, { recursive: true, force: true });
}

async function start(file: string): Promise<Readonly<Record<string, unknown>>> {
  const uri = pathToFileURL(join(folder, file)).href;
  const server = new EditorServer(uri, [`--max-old-space-size=${values.heap}`]);
  const begin = performance.now();
  const seconds = (): number => Math.round((performance.now() - begin) / 100) / 10;
  await server.initialize(folder, cache);
  const text = readFileSync(join(folder, file), 'latin1');
  await server.open(text);
  const opened = { seconds: seconds(), cpuSeconds: server.usage().totalCpuMs / 1000 };
  const reached: Record<string, unknown> = {};
  const keys: number[] = [];
  const grow = async (): Promise<void> => {
    const isDone = (): boolean => server.status.state === 'ready' && server.status.extent?.level === 'around';
    await sleep(KEY_MS);
    for (
      let isAtRest = 0;
      isAtRest < 3 && seconds() * 1000 < LIMIT_MS;
      isAtRest = isDone() ? isAtRest + 1 : 0
    ) {
      const { extent } = server.status;
      if (extent && reached[extent.level] === undefined) {
        reached[extent.level] = { seconds: seconds(), files: extent.files, of: extent.of };
      }
      const at = performance.now();
      const top = { line: 0, character: 0 };
      const isOdd = keys.length % 2 === 1;
      await server.edit({ start: top, end: isOdd ? { line: 0, character: 1 } : top }, isOdd ? '' : ' ');
      keys.push(performance.now() - at);
      await sleep(KEY_MS);
    }
  };
  await grow();
  const sorted = [...keys].sort((a, b) => a - b);
  const share = (part: number): number => Math.round(sorted[Math.floor(part * (sorted.length - 1))] ?? 0);
  const first = {
    opened,
    reached,
    done: seconds(),
    keysMs: { count: keys.length, p50: share(0.5), p95: share(0.95), most: share(1) },
    ...used(server),
    diagnostics: server.diagnostics,
  };
  if (values.second === undefined) {
    await server.stop();
    return first;
  }
  const other = performance.now();
  await server.connection.sendNotification(DidOpenTextDocumentNotification.type, {
    textDocument: {
      uri: pathToFileURL(join(folder, values.second)).href,
      languageId: 'c',
      version: 1,
      text: readFileSync(join(folder, values.second), 'latin1'),
    },
  });
  const filesBefore = server.status.extent?.files;
  await server.until(
    () => server.status.state === 'ready' && server.status.extent?.files !== filesBefore,
    LIMIT_MS,
  );
  const second = { seconds: Math.round((performance.now() - other) / 100) / 10, ...used(server) };
  await server.stop();
  return { ...first, second };
}

function used(server: EditorServer): Readonly<Record<string, number>> {
  const { totalCpuMs, rssMb, peakMb } = server.usage();
  return { cpuSeconds: totalCpuMs / 1000, rssMb, peakMb };
}
