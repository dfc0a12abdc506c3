// node out/bench/quality/mutants.js --mutants FILE --kernel TREE [--kinds a,b] [--ids a,b] [--confidence high]
// Applies each seeded bug of FILE to a copy of the folders it needs and scans the copy with and without it. The bug
// counts as found if an expected rule has a new finding near the expected lines.
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { PublishedFinding } from '../../analysis/report/formats/schema.js';
import { applyEdits, type MutantEdit } from '../support/inputs/mutate.js';
import { scan } from '../support/cli.js';
import { record } from '../support/history.js';
import { options, percent } from '../support/options.js';
import { existingRules } from '../support/root.js';

interface Mutant {
  readonly id: string;
  readonly file: string;
  readonly function: string;
  readonly kind: string;
  readonly variant?: string;
  readonly edits: readonly MutantEdit[];
  readonly expectRule: readonly string[];
  readonly expectLines: readonly number[];
  readonly partners?: readonly { readonly file: string; readonly lines: readonly number[] }[];
}

/** Maximum distance of a finding from an expected line: within the same few lines of code. */
const NEAR_LINES = 3;

const given = options(
  'mutants --mutants FILE --kernel TREE [--kinds a,b] [--ids a,b] [--confidence high|medium|low]',
  {
    mutants: undefined,
    kernel: undefined,
    kinds: '',
    ids: '',
    confidence: 'high',
  },
);
const { mutants } = JSON.parse(readFileSync(given.mutants, 'utf8')) as { mutants: readonly Mutant[] };
const kinds = given.kinds === '' ? undefined : new Set(given.kinds.split(','));
const ids = given.ids === '' ? undefined : given.ids.split(',');
const existing = existingRules();
const scratch = mkdtempSync(join(tmpdir(), 'lockorder-mutants-'));

function foldersOf(mutant: Mutant): string[] {
  const files = [mutant.file, ...(mutant.partners ?? []).map((partner) => partner.file)];
  return [...new Set(files.map((file) => dirname(file)))].sort();
}

/** Copies folders without subfolders, except their own include folders. */
function copyFolders(folders: readonly string[]): void {
  for (const folder of folders) {
    const from = join(given.kernel, folder);
    mkdirSync(join(scratch, folder), { recursive: true });
    for (const name of readdirSync(from)) {
      const isFolder = statSync(join(from, name)).isDirectory();
      if (isFolder ? name === 'include' || name === 'inc' : /\.[ch]$/.test(name)) {
        cpSync(join(from, name), join(scratch, folder, name), { recursive: true });
      }
    }
  }
}

function findingsOf(): readonly PublishedFinding[] {
  return scan([scratch, '--root', scratch, '--no-cache', '--confidence', given.confidence]).findings;
}

function isExpected(mutant: Mutant, finding: PublishedFinding): boolean {
  if (!mutant.expectRule.includes(finding.rule)) return false;
  const expected = [
    { file: mutant.file, lines: mutant.expectLines },
    ...(mutant.partners ?? []).map(({ file, lines }) => ({ file, lines })),
  ];
  return [finding.at, ...finding.story].some((place) =>
    expected.some(
      ({ file, lines }) =>
        place.file === file && lines.some((line) => Math.abs(line - place.line) <= NEAR_LINES),
    ),
  );
}

/** Ids found in the same folders without any seeded mistake. */
const pristine: Record<string, ReadonlySet<string>> = {};
const tally = new Map<string, { found: number; extra: number; all: number }>();
let found = 0;
let extra = 0;
let all = 0;
for (const mutant of mutants) {
  const isWanted = kinds ? kinds.has(mutant.kind) : mutant.expectRule.some((rule) => existing.has(rule));
  if (!isWanted || ids?.some((id) => mutant.id.startsWith(id)) === false) continue;
  rmSync(scratch, { recursive: true, force: true });
  const folders = foldersOf(mutant);
  copyFolders(folders);
  const before = (pristine[folders.join()] ??= new Set(findingsOf().map(({ id }) => id)));
  const path = join(scratch, mutant.file);
  const lines = readFileSync(path, 'latin1').split('\n');
  writeFileSync(path, applyEdits(lines, mutant.edits).join('\n'), 'latin1');
  const fresh = findingsOf().filter(({ id }) => !before.has(id));

  const isFound = fresh.some((finding) => isExpected(mutant, finding));
  const besides = fresh.filter((finding) => !isExpected(mutant, finding));
  const kind = [mutant.kind, mutant.variant].filter(Boolean).join(' ');
  const row = tally.get(kind) ?? { found: 0, extra: 0, all: 0 };
  tally.set(kind, row);
  row.all += 1;
  row.found += Number(isFound);
  row.extra += besides.length;
  all += 1;
  found += Number(isFound);
  extra += besides.length;
  const shown = besides.map(({ rule, at }) => `${rule} ${at.file}:${at.line}`).join(', ');
  console.log(
    `${mutant.id.padEnd(16)} ${kind.padEnd(36)} ${isFound ? 'found' : 'MISSED'} ${mutant.file}:${mutant.expectLines.join(',')}` +
      (shown === '' ? '' : `; besides ${shown}`),
  );
}
rmSync(scratch, { recursive: true, force: true });
console.log('');
for (const [kind, row] of [...tally].sort(([a], [b]) => (a < b ? -1 : 1))) {
  console.log(
    `${kind.padEnd(36)} ${row.found} of ${row.all}${row.extra > 0 ? `, ${row.extra} besides` : ''}`,
  );
}
console.log(`${found} of ${all} found (${percent(found, all)}), ${extra} findings besides`);
if (ids === undefined)
  record('mutants', { set: basename(given.mutants), confidence: given.confidence, found, all, extra });
