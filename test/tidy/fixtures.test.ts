import assert from 'node:assert/strict';
import { parseFixture } from '../support/fixture.js';
import { filesUnder, read } from '../support/sources.js';

/** The first comment, which only `#` lines may precede. */
const FIRST_COMMENT = /^(?:#.*\n|\s)*(?:((?:\/\/.*\n\s*)+)|\/\*([^]*?)\*\/)/;
const FEWEST_WORDS = 4;

function reason(text: string): string {
  const [, line, block] = FIRST_COMMENT.exec(text) ?? [];
  return line ?? block ?? '';
}

describe('fixtures without findings', () => {
  it('begin with the reason why that is right', () => {
    const silent: string[] = [];
    for (const path of filesUnder('test/fixtures').filter((name) => name.endsWith('.c'))) {
      const { expectations, files } = parseFixture(read(path), path.split('/').at(-1) ?? '');
      const source = files.find(({ name }) => /\.[ch]$/.test(name));
      const words = reason(source?.text ?? '').match(/\w+/g)?.length ?? 0;
      if (expectations.length === 0 && words < FEWEST_WORDS) silent.push(path);
    }
    assert.deepEqual(silent, []);
  });
});
