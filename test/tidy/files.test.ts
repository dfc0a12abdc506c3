import assert from 'node:assert/strict';
import { CHECKS } from '../../analysis/checks/index.js';
import { filesUnder, pieces, read } from '../support/sources.js';

const PARTS = [
  'analysis',
  'host',
  'protocol',
  'server',
  'cli',
  'client',
  'test',
  'bench',
  'release',
  'examples',
  'schemas',
];
const SOURCE = /\.(?:ts|mjs|cjs)$/;
/** Lists that would not be easier to read in pieces. */
const TABLES: ReadonlySet<string> = new Set([
  'analysis/base/bounds.ts',
  'analysis/models/records/record.ts',
  'analysis/models/records/schema.ts',
]);
const LONGEST = 400;
const MOST_FILES = 15;
const TEXT = /\.(?:ts|mjs|cjs|js|json|md|yml|c|h)$|^\.ci\/|(?:^|\/)[A-Z][A-Za-z]+$/;

/** In pieces, since this file is looked at too. */
const LATER = [
  ['TO', 'DO'],
  ['FIX', 'ME'],
  ['XX', 'X'],
  ['HA', 'CK'],
].map((parts) => parts.join(''));

describe('files', () => {
  const sources = PARTS.flatMap(filesUnder).filter((file) => SOURCE.test(file));

  it('are short enough to read in one go; tables excepted', () => {
    const long = sources
      .filter((file) => !TABLES.has(file))
      .map((file) => [file, read(file).split('\n').length] as const)
      .filter(([, lines]) => lines > LONGEST);
    assert.deepEqual(long, []);
  });

  it('are in folders small enough to take in at a glance', () => {
    const counts = new Map<string, number>();
    for (const file of sources) {
      const folder = file.slice(0, file.lastIndexOf('/'));
      counts.set(folder, (counts.get(folder) ?? 0) + 1);
    }
    assert.deepEqual(
      [...counts].filter(([, count]) => count > MOST_FILES),
      [],
    );
  });

  it('postpone nothing', () => {
    const later = new RegExp(`\\b(?:${LATER.join('|')})\\b`);
    const wrong: string[] = [];
    for (const file of sources) {
      for (const piece of pieces(read(file))) {
        if (piece.kind === 'comment' && later.test(piece.text)) wrong.push(`${file}:${piece.line}`);
      }
    }
    assert.deepEqual(wrong, []);
  });

  it('cite only documents and sources of this repository', () => {
    const pages = new Set(filesUnder('').map((file) => file.split('/').at(-1) ?? ''));
    const wrong: string[] = [];
    for (const file of sources) {
      for (const piece of pieces(read(file))) {
        if (piece.kind !== 'comment') continue;
        const cited = [...piece.text.matchAll(/(?<![\w*.])[\w-][\w.-]*\.(?:md|ts|mjs)\b|\bDESIGN §/g)].map(
          ([name]) => name,
        );
        for (const name of cited) if (!pages.has(name)) wrong.push(`${file}:${piece.line} ${name}`);
      }
    }
    assert.deepEqual(wrong, []);
  });

  it('contain no path of a particular machine', () => {
    const machine = new RegExp(
      `(?<![\\w.:/])/(?:${['work', 'home', 'root', 'Users', 'mnt'].join('|')})/[\\w.]`,
    );
    const wrong: string[] = [];
    for (const file of filesUnder('')) {
      if (!TEXT.test(file) || file === 'package-lock.json' || file.startsWith('bench/history/')) continue;
      for (const [index, line] of read(file).split('\n').entries()) {
        if (machine.test(line)) wrong.push(`${file}:${index + 1}`);
      }
    }
    assert.deepEqual(wrong, []);
  });

  it('give every rule a page and fixtures, and nothing else', () => {
    const rules: string[] = CHECKS.map(({ id }) => id).sort();
    const named = (folder: string, depth: number): string[] => [
      ...new Set(filesUnder(folder).map((file) => (file.split('/')[depth] ?? '').replace(/\.md$/, ''))),
    ];
    assert.deepEqual(named('docs/rules', 2), rules, 'docs/rules');
    assert.deepEqual(named('test/fixtures', 2), rules, 'test/fixtures');
    const readme = read('README.md');
    assert.deepEqual(
      rules.filter((rule) => !readme.includes(`docs/rules/${rule}.md`)),
      [],
      'README.md',
    );
  });
});
