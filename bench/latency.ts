// node out/bench/latency.js --root DIR --file FILE [--edits 200] [--index-seconds 600] [--heap MB]
// The editor's server on a folder with one document open: how soon it speaks, how keys feel while the folder is
// read behind the scenes, what that takes, how soon a scan can be called off, and edits, hovers and code actions then.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { pathToFileURL } from 'node:url';
import {
  CancellationTokenSource,
  CodeActionRequest,
  HoverRequest,
  type Position,
} from 'vscode-languageserver/node';
import { PAUSE, SCAN_WORKSPACE } from '../protocol/methods.js';
import { EditorServer } from './support/editor-server.js';
import { record } from './support/history.js';

/** Between two keys while the folder is read, in milliseconds. */
const KEY_MS = 500;
/** Of a scan before it is called off. */
const SCAN_MS = 2000;
/** After the last edit, until the index of locks is brought up again. */
const REST_MS = 3000;

const { values } = parseArgs({
  options: {
    root: { type: 'string' },
    file: { type: 'string' },
    edits: { type: 'string', default: '200' },
    'index-seconds': { type: 'string', default: '600' },
    heap: { type: 'string' },
  },
});
const folder = resolve(values.root ?? '.');
const file = resolve(folder, values.file ?? '');
if (values.file === undefined || !existsSync(file)) {
  throw new Error('usage: --root DIR --file FILE [--edits N] [--index-seconds N] [--heap MB]');
}
const edits = Number(values.edits);
const cache = mkdtempSync(join(tmpdir(), 'lockorder-latency-'));
const uri = pathToFileURL(file).href;
const text = readFileSync(file, 'latin1');
const lines = text.split('\n');
const calls = lockCalls(lines);
if (calls.length === 0) throw new Error(`${file} has no lock call to edit at`);

const server = new EditorServer(
  uri,
  values.heap === undefined ? [] : [`--max-old-space-size=${values.heap}`],
);
await server.initialize(folder, cache);
const opened = performance.now();
await server.open(text);
const open = { wallMs: round(performance.now() - opened), cpuMs: round(server.usage().totalCpuMs) };
console.log(`open → first diagnostics: ${open.wallMs} ms, ${open.cpuMs} ms of CPU since the start`);

const reading = await whileReading(Number(values['index-seconds']) * 1000);
console.log(JSON.stringify(reading));
const quiet = await server.until(
  () => server.status.state === 'ready' || server.status.state === 'paused',
  600_000,
);
console.log(`quiet: ${String(quiet)}, ${JSON.stringify(server.status)}`);
const atRest = server.usage();

const editing = await measure('edit → diagnostics', (index) => editAt(index, ' msleep(1);', server));
await sleep(REST_MS);
const first = calls[0] ?? { line: 0, character: 0 };
const hover = await measure('hover', (index) =>
  server.connection.sendRequest(HoverRequest.type, {
    textDocument: { uri },
    position: calls[index % calls.length] ?? first,
  }),
);
const action = await measure('code action', (index) => {
  const position = calls[index % calls.length] ?? first;
  return server.connection.sendRequest(CodeActionRequest.type, {
    textDocument: { uri },
    range: { start: position, end: position },
    context: { diagnostics: [] },
  });
});
const cancel = await cancelScan();
const end = server.usage();
console.log(server.log.join('\n'));
await server.stop();
rmSync(cache, { recursive: true, force: true });
record('latency', {
  folder: basename(folder),
  file: relative(folder, file),
  bytes: text.length,
  open,
  reading,
  atRest,
  edit: editing,
  hover,
  codeAction: action,
  cancel,
  peakMb: end.peakMb,
});

/** Types now and then while the folder is read, until that is done or the time is over; then it is paused. */
async function whileReading(limitMs: number): Promise<Readonly<Record<string, unknown>>> {
  const start = performance.now();
  const keys: number[] = [];
  let hasBegun = false;
  let [indexed, total] = [0, 0];
  const isDone = (): boolean => hasBegun && server.status.state === 'ready';
  while (!isDone() && performance.now() - start < limitMs) {
    hasBegun ||= server.status.state === 'indexing' && server.status.total > 0;
    if (server.status.indexed > indexed) ({ indexed, total } = server.status);
    const key = performance.now();
    await editAt(keys.length, ' ', server);
    keys.push(performance.now() - key);
    await sleep(KEY_MS);
  }
  const isComplete = isDone();
  const used = server.usage();
  let pauseMs: number | undefined;
  if (!isComplete) {
    const pausing = performance.now();
    await server.connection.sendNotification(PAUSE, { paused: true });
    await server.until(() => server.status.state === 'paused', 60_000);
    pauseMs = round(performance.now() - pausing);
  }
  return {
    isComplete,
    seconds: round((performance.now() - start) / 1000),
    cpuSeconds: round(used.totalCpuMs / 1000),
    indexed,
    total,
    rssMb: used.rssMb,
    peakMb: used.peakMb,
    keys: keys.length,
    keyWallMs: spread(keys),
    ...(pauseMs === undefined ? {} : { pauseMs }),
  };
}

/** Even edits put a text behind a lock call, each time another one; odd ones take it away again. */
async function editAt(index: number, what: string, to: EditorServer): Promise<void> {
  const { line } = calls[Math.floor(index / 2) % calls.length] ?? { line: 0 };
  const character = (lines[line] ?? '').replace(/\r$/, '').length;
  const isInsertion = index % 2 === 0;
  const range = {
    start: { line, character },
    end: { line, character: character + (isInsertion ? 0 : what.length) },
  };
  await to.edit(range, isInsertion ? what : '');
}

async function measure(
  what: string,
  once: (index: number) => Promise<unknown>,
): Promise<Readonly<Record<string, unknown>>> {
  const wall: number[] = [];
  const cpu: number[] = [];
  const before = server.usage().totalCpuMs;
  for (let index = 0; index < edits; index += 1) {
    const start = performance.now();
    const cpuStart = server.usage().cpuMs;
    await once(index);
    cpu.push(server.usage().cpuMs - cpuStart);
    wall.push(performance.now() - start);
  }
  const each = round((server.usage().totalCpuMs - before) / edits);
  const figures = { cpuMs: spread(cpu), wallMs: spread(wall), cpuMsEachInAll: each };
  console.log(`${what}, ${edits} times: ${JSON.stringify(figures)}`);
  return figures;
}

async function cancelScan(): Promise<Readonly<Record<string, unknown>>> {
  await server.connection.sendNotification(PAUSE, { paused: false });
  const source = new CancellationTokenSource();
  const scan = server.connection.sendRequest(SCAN_WORKSPACE, {}, source.token).then(
    () => 'complete',
    () => 'cancelled',
  );
  await Promise.race([scan, sleep(SCAN_MS)]);
  const start = performance.now();
  source.cancel();
  const how = await scan;
  const wallMs = round(performance.now() - start);
  const cpu = server.usage().totalCpuMs;
  await sleep(1000);
  console.log(`scan ${how} after ${wallMs} ms`);
  return { how, wallMs, cpuMsInTheNextSecond: round(server.usage().totalCpuMs - cpu) };
}

/** Where locks are taken: the first character of the call's argument. */
function lockCalls(all: readonly string[]): readonly Position[] {
  return all.flatMap((line, number) => {
    const call = /^\s+(?:mutex_lock|spin_lock(?:_irqsave|_irq|_bh)?|down_read|down_write)\(&/.exec(line);
    return call && line.trimEnd().endsWith(';') ? [{ line: number, character: call[0].length }] : [];
  });
}

function spread(all: readonly number[]): Readonly<Record<'p50' | 'p95' | 'most', number>> {
  const sorted = [...all].sort((a, b) => a - b);
  const at = (part: number): number =>
    round(sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0);
  return { p50: at(0.5), p95: at(0.95), most: at(1) };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
