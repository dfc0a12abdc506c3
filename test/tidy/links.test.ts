import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { filesUnder, pieces, read, sourcesUnder } from '../support/sources.js';
import { ROOT } from '../support/root.js';

/** The text of a page without listings. */
const prose = (page: string): string => read(page).replace(/^```[^]*?^```/gm, '');

/** Links of a page within the repository: a file, `''` for the page itself, and a heading; those in code are none. */
function linksOf(page: string): (readonly [file: string, heading: string])[] {
  return [
    ...prose(page)
      .replace(/`[^`\n]*`/g, '')
      .matchAll(/\]\(([^)\s]+)\)/g),
  ]
    .filter(([, target = '']) => !/^[a-z]+:/.test(target))
    .map(([, target = '']) => [target.replace(/#.*$/, ''), /#(.*)$/.exec(target)?.[1] ?? '']);
}

/** The headings of a page, as links name them. */
function headingsOf(page: string): string[] {
  return [...prose(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** A path of this repository in running text: from a top folder to a file, or to a folder with a slash at its end. */
const OWN_PATH =
  /(?<![\w./-])((?:analysis|bench|cli|client|docs|host|protocol|release|schemas|server|test)\/(?:[\w.-]+\/)*(?:[\w-][\w.-]*\.(?:ts|mjs|jsonl?|md|c|sh|png)\b|(?<=\/)(?=[`\s)])))/g;
/** The rule that a page adds as its example, and placeholders. */
const INVENTED = /futile-try|\bID\b|\bNAME\b/;
/** Pages that were right when they were written. */
const HISTORY = /^CHANGELOG\.md$|^bench\/(?:reports|truth)\/|^test\/(?:fixtures|verdicts)\//;

describe('links between pages', () => {
  it('lead to existing files and headings', () => {
    const broken = filesUnder('')
      .filter((file) => file.endsWith('.md') && !file.startsWith('test/fixtures/'))
      .flatMap((page) =>
        linksOf(page)
          .filter(([file, heading]) => {
            const target = file === '' ? page : join(dirname(page), file);
            if (!existsSync(join(ROOT, target))) return true;
            return heading !== '' && target.endsWith('.md') && !headingsOf(target).includes(heading);
          })
          .map(([file, heading]) => `${page}: ${file}#${heading}`),
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
