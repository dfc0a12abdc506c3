import assert from 'node:assert/strict';
import { pieces, read, sourcesUnder } from '../support/sources.js';

/**
 * Tests that use a timer, and why none of them hides a race. A test that needs a state polls for it up to a deadline or
 * waits for a message; it never sleeps and hopes.
 */
const TIMERS: Readonly<Record<string, string>> = {
  'test/e2e/support/server.ts': 'polls until the server answers, up to a deadline',
  'test/e2e/support/session.ts': 'polls the page until a state is there, up to a deadline',
  'test/lsp/protocol/large-tree.test.ts': 'polls the status up to a deadline',
  'test/lsp/support/clock.ts': 'ends timers when a test asks for it',
  'test/lsp/support/slow-machine.ts': 'makes timers late on purpose',
  'test/lsp/support/soak.ts': 'types at a fixed pace; runs on request only',
  'test/unit/cli/ended.test.ts': 'polls until a process has ended',
  'test/unit/host/threads/batches.test.ts': 'stands for a slow disk',
  'test/unit/host/files/reader.test.ts': 'stands for a slow disk',
  'test/unit/reliability/cache-under-fire.test.ts': 'kills at many moments; every outcome must be right',
  'test/unit/reliability/killed-worker.test.ts': 'kills at many moments; every outcome must be right',
  'test/unit/server/programs/first-look.test.ts': 'replaces the clock',
  'test/unit/server/programs/giving-back.test.ts': 'polls up to a deadline',
};

const USES_TIMER = /\bsetTimeout\b/;
const RETRIES = /\bretries\b|--retries\b/;

describe('tests', () => {
  const files = sourcesUnder('test').filter((file) => !file.startsWith('test/tidy/'));
  const withPieces = (wanted: RegExp): string[] =>
    files.filter((file) =>
      pieces(read(file)).some(({ kind, text }) => kind !== 'comment' && wanted.test(text)),
    );

  it('use a timer only where it hides no race', () => {
    assert.deepEqual(withPieces(USES_TIMER).sort(), Object.keys(TIMERS).sort());
  });

  it('are not retried', () => {
    assert.deepEqual(withPieces(RETRIES), []);
  });
});
