// node out/bench/latency.js --root DIR --file FILE [--edits 200]
// One file edited in the editor's server while the folder it is in is indexed: edit → diagnostics, hover, code action.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { pathToFileURL } from 'node:url';
import {
  CodeActionRequest,
  createProtocolConnection,
  DidChangeTextDocumentNotification,
  DidOpenTextDocumentNotification,
  ExitNotification,
  HoverRequest,
  InitializedNotification,
  InitializeRequest,
  PublishDiagnosticsNotification,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import { ROOT } from './support/root.js';

const TICKS_PER_SECOND = 100;
const STATUS = 'lockOrder/status';
const { values } = parseArgs({
  options: { root: { type: 'string' }, file: { type: 'string' }, edits: { type: 'string', default: '200' } },
});
const folder = resolve(values.root ?? '.');
const file = resolve(folder, values.file ?? '');
if (values.file === undefined || !existsSync(file))
  throw new Error('usage: --root DIR --file FILE [--edits N]');
const edits = Number(values.edits);
const cache = mkdtempSync(join(tmpdir(), 'lockorder-latency-'));

const child = spawn(process.execPath, [join(ROOT, 'dist/server.cjs'), '--stdio'], {
  stdio: ['pipe', 'pipe', 'inherit'],
});
const connection = createProtocolConnection(
  new StreamMessageReader(child.stdout),
  new StreamMessageWriter(child.stdin),
);
const uri = pathToFileURL(file).href;
let published = (_version: number): void => undefined;
let status = (_state: { readonly state: string; readonly total: number }): void => undefined;
connection.onNotification(PublishDiagnosticsNotification.type, (params) => {
  if (params.uri === uri) published(params.version ?? 0);
});
connection.onNotification(STATUS, (state: { readonly state: string; readonly total: number }) =>
  status(state),
);
connection.onRequest('client/registerCapability', () => null);
connection.listen();

await connection.sendRequest(InitializeRequest.type, {
  processId: process.pid,
  rootUri: null,
  capabilities: {},
  workspaceFolders: [{ uri: pathToFileURL(folder).href, name: 'folder' }],
  initializationOptions: { settings: { index: 'auto' }, cacheDirectory: cache },
});
const text = readFileSync(file, 'utf8');
const diagnostics = (version: number): Promise<void> =>
  new Promise((done) => {
    published = (now) => {
      if (now >= version) done();
    };
  });
const indexed = new Promise<void>((done) => {
  let hasIndexed = false;
  status = ({ state, total }) => {
    hasIndexed ||= state === 'indexing' && total > 0;
    if (hasIndexed && state === 'ready') done();
  };
});
const first = diagnostics(1);
const opened = performance.now();
await connection.sendNotification(InitializedNotification.type, {});
await connection.sendNotification(DidOpenTextDocumentNotification.type, {
  textDocument: { uri, languageId: 'c', version: 1, text },
});
await first;
console.log(`open → first diagnostics: ${(performance.now() - opened).toFixed(0)} ms`);
await indexed;
console.log(`indexed after ${((performance.now() - opened) / 1000).toFixed(1)} s`);

/** The end of the line of the first lock call: comments come and go there. */
const lock = /\b(?:mutex|spin)_lock\w*\(/.exec(text)?.index ?? 0;
const line = text.slice(0, lock).split('\n').length - 1;
const character = lock - text.lastIndexOf('\n', lock) - 1;
const end = text.split('\n')[line]?.length ?? 0;
let version = 1;
await measure('edit → diagnostics', async () => {
  version += 1;
  const isInsertion = version % 2 === 0;
  const range = { start: { line, character: end }, end: { line, character: end + (isInsertion ? 0 : 1) } };
  const arrived = diagnostics(version);
  await connection.sendNotification(DidChangeTextDocumentNotification.type, {
    textDocument: { uri, version },
    contentChanges: [{ range, text: isInsertion ? ' ' : '' }],
  });
  await arrived;
});
const position = { line, character: character + 2 };
// At rest the index of locks is brought up again.
await new Promise((done) => setTimeout(done, 3000));
await measure('hover', () => connection.sendRequest(HoverRequest.type, { textDocument: { uri }, position }));
await measure('code action', () =>
  connection.sendRequest(CodeActionRequest.type, {
    textDocument: { uri },
    range: { start: position, end: position },
    context: { diagnostics: [] },
  }),
);
await connection.sendRequest(ShutdownRequest.type);
await connection.sendNotification(ExitNotification.type);
rmSync(cache, { recursive: true, force: true });

async function measure(what: string, once: () => Promise<unknown>): Promise<void> {
  const times: number[] = [];
  const before = cpuMs();
  for (let round = 0; round < edits; round += 1) {
    const start = performance.now();
    await once();
    times.push(performance.now() - start);
  }
  const cpu = (cpuMs() - before) / edits;
  times.sort((a, b) => a - b);
  const share = (part: number): string => (times[Math.floor(part * edits)] ?? 0).toFixed(1);
  console.log(
    `${what}: p50 ${share(0.5)} ms, p95 ${share(0.95)} ms, CPU ${cpu.toFixed(1)} ms each, ${edits} times`,
  );
}

/** CPU time of the server with all its threads; 0 where the system does not tell. */
function cpuMs(): number {
  const path = `/proc/${child.pid}/stat`;
  if (!existsSync(path)) return 0;
  const fields = readFileSync(path, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_SECOND;
}
