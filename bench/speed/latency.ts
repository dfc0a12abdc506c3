// node out/bench/speed/latency.js --root DIR --file FILE [--edits 200] [--index-seconds 600] [--heap MB] [--against DIST]
// Measures the editor's server with one document open: time to the first diagnostics, latency of keystrokes while
// the folder is read in the background, memory, time to cancel a scan, and then edits, hovers and code actions.
// --against alternates with another build, so that both run under the same load.
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
import { PAUSE, SCAN_WORKSPACE } from '../../protocol/methods.js';
import { EditorServer } from '../support/editor-server.js';
import { record } from '../support/history.js';

/** Interval between two keys while the folder is read, in milliseconds. */
const KEY_MS = 500;
/** Number of cancelled scans, and how long the last of them runs before that. */
const CANCELS = 12;
const SCAN_MS = 6000;
/** Delay after the last edit until the index of locks is updated. */
const REST_MS = 3000;

const { values } = parseArgs({
  options: {
    root: { type: 'string' },
    file: { type: 'string' },
    edits: { type: 'string', default: '200' },
    'index-seconds': { type: 'string', default: '600' },
    heap: { type: 'string' },
    against: { type: 'string' },
  },
});
const folder = resolve(values.root ?? '.');
const file = resolve(folder, values.file ?? '');
if (values.file === undefined || !existsSync(file)) {
  throw new Error(
    'usage: --root DIR --file FILE [--edits N] [--index-seconds N] [--heap MB] [--against DIST]',
  );
}
const edits = Number(values.edits);
/** The durations of one operation of a server, repeated. */
class Series {
  private readonly wall: number[] = [];
  private readonly cpu: number[] = [];
  private readonly before: number;

  constructor(readonly of: EditorServer) {
    this.before = of.usage().totalCpuMs;
  }

  async time(once: (to: EditorServer) => Promise<unknown>): Promise<void> {
    const start = performance.now();
    const cpuStart = this.of.usage().cpuMs;
    await once(this.of);
    this.cpu.push(this.of.usage().cpuMs - cpuStart);
    this.wall.push(performance.now() - start);
  }

  get figures(): Readonly<Record<string, unknown>> {
    const each = round((this.of.usage().totalCpuMs - this.before) / this.cpu.length);
    return { cpuMs: spread(this.cpu), wallMs: spread(this.wall), cpuMsEachInAll: each };
  }
}

/** What is typed key by key. */
const TYPED = ' msleep(1); /* rest */';
/** The number of edits, and the text of each. */
const EDITS: Readonly<
  Record<
    string,
    { readonly count: number; readonly once: (index: number, to: EditorServer) => Promise<unknown> }
  >
> = {
  // Every one of these changes the function's behaviour and the findings.
  call: { count: edits, once: (index, to) => editAt(index, ' msleep(1);', to) },
  key: { count: 2 * edits - ((2 * edits) % (2 * TYPED.length)), once: (index, to) => typeAt(index, to) },
  line: { count: edits, once: (index, to) => editAt(index, '\n', to) },
};
const flags = values.heap === undefined ? [] : [`--max-old-space-size=${values.heap}`];
const cache = mkdtempSync(join(tmpdir(), 'lockorder-latency-'));
const uri = pathToFileURL(file).href;
const text = readFileSync(file, 'latin1');
const lines = text.split('\n');
const calls = lockCalls(lines);
if (calls.length === 0) throw new Error(`${file} has no lock call to edit at`);

const server = new EditorServer(uri, flags);
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

const other = values.against === undefined ? undefined : await startOther(resolve(values.against));
const editing: Record<string, unknown> = {};
const editingOther: Record<string, unknown> = {};
for (const [what, { count, once }] of Object.entries(EDITS)) {
  const [own, others] = await measure(`edit → diagnostics (${what})`, count, once, other);
  editing[what] = own;
  editingOther[what] = others;
}
await sleep(REST_MS);
const first = calls[0] ?? { line: 0, character: 0 };
const [hover] = await measure('hover', edits, (index) =>
  server.connection.sendRequest(HoverRequest.type, {
    textDocument: { uri },
    position: calls[index % calls.length] ?? first,
  }),
);
const [action] = await measure('code action', edits, (index) => {
  const position = calls[index % calls.length] ?? first;
  return server.connection.sendRequest(CodeActionRequest.type, {
    textDocument: { uri },
    range: { start: position, end: position },
    context: { diagnostics: [] },
  });
});
const cancel = await cancelScans(server);
const cancelOther = other && (await cancelScans(other));
await other?.stop();
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
  ...(other
    ? {
        against: basename(resolve(values.against ?? '', '..')),
        editAgainst: editingOther,
        cancelAgainst: cancelOther,
      }
    : {}),
  hover,
  codeAction: action,
  cancel,
  peakMb: end.peakMb,
});

/** Types at intervals while the folder is read, until reading is done or the time is up; then reading is paused. */
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

/** Types a call after a lock call key by key, and removes it key by key; then after the next one. */
async function typeAt(index: number, to: EditorServer): Promise<void> {
  const keys = 2 * TYPED.length;
  const { line } = calls[Math.floor(index / keys) % calls.length] ?? { line: 0 };
  const end = (lines[line] ?? '').replace(/\r$/, '').length;
  const at = index % keys;
  const isTyping = at < TYPED.length;
  const place = { line, character: end + (isTyping ? at : keys - at - 1) };
  if (isTyping) await to.edit({ start: place, end: place }, TYPED.charAt(at));
  else await to.edit({ start: place, end: { line, character: place.character + 1 } }, '');
}

/** Even edits insert a different text each time after a lock call; odd ones remove it again. */
async function editAt(index: number, what: string, to: EditorServer): Promise<void> {
  const { line } = calls[Math.floor(index / 2) % calls.length] ?? { line: 0 };
  const character = (lines[line] ?? '').replace(/\r$/, '').length;
  const isInsertion = index % 2 === 0;
  const start = { line, character };
  const behind =
    what === '\n' ? { line: line + 1, character: 0 } : { line, character: character + what.length };
  await to.edit({ start, end: isInsertion ? start : behind }, isInsertion ? what : '');
}

/** The server of the other build, with as much of the folder loaded as the first one. */
async function startOther(build: string): Promise<EditorServer> {
  const started = new EditorServer(uri, flags, build);
  await started.initialize(folder, cache);
  await started.open(text);
  const { extent } = server.status;
  await started.until(() => {
    const { status } = started;
    return status.state === 'ready' && status.extent?.level === extent?.level;
  }, 600_000);
  console.log(`the other build: ${JSON.stringify(started.status)}`);
  return started;
}

async function measure(
  what: string,
  count: number,
  once: (index: number, to: EditorServer) => Promise<unknown>,
  against?: EditorServer,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const series = [server, ...(against ? [against] : [])].map((each) => new Series(each));
  for (let index = 0; index < count; index += 1)
    for (const one of series) await one.time((to) => once(index, to));
  const figures = series.map((one) => one.figures);
  console.log(`${what}, ${count} times: ${figures.map((each) => JSON.stringify(each)).join(' against ')}`);
  return figures;
}

/** Starts and cancels a scan repeatedly, each time a little later. */
async function cancelScans(to: EditorServer): Promise<Readonly<Record<string, unknown>>> {
  await to.connection.sendNotification(PAUSE, { paused: false });
  const wall: number[] = [];
  const cpu: number[] = [];
  for (let number = 1; number <= CANCELS; number += 1) {
    const source = new CancellationTokenSource();
    const scan = to.connection.sendRequest(SCAN_WORKSPACE, {}, source.token).catch(() => undefined);
    const isOver = await Promise.race([scan.then(() => true), sleep((SCAN_MS * number) / CANCELS)]);
    if (isOver === true) break;
    const start = performance.now();
    const cpuStart = to.usage().mainCpuMs;
    source.cancel();
    await scan;
    cpu.push(to.usage().mainCpuMs - cpuStart);
    wall.push(performance.now() - start);
  }
  const before = to.usage().totalCpuMs;
  await sleep(1000);
  const figures = {
    scans: wall.length,
    // Processor time of the answering thread until its answer: wall time also measures other programs.
    cpuMs: spread(cpu),
    wallMs: spread(wall),
    cpuMsInTheNextSecond: round(to.usage().totalCpuMs - before),
  };
  console.log(`scans called off: ${JSON.stringify(figures)}`);
  return figures;
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
