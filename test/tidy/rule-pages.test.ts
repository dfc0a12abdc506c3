import assert from 'node:assert/strict';
import { analyse } from '../support/analyse.js';
import { filesUnder, read, sourcesUnder } from '../support/sources.js';

/** What a reader finds on every page, in this order. Pages may have further sections between and behind. */
const SECTIONS = [
  'Why it matters',
  'How to fix it',
  'What is found',
  'What it cannot see',
  'Known causes of false alarms',
  'Confidence',
];

/** Rules whose example has low confidence: an order in a comment that no function follows may be out of date. */
const UNCERTAIN: ReadonlySet<string> = new Set(['declared-order']);

/** The first example of a page; an ellipsis stands for code that does not matter. */
function example(page: string): string {
  const [, text] = /^```c\n([^]*?)^```/m.exec(read(page)) ?? [];
  assert.ok(text !== undefined, page);
  return text.replaceAll('…', '');
}

/** Rule and confidence of everything found in these texts. */
async function found(texts: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const { snapshot } = await analyse(new Map(Object.entries(texts)));
  return snapshot.findings.map(({ rule, confidence }) => `${confidence} ${rule}`);
}

describe('pages of repairs', () => {
  for (const page of filesUnder('docs/repairs')) {
    const rule = page.replace(/^.*\/|\.md$/g, '');

    it(`${page} is where the page of its rule leads to`, () => {
      assert.match(read(`docs/rules/${rule}.md`), new RegExp(`\\]\\(\\.\\./repairs/${rule}\\.md\\)`));
    });

    it(`${page} has headings that are kinds of repairs`, () => {
      const code = sourcesUnder('analysis/fixes').map(read).join('\n');
      const kinds = [...read(page).matchAll(/^### (.*)$/gm)].flatMap(([, heading = '']) =>
        [...heading.matchAll(/`([^`]+)`/g)].map(([, kind = '']) => kind),
      );
      assert.ok(kinds.length > 0);
      assert.deepEqual(
        kinds.filter((kind) => !code.includes(`'${kind}'`)),
        [],
      );
    });
  }
});

describe('pages of rules and repairs', () => {
  it('name every kind of repair that has a record', () => {
    const kinds = [...read('analysis/fixes/proven.ts').matchAll(/^ {2}\['([\w-]+)'/gm)].map(
      ([, kind]) => kind ?? '',
    );
    const pages = [...filesUnder('docs/rules'), ...filesUnder('docs/repairs')].map(read).join('\n');
    assert.ok(kinds.length > 30, String(kinds.length));
    assert.deepEqual(
      kinds.filter((kind) => !pages.includes(`\`${kind}\``)),
      [],
    );
  });
});

describe('pages of rules', () => {
  for (const page of filesUnder('docs/rules')) {
    it(`${page} has the common sections, in their order`, () => {
      const headings = [...read(page).matchAll(/^## (.*)$/gm)].map(([, title]) => title ?? '');
      assert.deepEqual(
        headings.filter((title) => SECTIONS.includes(title)),
        SECTIONS,
      );
    });

    it(`${page} begins with a bug that its rule reports, and no other rule`, async () => {
      const rule = page.replace(/^.*\/|\.md$/g, '');
      const confidence = UNCERTAIN.has(rule) ? 'low' : 'high';
      assert.deepEqual(await found({ 'example.c': example(page) }), [`${confidence} ${rule}`]);
    });
  }

  it('the declared order in the example has high confidence with the `.lockorder` file of the page', async () => {
    const page = 'docs/rules/declared-order.md';
    const [, line] = /With the line `([^`]+)`/.exec(read(page)) ?? [];
    assert.ok(line !== undefined);
    assert.deepEqual(await found({ 'example.c': example(page), '.lockorder': `${line}\n` }), [
      'high declared-order',
    ]);
  });
});
