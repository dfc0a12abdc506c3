import assert from 'node:assert/strict';
import { filesUnder, read } from '../support/sources.js';

/** Pages that describe the code. */
const PAGES = [
  'CONTRIBUTING.md',
  'docs/architecture.md',
  'docs/caches.md',
  'docs/models.md',
  ...filesUnder('docs/decisions'),
];
/** What builds make, users write or other trees have. */
const ELSEWHERE =
  /^(?:out|dist|dist\/web|dist\/webview|tools|samples|scripts|usr|include|asm)\/$|^lockorder\.json$/;
/** Placeholders for the name of a rule. */
const PLACEHOLDER = /\bID\b|\bNAME\b/;
const FILE = /^[\w.-]+(?:\/[\w.-]+)*\.(?:ts|mjs|json|sh|py|lua|el)$/;
const FOLDER = /^[\w-]+(?:\/[\w-]+)*\/$/;
/** `LockGraph`, `Stage.applyOpen`, `joinEvidence(sources, models)`; lower case only with parentheses, as C has it too. */
const SYMBOL = /^(?:[A-Z]\w*[a-z]\w*)(?:\.\w+)?$|^[a-z]+[A-Z]\w*\(/;

interface Mention {
  readonly page: string;
  readonly text: string;
  /** The folder that the heading above names; `''` if it names none. */
  readonly section: string;
}

/** The words in code type of a page, outside of listings. */
function mentions(page: string): readonly Mention[] {
  let section = '';
  return read(page)
    .replace(/^```[^]*?^```/gm, '')
    .split('\n')
    .flatMap((line) => {
      const heading = /^#+ (.*)$/.exec(line)?.[1];
      if (heading !== undefined) section = FOLDER.test(heading) ? heading : '';
      return [...line.matchAll(/`([^`]+)`/g)].map(([, text = '']) => ({ page, text, section }));
    });
}

const files = filesUnder('');
const folders = [
  ...new Set(
    files.flatMap((file) => {
      const parts = file.split('/').slice(0, -1);
      return parts.map((_, i) => `${parts.slice(0, i + 1).join('/')}/`);
    }),
  ),
];

/** Whether a path of a page exists: from the top, from a layer of analysis/, or by its end in the section's folder. */
function exists({ text, section }: Mention): boolean {
  const paths = text.endsWith('/') ? folders : files;
  return paths.some(
    (path) =>
      path === text || path === `analysis/${text}` || (path.startsWith(section) && path.endsWith(`/${text}`)),
  );
}

describe('pages about the code', () => {
  const all = PAGES.flatMap(mentions).filter(({ text }) => !ELSEWHERE.test(text) && !PLACEHOLDER.test(text));
  const told = ({ page, section, text }: Mention): string => `${page}: ${text}${section && ` in ${section}`}`;

  it('name files and folders that exist, in the folder that their heading names', () => {
    const paths = all.filter(({ text }) => FILE.test(text) || FOLDER.test(text));
    assert.ok(paths.length > 100, String(paths.length));
    assert.deepEqual(paths.filter((path) => !exists(path)).map(told), []);
  });

  it('name classes, functions and members that are declared', () => {
    const sources = files.filter((file) => file.endsWith('.ts')).map(read);
    const isDeclared = (name: string): boolean => {
      const declaration = new RegExp(
        `\\b(?:class|interface|type|enum|const|function\\*?) ${name}\\b|^  (?:(?:private|protected|async|static|readonly|get) )*\\*?${name}[?]?[(:]`,
        'm',
      );
      return sources.some((source) => declaration.test(source));
    };
    const symbols = all.filter(({ text }) => SYMBOL.test(text) && !FILE.test(text));
    assert.ok(symbols.length > 30, String(symbols.length));
    const missing = symbols.filter(({ text }) => {
      const names = text.replace(/\(.*/, '').split('.');
      return !names.every(isDeclared);
    });
    assert.deepEqual(missing.map(told), []);
  });

  it('list every file of records', () => {
    const page = read('docs/models.md');
    const records = files.filter((file) => /^analysis\/models\/data\/[\w-]+\.json$/.test(file));
    assert.ok(records.length > 20, String(records.length));
    assert.deepEqual(
      records.filter((file) => !page.includes(`\`${file.split('/').at(-1)}\``)),
      [],
    );
  });
});
