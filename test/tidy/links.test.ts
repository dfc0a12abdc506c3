import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { filesUnder, pieces, read, sourcesUnder } from '../support/sources.js';
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

/** A path of this repository in running text: from a top folder to a file, or to a folder with a slash at its end. */
const OWN_PATH =
  /(?<![\w./-])((?:analysis|bench|cli|client|docs|host|protocol|release|schemas|server|test)\/(?:[\w.-]+\/)*(?:[\w-][\w.-]*\.(?:ts|mjs|jsonl?|md|c|sh|png)\b|(?<=\/)(?=[`\s)])))/g;
/** The rule that a page adds as its example, and placeholders. */
const INVENTED = /futile-try|\bID\b|\bNAME\b/;
/** Pages that were right when they were written. */
const HISTORY = /^CHANGELOG\.md$|^bench\/(?:reports|truth)\/|^test\/(?:fixtures|verdicts)\//;

describe('links between pages', () => {
  it('lead to existing files', () => {
    const broken = filesUnder('')
      .filter((file) => file.endsWith('.md') && !file.startsWith('test/fixtures/'))
      .flatMap((page) =>
        linksOf(page)
          .filter((target) => !existsSync(join(ROOT, dirname(page), target)))
          .map((target) => `${page}: ${target}`),
      );
    assert.deepEqual(broken, []);
  });

  it('and comments name existing files and folders', () => {
    const wrong: string[] = [];
    for (const file of filesUnder('')) {
      const isPage = file.endsWith('.md') && !HISTORY.test(file);
      if (!isPage && !file.endsWith('.ts')) continue;
      const texts = isPage
        ? [read(file)]
        : pieces(read(file)).flatMap(({ kind, text }) => (kind === 'comment' ? [text] : []));
      for (const path of texts.flatMap((text) =>
        [...text.matchAll(OWN_PATH)].map(([, found = '']) => found),
      )) {
        if (!INVENTED.test(path) && !existsSync(join(ROOT, path))) wrong.push(`${file}: ${path}`);
      }
    }
    assert.deepEqual(wrong, []);
  });

  it('and the path of an edit names methods of the server that exist', () => {
    const [, path = ''] =
      /^From key to squiggle[^]*?\n\n([^]*?)\n\n/m.exec(read('docs/architecture.md')) ?? [];
    const sources = [...sourcesUnder('server'), ...sourcesUnder('analysis/workspace')];
    const named = [...path.matchAll(/`([A-Z]\w+)\.(\w+)`/g)].map(([name, owner = '', member = '']) => ({
      name,
      isThere: sources.some((file) => {
        const text = read(file);
        return (
          new RegExp(`^export (?:class|interface) ${owner}\\b`, 'm').test(text) &&
          new RegExp(`^  (?:(?:private|async) )*\\*?${member}\\(`, 'm').test(text)
        );
      }),
    }));
    assert.ok(named.length > 8, String(named.length));
    assert.deepEqual(
      named.filter(({ isThere }) => !isThere),
      [],
    );
  });
});
