import assert from 'node:assert/strict';
import { CHECKS } from '../../analysis/checks/index.js';
import { parseFixture } from '../support/fixture.js';
import { filesUnder, read } from '../support/sources.js';

/** The first comment, which only `#` lines may precede. */
const FIRST_COMMENT = /^(?:#.*\n|\s)*(?:((?:\/\/.*\n\s*)+)|\/\*([^]*?)\*\/)/;
const FEWEST_WORDS = 4;
const KNOWN = ['missed', 'false'] as const;

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

describe('fixtures of a rule', () => {
  it('show a miss and a false alarm, as its page names limits and known causes', () => {
    const found = new Map<string, Set<string | undefined>>(CHECKS.map(({ id }) => [id, new Set()]));
    for (const path of filesUnder('test/fixtures').filter((name) => name.endsWith('.c'))) {
      const [, , rule = '', name = ''] = path.split('/');
      for (const { known } of parseFixture(read(path), name).expectations) found.get(rule)?.add(known);
    }
    const lacking = [...found].flatMap(([rule, labels]) =>
      KNOWN.filter((label) => !labels.has(label)).map((label) => `${rule}: ${label}`),
    );
    assert.deepEqual(lacking, []);
  });
});
