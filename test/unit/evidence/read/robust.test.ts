import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { parseEvidence } from '../../../../analysis/evidence/read/reader.js';
import { LIMITS } from '../../../../analysis/evidence/read/sink.js';
import type { SourceEvidence } from '../../../../analysis/evidence/read/types.js';
import { kinds, parse, sample, SAMPLES } from '../samples.js';
import { patience, runs } from '../../../support/runs.js';

const NAMES = Object.keys(SAMPLES);
const STAMP = /^\[\s*\d+\.\d+\] ?/;
const lines = (name: string): string[] => sample(name).split('\n');

/** Everything that a reading says, without where it says so. */
const content = ({ events, held, tasks }: SourceEvidence): unknown => ({
  events: events.map(({ kind, headline, task, locks, stack, facts, dependencies }) => ({
    kind,
    headline,
    task,
    locks,
    stack,
    facts,
    dependencies: dependencies.map(({ from, to }) => `${from} ${to}`),
  })),
  held: held.map(({ task, locks }) => ({ task, locks })),
  tasks: tasks.map(({ task, state, stack }) => ({ task, state, stack })),
});

const PREFIXES: readonly ((text: string, at: number) => string)[] = [
  (text, at) => `[${String(at).padStart(5)}.123456] ${text}`,
  (text, at) => `[${String(at).padStart(5)}.123456][  T512] ${text}`,
  (text, at) => `<4>[${String(at).padStart(5)}.123456] ${text}`,
  (text, at) => `Nov 20 07:08:${String(at % 60).padStart(2, '0')} myhost kernel: [${at}.000001] ${text}`,
  (text) => `Nov  2 07:08:59 my.host kernel: ${text}`,
  (text) => `2026-11-20T07:08:59.123456+00:00 host kernel: ${text}`,
  (text) => `2026-11-20T07:08:59,123456+01:00 ${text}`,
  (text) => `[Fri Nov 20 07:08:59 2026] ${text}`,
  (text, at) => `kern  :warn  : [${String(at).padStart(5)}.123456] ${text}`,
  (text, at) => `4,${at},5140900,-;${text}`,
  (text, at) => `4,${at},5140900,-,caller=T44;${text}`,
  (text, at) => `2026-11-20T07:08:59.1234567Z [${String(at).padStart(5)}.123456] ${text}`,
  (text, at) => `> [${String(at).padStart(5)}.123456] ${text}`,
  (text) => text,
];

describe('reading damaged and mixed logs', function () {
  this.timeout(patience());

  for (const name of NAMES) {
    it(`${name}, cut after every line, adds nothing to what precedes the cut`, () => {
      const all = lines(name);
      const whole = parse(all.join('\n')).events.map(({ line, kind }) => `${line} ${kind}`);
      for (let end = 0; end <= all.length; end++) {
        const cut = parse(all.slice(0, end).join('\n')).events.map(({ line, kind }) => `${line} ${kind}`);
        assert.deepEqual(cut, whole.slice(0, cut.length));
      }
    });
  }

  it('does not depend on chunk boundaries', () => {
    fc.assert(
      fc.property(fc.constantFrom(...NAMES), fc.array(fc.nat(4000), { maxLength: 40 }), (name, cuts) => {
        const text = sample(name);
        const ends = [...new Set([0, ...cuts.map((cut) => cut % text.length), text.length])].sort(
          (a, b) => a - b,
        );
        const chunks = ends.slice(1).map((end, at) => text.slice(ends[at], end));
        assert.deepEqual(parseEvidence('log', chunks), parse(text));
      }),
      { numRuns: runs(60) },
    );
  });

  it('does not depend on logger prefixes', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...NAMES),
        fc.constantFrom(...PREFIXES),
        fc.boolean(),
        (name, prefix, crlf) => {
          const bare = lines(name).map((line) => line.replace(STAMP, ''));
          const text = bare.map(prefix).join(crlf ? '\r\n' : '\n');
          assert.deepEqual(content(parse(text)), content(parse(sample(name))));
        },
      ),
      { numRuns: runs(150) },
    );
  });

  it('separates two threads by the column that names them', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...NAMES),
        fc.constantFrom(...NAMES),
        fc.array(fc.boolean(), { minLength: 50, maxLength: 400 }),
        (one, other, turns) => {
          const mark = (caller: string) => (line: string) =>
            `[    1.000000][${caller.padStart(6)}] ${line.replace(STAMP, '')}`;
          const left = lines(one).map(mark('T7'));
          const right = lines(other).map(mark('C1'));
          const mixed: string[] = [];
          for (let at = 0; left.length + right.length > 0; at++) {
            const from =
              (turns[at % turns.length] === true && left.length > 0) || right.length === 0 ? left : right;
            mixed.push(from.shift() ?? '');
          }
          const both = [...kinds(parse(sample(one))), ...kinds(parse(sample(other)))];
          const mixture = parse(mixed.join('\n'));
          assert.deepEqual(kinds(mixture).sort(), both.sort());
          assert.ok(mixture.events.every(({ isCut }) => !isCut));
        },
      ),
      { numRuns: runs(80) },
    );
  });

  it('skips foreign lines in the middle of a report', () => {
    fc.assert(
      fc.property(fc.constantFrom(...NAMES), fc.array(fc.nat(1000), { maxLength: 30 }), (name, places) => {
        const all = lines(name);
        for (const place of places) {
          all.splice(
            place % all.length,
            0,
            `[    2.5] usb 1-1.${place}: new high-speed USB device number ${place}`,
          );
        }
        const mixed = content(parse(all.join('\n'))) as { events: unknown };
        const plain = content(parse(sample(name))) as { events: unknown };
        assert.deepEqual(mixed.events, plain.events);
      }),
      { numRuns: runs(80) },
    );
  });

  it('removes NULs and counts binary lines', () => {
    const text = lines('drop_relock')
      .map((line) => `\0\0${line}\0`)
      .join('\n');
    assert.deepEqual(kinds(parse(text)), ['circular']);
    const noise = parse('\u0001\u0002\u0003\0\n'.repeat(5));
    assert.deepEqual([...noise.skipped], [['binary', 5]]);
  });

  it('never fails, and counts every line', () => {
    const word = fc.oneof(
      fc.string(),
      fc.constantFrom(
        'WARNING: possible circular locking dependency detected',
        '-> #1 (a){+.+.}-{3:3}:',
        'all lock classes:',
        'lock_stat version 0.4',
        ' #0: ffffffff81abe580 (a){+.+.}-{3:3}, at: f+0x1/0x2',
        '2 locks held by a/b c/12:',
        'BUG: sleeping function called from invalid context at a.c:1',
        'INFO: task a:1 blocked for more than 5 seconds.',
        'task:a state:D stack:0 pid:1 ppid:2 flags:0x0',
        ' f+0x1/0x2 [m]',
        '#0  f () at a.c:1',
        'PID: 1 TASK: ffff CPU: 0 COMMAND: "a"',
        'CONFIG_PROVE_LOCKING=y',
        '           CPU0       CPU1',
        '  PID S WCHAN COMMAND',
        ' </TASK>',
        '',
      ),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 60 }), (words) => {
        const text = words.map((each) => each.replaceAll(/[\n\r]/g, ' ')).join('\n');
        const read = parse(text);
        let skipped = 0;
        for (const count of read.skipped.values()) skipped += count;
        assert.equal(read.lines, text === '' ? 0 : text.split('\n').length - (text.endsWith('\n') ? 1 : 0));
        assert.ok(skipped <= read.lines);
      }),
      { numRuns: runs(300) },
    );
  });

  it('keeps ten thousand reports, and counts those above its limit', () => {
    const report = sample('spin_self').split('\n').slice(12, 60).join('\n');
    const many = parseEvidence(
      'log',
      Array.from({ length: 10_000 }, () => `${report}\n`),
    );
    assert.equal(many.events.length, 10_000);
    assert.equal(many.skipped.get('too-many') ?? 0, 0);
    const short = 'WARNING: CPU: 0 PID: 1 at a.c:1 f+0x1/0x2\n';
    const most = parseEvidence(
      'log',
      Array.from({ length: LIMITS.events + 5 }, () => short),
    );
    assert.equal(most.events.length, LIMITS.events);
    assert.equal(most.skipped.get('too-many'), 5);
  });

  it('counts megabytes of unrelated lines as such', () => {
    const line = '[   12.345678] e1000e 0000:00:1f.6 eth0: NIC Link is Up 1000 Mbps Full Duplex\n';
    const read = parseEvidence(
      'log',
      Array.from({ length: 20 }, () => line.repeat(1000)),
    );
    assert.deepEqual([...read.skipped], [['unrelated', 20_000]]);
    assert.equal(read.events.length, 0);
    const long = parseEvidence('log', [`${'x'.repeat(100_000)}\n`, 'y'.repeat(100_000)]);
    assert.deepEqual([...long.skipped], [['too-long', 2]]);
  });
});
