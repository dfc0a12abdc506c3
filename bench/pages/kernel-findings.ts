// node out/bench/pages/kernel-findings.js --trees linux-6.1,linux-6.12,linux-7.3 --scan 7.3.json
// Writes docs/kernel-findings/: the findings in bench/truth that a reader confirmed, one page per subsystem. Each
// entry says what became of its function in the other trees and whom MAINTAINERS names. A reader saw the findings
// of the first two trees. For the third, --scan is a scan at medium confidence (JSON). A verdict may name the
// upstream commit that fixed it as `fixed`.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PublishedFinding, ScanOutput } from '../../analysis/report/formats/schema.js';
import { withCodeSpans } from '../support/pages/code-spans.js';
import { formatted } from '../support/pages/formatted.js';
import { maintainersOf, readMaintainers } from '../support/pages/maintainers.js';
import { bodyOf } from '../support/bodies.js';
import { options } from '../support/options.js';
import { everyPlace } from '../support/every-place.js';

interface Verdict {
  readonly file: string;
  readonly line: number;
  readonly functions: readonly string[];
  readonly rule: string;
  readonly locks?: readonly string[];
  readonly verdict: 'true' | 'plausible' | 'false';
  readonly reason: string;
  /** Upstream commit that fixes it: `abcdef012345 ("subject")`. */
  readonly fixed?: string;
}

/** A confirmed mistake that has been fixed since, as reading both versions of the code shows. */
interface Mended extends Pick<Verdict, 'file' | 'line' | 'rule'> {
  /** The version that was read. */
  readonly in: string;
  readonly how: string;
  /** The upstream commit, if known: `abcdef012345 ("subject")`. */
  readonly commit?: string;
}

const FOLDER = 'docs/kernel-findings';
const TRUTH = 'bench/truth';
const given = options('kernel-findings --trees DIR,DIR,DIR --scan FILE', {
  trees: undefined,
  scan: undefined,
});
const trees = given.trees.split(',').map((path) => ({ path, version: fullVersion(path) }));
const read = trees[0];
if (read === undefined) throw new Error('--trees names no tree');
const latest = trees[2];
if (latest === undefined) throw new Error('--trees names no third tree');
const reported = everyPlace((JSON.parse(readFileSync(given.scan, 'utf8')) as ScanOutput).findings);
const maintainers = readMaintainers(readFileSync(join(read.path, 'MAINTAINERS'), 'utf8'));

function fullVersion(tree: string): string {
  const makefile = readFileSync(join(tree, 'Makefile'), 'utf8');
  const value = (name: string): string => new RegExp(`^${name} = (\\d+)`, 'm').exec(makefile)?.[1] ?? '0';
  return ['VERSION', 'PATCHLEVEL', 'SUBLEVEL'].map(value).join('.');
}

/** The confirmed verdicts of some files about one tree: one for each finding, by its last reader. */
function confirmed(names: RegExp, tree: string): Verdict[] {
  const all = readdirSync(TRUTH)
    .filter((name) => names.test(name))
    .sort()
    .flatMap((name) => JSON.parse(readFileSync(join(TRUTH, name), 'utf8')) as readonly Verdict[]);
  const byPlace = new Map(all.map((one) => [`${subjectOf(one)} ${one.line}`, one]));
  return [...byPlace.values()].filter(
    ({ verdict, file }) => verdict === 'true' && existsSync(join(tree, file)),
  );
}

/** What identifies a finding in every kernel: the rule, the file and the functions. */
function subjectOf({ rule, file, functions }: Verdict): string {
  return `${rule} ${file} ${functions.join()}`;
}

interface Entry {
  readonly verdict: Verdict;
  /** The version that was read. */
  readonly version: string;
  /** The line in the newer tree, if the finding was also read there. */
  readonly again: number | undefined;
}

/** The mistakes of the first tree, and those of the second that were not read in the first. */
function entriesOf(): Entry[] {
  const newer = trees[1];
  const old = confirmed(/^judged-(?!repairs|(?:cycles-)?(?:6\.12|7\.)).*\.json$/, read?.path ?? '');
  const fresh = newer === undefined ? [] : confirmed(/^judged-6\.12.*\.json$/, newer.path);
  const known = new Set(old.map(subjectOf));
  const lines = new Map(fresh.map((one) => [subjectOf(one), one.line]));
  return [
    ...old.map((verdict) => ({
      verdict,
      version: read?.version ?? '',
      again: lines.get(subjectOf(verdict)),
    })),
    ...fresh
      .filter((one) => !known.has(subjectOf(one)))
      .map((verdict) => ({ verdict, version: newer?.version ?? '', again: undefined })),
  ].sort(({ verdict: a }, { verdict: b }) =>
    a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1,
  );
}

/** `drivers/usb`, `fs/btrfs`, `sound`: the area of one mailing list. */
function subsystem(file: string): string {
  const [top = '', next = '', third = ''] = file.split('/');
  if (top === 'drivers' && next === 'net' && third !== '' && !third.endsWith('.c'))
    return `${top}/${next}/${third}`;
  return ['drivers', 'fs', 'arch', 'net'].includes(top) && next !== '' && !/\.[ch]$/.test(next)
    ? `${top}/${next}`
    : top;
}

const mended = JSON.parse(readFileSync(join(TRUTH, 'mended-6.12.json'), 'utf8')) as readonly Mended[];

function elsewhere(entry: Entry): string {
  return [inSecond(entry), inThird(entry)].join(' ');
}

/** The state of an entry in the second tree, which was also read. */
function inSecond({ verdict, version, again }: Entry): string {
  const { file, line, rule, functions, fixed } = verdict;
  const second = trees[1]?.version ?? '';
  if (version === second) return `Read in ${version}.`;
  if (again !== undefined) return `Still in ${second}, line ${again}, as reading it there shows.`;
  const since = mended.find((one) => one.file === file && one.line === line && one.rule === rule);
  if (since !== undefined) {
    const commit = since.commit ?? fixed;
    const upstream =
      commit === undefined ? 'Its upstream commit is not known' : `Upstream commit: ${literal(commit)}`;
    return `Fixed in ${since.in}: ${withCodeSpans(since.how)}. ${upstream}.`;
  }
  const states = functions.map((name) => stateOf(name, file, read?.path ?? '', trees[1]?.path ?? ''));
  const notes = `In ${second}: ${states.join(', ')}.`;
  return fixed === undefined ? notes : `${notes} Fixed upstream by ${literal(fixed)}.`;
}

/** The state of an entry in the third tree, which was not read: what the scan reports, and whether the code changed. */
function inThird({ verdict: { file, rule, functions }, version: readIn }: Entry): string {
  const { version = '', path = '' } = latest ?? {};
  const same = findingIn(reported, file, rule, functions);
  if (same !== undefined) return `In ${version}, Lockorder reports it in line ${same.at.line}.`;
  if (!existsSync(join(path, file))) return `In ${version}, the file is gone.`;
  const before = trees.find((tree) => tree.version === readIn)?.path ?? '';
  const states = functions.map((name) => stateOf(name, file, before, path));
  return `In ${version}, Lockorder does not report it: ${states.join(', ')}.`;
}

function findingIn(
  findings: readonly PublishedFinding[],
  file: string,
  rule: string,
  functions: readonly string[],
): PublishedFinding | undefined {
  return findings.find(
    (one) => one.rule === rule && one.at.file === file && functions.includes(one.at.function),
  );
}

function stateOf(name: string, file: string, before: string, after: string): string {
  const [here, there] = [bodyOf(before, file, name), bodyOf(after, file, name)];
  if (here === undefined) return `\`${name}()\` was not compared`;
  if (there === undefined) return `\`${name}()\` is gone from this file`;
  return here === there ? `\`${name}()\` is unchanged` : `\`${name}()\` has changed`;
}

const pages = new Map<string, Entry[]>();
for (const entry of entriesOf()) {
  const key = subsystem(entry.verdict.file);
  pages.set(key, [...(pages.get(key) ?? []), entry]);
}

rmSync(FOLDER, { recursive: true, force: true });
mkdirSync(FOLDER, { recursive: true });
const pageName = (key: string): string => `${key.replace(/\//g, '-')}.md`;
for (const [key, list] of pages) {
  const entries = list.map((entry) => {
    const { file, line, functions, rule, locks, reason } = entry.verdict;
    return [
      `## ${file}: ${functions.map((name) => `${name}()`).join(', ')}`,
      `[${rule}](../rules/${rule}.md), line ${line} of ${entry.version}${locks && locks.length > 0 ? `, ${locks.map((lock) => `\`${lock}\``).join(', ')}` : ''}`,
      withCodeSpans(reason),
      elsewhere(entry),
      `To: ${maintainersOf(maintainers, file).join(', ') || 'nobody named in MAINTAINERS'}`,
    ].join('\n\n');
  });
  const counts = trees.flatMap(({ version }) => {
    const count = list.filter((entry) => entry.version === version).length;
    return count === 0 ? [] : [`${count} read in ${version}`];
  });
  const title = `# ${key} in Linux: ${counts.join(', ')}`;
  await write(pageName(key), [title, ...entries].join('\n\n'));
}
const rows = [...pages].sort(([a], [b]) => (a < b ? -1 : 1));
await write(
  'README.md',
  [
    '# Mistakes found in Linux',
    `Every finding of Lockorder in Linux ${trees
      .slice(0, 2)
      .map(({ version }) => version)
      .join(' and ')} that somebody read on both ` +
      'sides and confirmed. Nothing here was reproduced on hardware. An entry says what the code does wrong, what became ' +
      'of the function in the newer kernel, which upstream commit fixed it where that is known, and whom MAINTAINERS names.',
    'Generated from the verdicts in `bench/truth` by `node out/bench/pages/kernel-findings.js --trees linux-6.1,linux-6.12,linux-7.3 --scan 7.3.json`; ' +
      'findings judged false or only plausible stand in the verdicts with their reasons.',
    `${[...pages.values()].flat().length} entries: ${trees
      .slice(0, 2)
      .map(({ version }) => `${countOf(version)} read in ${version}`)
      .join(
        ', ',
      )}. Of those of ${read.version}, ${[...pages.values()].flat().filter(isMended).length} are fixed in ${mended[0]?.in ?? ''}, as reading both versions shows; the upstream commit of ${[...pages.values()].flat().filter(isAttributed).length} of these is known. ${countIn(latest.path)} \`node out/bench/quality/fixed.js\` compares two scans.`,
    [
      '| subsystem | confirmed |',
      '| --- | --- |',
      ...rows.map(([key, list]) => `| [${key}](${pageName(key)}) | ${list.length} |`),
    ].join('\n'),
  ].join('\n\n'),
);

function mendingOf({ verdict: { file, line, rule }, version }: Entry): Mended | undefined {
  if (version !== read?.version) return undefined;
  return mended.find((one) => one.file === file && one.line === line && one.rule === rule);
}

function isMended(entry: Entry): boolean {
  return mendingOf(entry) !== undefined;
}

function isAttributed(entry: Entry): boolean {
  return mendingOf(entry)?.commit !== undefined;
}

function countOf(version: string): number {
  return [...pages.values()].flat().filter((entry) => entry.version === version).length;
}

/** How many entries the scan of the third tree reports again, and how many it does not, by the state of the code. */
function countIn(tree: string): string {
  const all = [...pages.values()].flat().map(({ verdict }) => verdict);
  const gone = all.filter(
    ({ file, rule, functions }) => findingIn(reported, file, rule, functions) === undefined,
  );
  const without = gone.filter(({ file }) => !existsSync(join(tree, file)));
  return (
    `A scan of ${latest?.version ?? ''} at medium confidence, which nobody read for this list, reports ` +
    `${all.length - gone.length} of them in the same function; ${without.length} are in files that are gone.`
  );
}

async function write(name: string, text: string): Promise<void> {
  writeFileSync(join(FOLDER, name), await formatted(name, `${text}\n`));
}

/** A commit as text without markup. */
function literal(text: string): string {
  return text.replace(/[*<>[\]_&]/g, '\\$&');
}
