import assert from 'node:assert/strict';
import { filesUnder, read } from '../support/sources.js';

/** What a reader finds on every page, in this order. Pages may have further sections between and behind. */
const SECTIONS = [
  'Why it matters',
  'How to fix it',
  'What is found',
  'What it cannot see',
  'Known causes of false alarms',
  'Confidence',
];

describe('pages of rules', () => {
  for (const page of filesUnder('docs/rules')) {
    it(`${page} has the sections of all of them, in their order`, () => {
      const headings = [...read(page).matchAll(/^## (.*)$/gm)].map(([, title]) => title ?? '');
      assert.deepEqual(
        headings.filter((title) => SECTIONS.includes(title)),
        SECTIONS,
      );
    });
  }
});
