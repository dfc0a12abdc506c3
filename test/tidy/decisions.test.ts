import assert from 'node:assert/strict';
import { filesUnder, read } from '../support/sources.js';

/** What a page has, in bold at the start of a paragraph. */
const PARTS = ['Context', 'Decision', 'Consequences'];
/** A page is read in a few minutes, or not at all. */
const MOST_LINES = 100;
/** Pages that are still in another form; the list may only become shorter. */
const LEFT: ReadonlySet<string> = new Set([
  'docs/decisions/packed-logs.md',
  'docs/decisions/repairs-of-sections.md',
  'docs/decisions/verified-fixes.md',
]);

describe('decisions', () => {
  const pages = filesUnder('docs/decisions').filter((page) => !page.endsWith('/README.md'));

  it('are pages of context, decision and consequences', () => {
    const wrong = pages.filter((page) => {
      const text = read(page);
      return !LEFT.has(page) && !PARTS.every((part) => text.includes(`\n**${part}.**`));
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
