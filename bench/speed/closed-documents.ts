// node out/bench/speed/closed-documents.js --root DIR [--documents 40]
// Opens documents from all over a tree and measures the server's memory: with their folders read, with all but one
// closed, after the server freed what it had read for these, and with none open.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { pathToFileURL } from 'node:url';
import {
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
} from 'vscode-languageserver/node';
import { EditorServer } from '../support/editor-server.js';
import { record } from '../support/history.js';

const LIMIT_MS = 3_600_000;
/** The server waits a minute before it frees anything. */
const LATER_MS = 65_000;

/** On request, writes the size of the heap after full collections. */
const HOOK = `require('node:v8').setFlagsFromString('--expose-gc');
const gc = require('node:vm').runInNewContext('gc');
if (require('node:worker_threads').isMainThread) process.on('SIGUSR2', () => { gc(); gc();
  require('node:fs').writeFileSync(process.env.HEAP_FILE, String(Math.round(process.memoryUsage().heapUsed / 1e6))); });`;

const { values } = parseArgs({
  options: { root: { type: 'string' }, documents: { type: 'string', default: '40' } },
});
if (values.root === undefined) throw new Error('usage: --root DIR [--documents 40]');
const root = resolve(values.root);
const all = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.c'))
  .sort();
const count = Math.min(Number(values.documents), all.length);
const uris = Array.from({ length: count }, (_, index) => {
  const path = join(root, all[Math.floor((index * all.length) / count)] ?? '');
  return { uri: pathToFileURL(path).href, text: readFileSync(path, 'latin1') };
});

const scratch = mkdtempSync(join(tmpdir(), 'lockorder-closed-'));
try {
  const hook = join(scratch, 'hook.cjs');
  writeFileSync(hook, HOOK);
  process.env['HEAP_FILE'] = join(scratch, 'heap');
  record('closed-documents', { folder: basename(root), documents: count, ...(await run(hook)) });
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

async function run(hook: string): Promise<Readonly<Record<string, unknown>>> {
  const [first, ...others] = uris;
  if (first === undefined) throw new Error('there are no C files');
  const server = new EditorServer(first.uri, ['--require', hook]);
  const steps: Record<string, unknown> = {};
  const note = async (what: string): Promise<void> => {
    rmSync(join(scratch, 'heap'), { force: true });
    process.kill(server.pid, 'SIGUSR2');
    while (!existsSync(join(scratch, 'heap'))) await sleep(50);
    await sleep(100);
    const { rssMb, totalCpuMs } = server.usage();
    const heapMb = Number(readFileSync(join(scratch, 'heap'), 'utf8'));
    steps[what] = { files: server.status.extent?.files ?? 0, heapMb, rssMb, cpuSeconds: totalCpuMs / 1000 };
    console.log(what, JSON.stringify(steps[what]));
  };
  const files = (): number => server.status.extent?.files ?? 0;
  const isRead = (): boolean => server.status.state === 'ready' && server.status.extent?.level === 'folders';
  await server.initialize(root, join(scratch, 'cache'), 'open');
  await server.open(first.text);
  await server.until(isRead, LIMIT_MS);
  await note('one open');
  for (const { uri, text } of others) {
    await server.connection.sendNotification(DidOpenTextDocumentNotification.type, {
      textDocument: { uri, languageId: 'c', version: 1, text },
    });
  }
  const close = (uri: string): Promise<void> =>
    server.connection.sendNotification(DidCloseTextDocumentNotification.type, { textDocument: { uri } });
  const one = files();
  await server.until(() => isRead() && files() > one, LIMIT_MS);
  await note('all open');
  for (const { uri } of others) await close(uri);
  await server.until(isRead, LIMIT_MS);
  await note('all but one closed');
  const most = files();
  await server.until(() => isRead() && files() < most, LIMIT_MS);
  await note('later');
  await close(first.uri);
  await sleep(LATER_MS);
  await server.until(() => server.status.extent === undefined, LIMIT_MS);
  await note('none open');
  await server.stop();
  return steps;
}
