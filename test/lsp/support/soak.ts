import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { DidOpenTextDocumentNotification, type Diagnostic, type Position } from 'vscode-languageserver/node';
import { STATUS, type StatusParams } from '../../../protocol/methods.js';
import { Server } from './server.js';

/** What an hour of hard use does to a server: typing, undoing, renaming, deleting, checking out below it. */
export interface SoakOptions {
  /** C files of a tree, by path. All are opened. */
  readonly files: Readonly<Record<string, string>>;
  /** Other files of the tree, which stay closed. */
  readonly others: Readonly<Record<string, string>>;
  /** Single key strokes in all. */
  readonly edits: number;
  /** Memory is measured after each of so many equal parts. */
  readonly cycles: number;
  /** Milliseconds between key strokes. */
  readonly pause: number;
  /** Another seed makes another sequence. */
  readonly seed?: number;
}

export interface Memory {
  /** After a full collection. */
  readonly heapMb: number;
  readonly rssMb: number;
}

export interface SoakResult {
  /** Before the first key, with everything open. */
  readonly atRest: Memory;
  readonly memory: readonly Memory[];
  /** Files whose diagnostics differ from those of a server that has only just started, with both. */
  readonly different: readonly string[];
  /** Diagnostics that came for an older text than some that had come before. */
  readonly stale: number;
  readonly log: readonly string[];
  readonly diagnostics: number;
}

/** What is typed, a key at a time: half of C is wrong while it is written. */
const SNIPPETS = [
  'mutex_lock(&a->lock);\n',
  'if (x) {\n',
  '}\n',
  'spin_unlock(&b->lock);\n',
  '/* remark */\n',
  'return -EINVAL;\n',
  '#ifdef CONFIG_X\n',
  '#endif\n',
  '"',
  '(',
  'struct foo *p = NULL;\n',
  '\n\n',
] as const;

const LAST_STATEMENT = '\treturn 0;';
const LATE_LOCK = '\tmutex_lock(&late);\n';

/** Lets a collection be asked for, and tells what is left, in a file that is whole once it has its name. */
const HOOK = `require('node:v8').setFlagsFromString('--expose-gc');
const gc = require('node:vm').runInNewContext('gc');
if (require('node:worker_threads').isMainThread) process.on('SIGUSR2', () => { gc(); gc();
  const { heapUsed, rss } = process.memoryUsage();
  const { renameSync, writeFileSync } = require('node:fs');
  const path = process.env.SOAK_MEMORY;
  writeFileSync(path + '.part', JSON.stringify({ heapMb: heapUsed / 1e6, rssMb: rss / 1e6 }));
  renameSync(path + '.part', path); });`;

/** No news for so long means that nothing more comes. */
const QUIET_MS = 1500;
/** A server that has taken less processor time in that time, in milliseconds, has nothing to do behind the scenes either. */
const IDLE_MS = 30;
/** What processor time is counted in. */
const TICK_MS = 10;
/** A document that is opened has its diagnostics within this, and the server news, on whatever machine. */
const PATIENCE_MS = 600_000;

/** Runs one server hard, then compares what it shows with what a fresh one shows of the same texts. */
export async function soak(options: SoakOptions): Promise<SoakResult> {
  const scratch = mkdtempSync(join(tmpdir(), 'lockorder-soak-'));
  try {
    return await new Soak(options, scratch).run();
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Text that was typed and may be undone. */
interface Typed {
  readonly name: string;
  readonly offset: number;
  readonly text: string;
}

class Soak {
  private readonly random: () => number;
  private readonly names: readonly string[];
  private readonly server: Server;
  private readonly versions = new Map<string, number>();
  private readonly typed: Typed[] = [];
  private readonly memory: Memory[] = [];
  private stale = 0;
  private keys = 0;

  constructor(
    private readonly options: SoakOptions,
    private readonly scratch: string,
  ) {
    this.random = generator(options.seed ?? 20261120);
    this.names = Object.keys(options.files).sort();
    this.server = this.start({ ...options.others, ...options.files });
  }

  async run(): Promise<SoakResult> {
    const { server, names, options } = this;
    const quiet = quietOf(server);
    const commits = this.commits();
    await server.initialize();
    for (const name of names) await this.open(name, options.files[name] ?? '');
    for (const name of names) server.onDiagnostics(name, (edits) => this.noteVersion(name, edits));
    await quiet();
    const atRest = await this.measure();
    while (this.keys < options.edits) {
      await this.step(commits);
      if (this.keys < (options.edits / options.cycles) * (this.memory.length + 1)) continue;
      // Undo the typing, so that the cycles are comparable.
      while (this.typed.length > 0) await this.undo();
      await quiet();
      this.memory.push(await this.measure());
    }
    // What is compared in the end is not what it began with. It is whole: of a function that is half typed a server
    // goes on showing what it last understood.
    for (const name of names) await this.lockMore(name);
    for (const name of names) server.write(name, server.text(name));
    for (const name of names) await server.save(name);
    await server.changedOnDisk(...names);
    await quiet();
    const { different, diagnostics } = await this.compare();
    await server.stop();
    return { atRest, memory: this.memory, different, diagnostics, stale: this.stale, log: server.log };
  }

  private start(files: Readonly<Record<string, string>>): Server {
    const hook = join(this.scratch, 'hook.cjs');
    writeFileSync(hook, HOOK);
    const before = process.env['NODE_OPTIONS'];
    process.env['NODE_OPTIONS'] = `${before ?? ''} --require ${hook}`;
    process.env['SOAK_MEMORY'] = join(this.scratch, 'memory.json');
    try {
      return new Server(files);
    } finally {
      if (before === undefined) delete process.env['NODE_OPTIONS'];
      else process.env['NODE_OPTIONS'] = before;
    }
  }

  /** Two versions of the tree, the first of them checked out. */
  private commits(): readonly string[] {
    const { server, names, options } = this;
    git(server.folder, 'init', '-q');
    writeFileSync(join(server.folder, '.gitignore'), '.cache\n');
    const commits = [0, 1].map((version) => {
      for (const name of names.slice(0, version * Math.ceil(names.length / 2))) {
        server.write(
          name,
          (options.files[name] ?? '').replaceAll(LAST_STATEMENT, `${LATE_LOCK}${LAST_STATEMENT}`),
        );
      }
      git(server.folder, 'add', '-A');
      git(server.folder, 'commit', '-q', '-m', `version ${version}`);
      return git(server.folder, 'rev-parse', 'HEAD');
    });
    git(server.folder, 'checkout', '-q', '-f', commits[0] ?? '');
    return commits;
  }

  private async step(commits: readonly string[]): Promise<void> {
    const { server, names } = this;
    const kind = this.random();
    if (kind < 0.02) await this.rename(this.pick(names));
    else if (kind < 0.03) await this.remove(this.pick(Object.keys(this.options.others)));
    else if (kind < 0.04) {
      git(server.folder, 'checkout', '-q', '-f', this.pick(commits));
      await server.changedOnDisk(...names, ...Object.keys(this.options.others));
    } else if (kind < 0.08) await server.save(this.pick(names));
    else if (kind < 0.3 && this.typed.length > 0) await this.undo();
    else await this.write(this.pick(names), this.pick(SNIPPETS));
  }

  /** Types a text, a key at a time, at the beginning of some line. */
  private async write(name: string, text: string): Promise<void> {
    const before = this.server.text(name);
    const offset = before.indexOf('\n', Math.floor(this.random() * before.length)) + 1;
    for (const [index, key] of text.split('').entries()) await this.replace(name, offset + index, 0, key);
    this.typed.push({ name, offset, text });
  }

  /** A way out that keeps a lock. */
  private async lockMore(name: string): Promise<void> {
    const offset = this.server.text(name).indexOf(LAST_STATEMENT);
    if (offset >= 0) await this.replace(name, offset, 0, LATE_LOCK);
  }

  private async undo(): Promise<void> {
    const { name, offset, text } = this.typed.pop()!;
    await this.replace(name, offset, text.length, '');
  }

  private async replace(name: string, offset: number, length: number, by: string): Promise<void> {
    const text = this.server.text(name);
    assert.ok(offset + length <= text.length);
    const range = { start: positionOf(text, offset), end: positionOf(text, offset + length) };
    await this.server.type(name, range, by);
    this.keys += 1;
    if (this.options.pause > 0) await delay(this.options.pause);
  }

  /** Closes a file, moves it on disk, and back again under its name. */
  private async rename(name: string): Promise<void> {
    const { server } = this;
    const text = server.text(name);
    await server.close(name);
    const other = name.replace(/\.c$/, '-moved.c');
    rmSync(join(server.folder, name), { force: true });
    server.write(other, text);
    await server.changedOnDisk(name, other);
    rmSync(join(server.folder, other));
    server.write(name, text);
    await server.changedOnDisk(name, other);
    this.versions.delete(name);
    await this.open(name, text);
  }

  private async open(name: string, text: string): Promise<void> {
    const answer = await Promise.race([
      this.server.open(name, text),
      delay(PATIENCE_MS, undefined, { ref: false }),
    ]);
    assert.ok(answer, `nothing is said of ${name}, which was opened`);
  }

  /** A file that others include goes, and comes back. */
  private async remove(name: string): Promise<void> {
    rmSync(join(this.server.folder, name), { force: true });
    await this.server.changedOnDisk(name);
    if (this.options.pause > 0) await delay(this.options.pause * 10);
    this.server.write(name, this.options.others[name] ?? '');
    await this.server.changedOnDisk(name);
  }

  private noteVersion(name: string, version: number): void {
    if (version < (this.versions.get(name) ?? 0)) this.stale += 1;
    this.versions.set(name, version);
  }

  private async measure(): Promise<Memory> {
    const path = join(this.scratch, 'memory.json');
    rmSync(path, { force: true });
    process.kill(this.server.pid, 'SIGUSR2');
    while (!existsSync(path)) await delay(50);
    return JSON.parse(readFileSync(path, 'utf8')) as Memory;
  }

  private async compare(): Promise<Pick<SoakResult, 'different' | 'diagnostics'>> {
    const { server, names } = this;
    const fresh = this.start({});
    const quiet = quietOf(fresh);
    await fresh.initializeOn(server.folder);
    for (const name of names) {
      await fresh.connection.sendNotification(DidOpenTextDocumentNotification.type, {
        textDocument: { uri: server.uri(name), languageId: 'c', version: 1, text: server.text(name) },
      });
    }
    await quiet();
    const different: string[] = [];
    let diagnostics = 0;
    for (const name of names) {
      const found = await fresh.diagnosticsOf(server.uri(name), () => true, 1);
      diagnostics += found.length;
      const [shown, expected] = [textOf(server.shown(name)), textOf(found)];
      if (shown !== expected) different.push(`${name}\nshown:\n${shown}\nexpected:\n${expected}`);
    }
    await fresh.stop();
    return { different, diagnostics };
  }

  private pick<T>(all: readonly T[]): T {
    return all[Math.floor(this.random() * all.length)]!;
  }
}

/** Waits until the server says that it is ready, has nothing more to say, and nothing to do that it does not tell of. */
function quietOf(server: Server): () => Promise<void> {
  const news: { state: StatusParams['state']; at: number } = { state: 'indexing', at: performance.now() };
  server.connection.onNotification(STATUS, ({ state }: StatusParams) => {
    news.state = state;
    news.at = performance.now();
  });
  return async () => {
    news.at = performance.now();
    let busyMs = busyMsOf(server.pid);
    while (news.state !== 'ready' || performance.now() - news.at < QUIET_MS) {
      assert.ok(performance.now() - news.at < PATIENCE_MS, `the server is ${news.state} forever`);
      await delay(100);
      if (news.state !== 'ready' || performance.now() - news.at < QUIET_MS) continue;
      const before = busyMs;
      busyMs = busyMsOf(server.pid);
      if (busyMs - before > IDLE_MS) news.at = performance.now();
    }
  };
}

/** Processor time that a process has taken, as far as the system tells. */
function busyMsOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [, user = 0, system = 0] = /^.*\)(?: \S+){11} (\d+) (\d+)/su.exec(stat) ?? [];
    return (Number(user) + Number(system)) * TICK_MS;
  } catch {
    return 0;
  }
}

function textOf(diagnostics: readonly Diagnostic[]): string {
  const lines = diagnostics.map(
    ({ range: { start }, code, message }) =>
      `${start.line}:${start.character} ${String(code)} ${JSON.stringify(message)}`,
  );
  return lines.sort().join('\n');
}

function positionOf(text: string, offset: number): Position {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length - 1, character: offset - lineStart };
}

/** Numbers from 0 to 1, the same every time. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function git(folder: string, ...words: readonly string[]): string {
  const identity = ['user.name=Test', 'user.email=test@example.org', 'commit.gpgsign=false'];
  const run = spawnSync('git', [...identity.flatMap((one) => ['-c', one]), ...words], {
    cwd: folder,
    encoding: 'utf8',
  });
  assert.equal(run.status, 0, run.stderr);
  return run.stdout.trim();
}
