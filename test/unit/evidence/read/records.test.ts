import assert from 'node:assert/strict';
import { locks, parse, sample } from '../samples.js';

const LINES = sample('drop_relock')
  .split('\n')
  .map((line) => line.replace(/^\[\s*\d+\.\d+\] ?/, ''));
const PLAIN = parse(LINES.join('\n'));

/** How programs keep the lines of a log in records. */
const RECORDS: Readonly<Record<string, (lines: readonly string[]) => string>> = {
  'journalctl -o json': (lines) =>
    lines
      .map((line, at) =>
        JSON.stringify({ PRIORITY: '4', __CURSOR: `s=${at}`, _TRANSPORT: 'kernel', MESSAGE: line }),
      )
      .join('\n'),
  'journalctl -o json with bytes': (lines) =>
    lines
      .map((line) => JSON.stringify({ MESSAGE: [...Buffer.from(line)], SYSLOG_IDENTIFIER: 'kernel' }))
      .join('\n'),
  'journalctl -o json-pretty': (lines) =>
    lines
      .map((line) => JSON.stringify({ PRIORITY: '4', MESSAGE: line, _HOSTNAME: 'h' }, undefined, '\t'))
      .join('\n'),
  'journalctl -o export': (lines) =>
    lines.map((line) => `__CURSOR=s=1\n_TRANSPORT=kernel\nPRIORITY=4\nMESSAGE=${line}\n`).join('\n'),
  'dmesg --json': (lines) =>
    `{\n   "dmesg": [\n      {\n${lines
      .map(
        (line, at) =>
          `         "pri": 4,\n         "time":     ${at}.000001,\n         "msg": ${JSON.stringify(line)}\n`,
      )
      .join('      },{\n')}      }\n   ]\n}\n`,
  'a container runtime': (lines) =>
    lines
      .map((line) => JSON.stringify({ log: `${line}\n`, stream: 'stdout', time: '2026-11-20T07:08:59Z' }))
      .join('\n'),
  'comma-separated values': (lines) =>
    lines
      .map(
        (line, at) =>
          `"2026-11-20 07:08:59","somehost","kernel","[   12.${100000 + at}] ${line.replaceAll('"', '""')}"`,
      )
      .join('\n'),
};

describe('logs in records of other programs', () => {
  for (const [name, pack] of Object.entries(RECORDS)) {
    it(name, () => {
      const read = parse(pack(LINES));
      assert.deepEqual(
        read.events.map(({ kind }) => kind),
        ['circular'],
      );
      assert.deepEqual(locks(read), locks(PLAIN));
      assert.ok(read.inputs.has('kernel-log'));
    });
  }
});
