import assert from 'node:assert/strict';
import { filesUnder, read } from '../support/sources.js';

/** What a page has, each once and in this order, in bold at the start of a paragraph; `Rejected` may stand between. */
const PARTS = ['Context', 'Decision', 'Consequences'];
/** A page is read in a few minutes, or not at all. */
const MOST_LINES = 45;

describe('decisions', () => {
  const pages = filesUnder('docs/decisions').filter((page) => !page.endsWith('/README.md'));

  it('are pages of context, decision and consequences', () => {
    const wrong = pages.filter((page) => {
      const text = read(page);
      const parts = [...text.matchAll(/^\*\*(\w+)\.\*\*/gm)].map(([, part = '']) => part);
      const needed = parts.filter((part) => part !== 'Rejected');
      return needed.join() !== PARTS.join() || parts.length > PARTS.length + 1;
    });
    assert.deepEqual(wrong, []);
  });

  it('fit on a page', () => {
    const long = pages.filter((page) => read(page).split('\n').length > MOST_LINES);
    assert.deepEqual(long, []);
  });

  it('are all listed', () => {
    const list = read('docs/decisions/README.md');
    assert.deepEqual(
      pages.filter((page) => !list.includes(`(${page.slice('docs/decisions/'.length)})`)),
      [],
    );
  });
});
