import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { filesUnder, read } from '../support/sources.js';
import { ROOT } from '../support/root.js';

/** Links of a page to files, without anchors; those in code are none. */
function linksOf(page: string): string[] {
  const prose = read(page)
    .replace(/^```[^]*?^```/gm, '')
    .replace(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target.replace(/#.*$/, ''))
    .filter((target) => target !== '' && !/^[a-z]+:/.test(target));
}

describe('links between pages', () => {
  it('lead to files that are there', () => {
    const broken = filesUnder('')
      .filter((file) => file.endsWith('.md') && !file.startsWith('test/fixtures/'))
      .flatMap((page) =>
        linksOf(page)
          .filter((target) => !existsSync(join(ROOT, dirname(page), target)))
          .map((target) => `${page}: ${target}`),
      );
    assert.deepEqual(broken, []);
  });
});
