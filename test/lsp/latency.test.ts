import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { after, before, describe, it } from 'mocha';
import { isOwn } from './server.js';
import { sharedServer } from './shared.js';
import { bigDriver } from './texts.js';

const EDITS = 200;
/** Most CPU time the server may take for an edit of a 60 kB file on average, in milliseconds: several times what it takes. */
const MOST_CPU_MS = 100;
/** The same for a hover and a code action, reading and writing of messages included. */
const MOST_HOVER_CPU_MS = 10;
/**
 * Of the CPU time that an edit takes which changes what a function does, what one may take that changes nothing. Where the
 * whole program is one file, compiling its text is most of both: seven tenths, and all of it where both are analysed.
 */
const MOST_SHARE = 0.85;
/**
 * The same for one that only moves things: both texts are compared, which saves little where the whole program is this
 * one file, and more the more files there are.
 */
const MOST_LINE_SHARE = 1.5;
const TICKS_PER_SECOND = 100;

describe('latency', () => {
  const server = sharedServer();

  describe('in a 60 kB file', () => {
    before(async () => {
      await server().open('big.c', bigDriver(60));
    });

    after(() => server().close('big.c'));

    it(`of ${EDITS} edits stays in its budget of CPU time`, async function () {
      this.timeout(120_000);
      const times: number[] = [];
      const cpuBefore = cpuMs(server().pid);
      for (let edit = 0; edit < EDITS; edit += 1) {
        const [what, by] =
          edit % 2 === 0 ? ['big_count += value;', 'big_count += value ;'] : ['value ;', 'value;'];
        const start = performance.now();
        const found = await server().edit('big.c', what, by);
        times.push(performance.now() - start);
        assert.equal(found.filter(isOwn).length, 1);
      }
      const cpu = (cpuMs(server().pid) - cpuBefore) / EDITS;
      times.sort((a, b) => a - b);
      const share = (part: number): string => (times[Math.floor(part * EDITS)] ?? 0).toFixed(1);
      console.log(
        `      edit → diagnostics: p50 ${share(0.5)} ms, p95 ${share(0.95)} ms, CPU ${cpu.toFixed(1)} ms each`,
      );
      assert.ok(cpu < MOST_CPU_MS, `${cpu} ms of CPU time an edit`);
    });

    it('of keys that mean nothing, and of lines that move, is a part of that of edits with a meaning', async function () {
      this.timeout(240_000);
      const [meaning, comment, line] = [' msleep(1);', ' /* rest */', '\n'] as const;
      const behind = 'mutex_lock(&big_inner);';
      const spent = new Map<string, number>();
      // In turns, so that the machine is the same to all.
      for (let edit = 0; edit < EDITS; edit += 1) {
        for (const what of [meaning, comment, line]) {
          const cpuBefore = preciseCpuMs(server().pid);
          await server().edit('big.c', behind, behind + what);
          await server().edit('big.c', behind + what, behind);
          spent.set(what, (spent.get(what) ?? 0) + preciseCpuMs(server().pid) - cpuBefore);
        }
      }
      const each = (what: string): number => (spent.get(what) ?? 0) / EDITS / 2;
      console.log(
        `      with a meaning: CPU ${each(meaning).toFixed(1)} ms each, without: ${each(comment).toFixed(1)} ms, lines: ${each(line).toFixed(1)} ms`,
      );
      // Where the system does not tell.
      if (each(meaning) === 0) this.skip();
      assert.ok(each(comment) < MOST_SHARE * each(meaning), `${each(comment)} ms for a comment`);
      assert.ok(each(line) < MOST_LINE_SHARE * each(meaning), `${each(line)} ms for a line`);
    });

    it(`of ${EDITS} hovers and code actions stays in its budget of CPU time`, async function () {
      this.timeout(60_000);
      const [found] = await server().settled('big.c');
      assert.ok(found);
      const hover = await measured(server().pid, () => server().hover('big.c', 'big_inner);\n\tbig_count'));
      const action = await measured(server().pid, () => server().codeActions('big.c', found));
      console.log(`      hover: ${hover.text}\n      code action: ${action.text}`);
      assert.ok(hover.cpu < MOST_HOVER_CPU_MS, `${hover.cpu} ms of CPU time a hover`);
      assert.ok(action.cpu < MOST_HOVER_CPU_MS, `${action.cpu} ms of CPU time a code action`);
    });
  });
});

/** Runs a request many times: CPU time of the server for each in milliseconds, and all figures as text. */
async function measured(
  pid: number,
  request: () => Promise<unknown>,
): Promise<{ readonly cpu: number; readonly text: string }> {
  const times: number[] = [];
  const before = cpuMs(pid);
  for (let round = 0; round < EDITS; round += 1) {
    const start = performance.now();
    await request();
    times.push(performance.now() - start);
  }
  const cpu = (cpuMs(pid) - before) / EDITS;
  times.sort((a, b) => a - b);
  const share = (part: number): string => (times[Math.floor(part * EDITS)] ?? 0).toFixed(1);
  return { cpu, text: `p50 ${share(0.5)} ms, p95 ${share(0.95)} ms, CPU ${cpu.toFixed(1)} ms each` };
}

/** CPU time of a process with all its threads; 0 where the system does not tell. */
function cpuMs(pid: number): number {
  const path = `/proc/${pid}/stat`;
  if (!existsSync(path)) return 0;
  // Fields 14 and 15, counted behind the name, which may contain blanks.
  const fields = readFileSync(path, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_SECOND;
}

/** The same to the nanosecond, of the threads that are there. */
function preciseCpuMs(pid: number): number {
  const tasks = `/proc/${pid}/task`;
  if (!existsSync(tasks)) return 0;
  const nanoseconds = readdirSync(tasks).map((task) => {
    const path = `${tasks}/${task}/schedstat`;
    return existsSync(path) ? Number(readFileSync(path, 'utf8').split(' ')[0]) : 0;
  });
  return nanoseconds.reduce((sum, each) => sum + each, 0) / 1e6;
}
