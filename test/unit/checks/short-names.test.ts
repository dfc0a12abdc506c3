import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { withShortNames } from '../../../analysis/checks/story/short-names.js';
import type { Finding } from '../../../analysis/checks/types.js';

function finding(message: string, locks: readonly string[] = []): Finding {
  const span = { line: 3, column: 1, endLine: 3, endColumn: 9 };
  return {
    id: '1',
    rule: 'sleep-in-atomic',
    severity: 'error',
    confidence: 'high',
    message,
    at: { file: 'drivers/net/a.c', ...span, function: 'f' },
    locks,
    story: [{ path: 0, file: 'drivers/net/a.c', ...span, function: 'f', text: message, held: locks }],
    assumes: [{ reason: 'held', text: message }],
    witnesses: [],
    evidence: [],
    fixes: [],
  };
}

/** A program without functions. */
const NOTHING = { outline: () => undefined, functionAt: () => undefined, skeleton: () => undefined };

describe('names of static locks in sentences', () => {
  for (const [title, message, expected, ...locks] of [
    ['are without their file', 'holding drivers/net/a.c:npe_lock', 'holding npe_lock'],
    ['are without the function they are declared in', 'holding a.c:f:lock, twice', 'holding lock, twice'],
    ['keep the members', 'holding drivers/net/a.c:dev.lock', 'holding dev.lock'],
    [
      'keep the file where two have one name',
      'takes a.c:lock while holding sub/b.c:lock',
      'takes a.c:lock while holding sub/b.c:lock',
    ],
    [
      'keep the file where another lock of the finding has that name',
      'holding a.c:lock',
      'holding a.c:lock',
      'b.c:lock',
    ],
    ['are guards as the source writes them', 'calls guard:mutex(), twice', 'calls guard(mutex), twice'],
    ['are conditional guards, too', 'calls cond_guard:mutex_intr() here', 'calls guard(mutex_intr) here'],
    ['are classes of __free()', 'frees it with free:kfree()', 'frees it with __free(kfree)'],
    ['are no places in the source', 'as at drivers/net/a.c:12', 'as at drivers/net/a.c:12'],
    ['are no functions', 'called by a.c:start()', 'called by a.c:start()'],
  ] as const) {
    it(title, () => {
      const short = withShortNames(finding(message, locks), NOTHING);
      assert.equal(short.message, expected);
      assert.equal(short.story[0]?.text, expected);
      assert.equal(short.assumes[0]?.text, expected);
      assert.deepEqual(short.locks, locks);
    });
  }
});
