// node out/bench/kernel-findings.js --trees 6.1/TREE,6.12/TREE
// Writes docs/kernel-findings/: the findings in bench/truth that reading confirmed, one page per subsystem, each with
// what became of its function in the other trees and whom MAINTAINERS names. The first tree is the one that was read.
// A verdict may name the commit that fixed it upstream as `fixed`.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'prettier';
import { maintainersOf, readMaintainers } from './support/maintainers.js';
import { bodyOf } from './support/bodies.js';
import { options } from './support/options.js';

interface Verdict {
  readonly file: string;
  readonly line: number;
  readonly functions: readonly string[];
  readonly rule: string;
  readonly locks?: readonly string[];
  readonly verdict: 'true' | 'plausible' | 'false';
  readonly reason: string;
  /** Upstream commit that mends it: `abcdef012345 ("subject")`. */
  readonly fixed?: string;
}

/** A confirmed mistake that somebody has mended since, as reading both versions of the code shows. */
interface Mended extends Pick<Verdict, 'file' | 'line' | 'rule'> {
  /** The version that was read. */
  readonly in: string;
  readonly how: string;
}

const FOLDER = 'docs/kernel-findings';
const TRUTH = 'bench/truth';
const given = options('kernel-findings --trees DIR,DIR', { trees: undefined });
const trees = given.trees.split(',').map((path) => ({ path, version: fullVersion(path) }));
const read = trees[0];
if (read === undefined) throw new Error('--trees names no tree');
const maintainers = readMaintainers(readFileSync(join(read.path, 'MAINTAINERS'), 'utf8'));

function fullVersion(tree: string): string {
  const makefile = readFileSync(join(tree, 'Makefile'), 'utf8');
  const value = (name: string): string => new RegExp(`^${name} = (\\d+)`, 'm').exec(makefile)?.[1] ?? '0';
  return ['VERSION', 'PATCHLEVEL', 'SUBLEVEL'].map(value).join('.');
}

/** One finding however often it was read; who read it last decides. */
function confirmed(): Verdict[] {
  const all = readdirSync(TRUTH)
    .filter((name) => /^judged-(?!repairs|6\.12).*\.json$/.test(name))
    .sort()
    .flatMap((name) => JSON.parse(readFileSync(join(TRUTH, name), 'utf8')) as readonly Verdict[]);
  const byPlace = new Map(
    all.map((one) => [`${one.rule} ${one.file} ${one.functions.join()} ${one.line}`, one]),
  );
  return [...byPlace.values()]
    .filter(({ verdict, file }) => verdict === 'true' && existsSync(join(read?.path ?? '', file)))
    .sort((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1));
}

/** `drivers/usb`, `fs/btrfs`, `sound`: what one mailing list would call its own. */
function subsystem(file: string): string {
  const [top = '', next = '', third = ''] = file.split('/');
  if (top === 'drivers' && next === 'net' && third !== '' && !third.endsWith('.c'))
    return `${top}/${next}/${third}`;
  return ['drivers', 'fs', 'arch', 'net'].includes(top) && next !== '' && !/\.[ch]$/.test(next)
    ? `${top}/${next}`
    : top;
}

const mended = JSON.parse(readFileSync(join(TRUTH, 'mended-6.12.json'), 'utf8')) as readonly Mended[];

function elsewhere({ file, line, rule, functions, fixed }: Verdict): string {
  const since = mended.find((one) => one.file === file && one.line === line && one.rule === rule);
  if (since !== undefined) return `Fixed in ${since.in}: ${escaped(since.how)}.`;
  const notes = trees.slice(1).map(({ path, version }) => {
    const states = functions.map((name) => {
      const [here, there] = [bodyOf(read?.path ?? '', file, name), bodyOf(path, file, name)];
      if (here === undefined) return `\`${name}()\` was not compared`;
      if (there === undefined) return `\`${name}()\` is gone from this file`;
      return here === there ? `\`${name}()\` is unchanged` : `\`${name}()\` has changed`;
    });
    return `In ${version}: ${states.join(', ')}.`;
  });
  return [...notes, ...(fixed === undefined ? [] : [`Fixed upstream by ${fixed}.`])].join(' ');
}

const pages = new Map<string, Verdict[]>();
for (const verdict of confirmed()) {
  const key = subsystem(verdict.file);
  pages.set(key, [...(pages.get(key) ?? []), verdict]);
}

rmSync(FOLDER, { recursive: true, force: true });
mkdirSync(FOLDER, { recursive: true });
const pageName = (key: string): string => `${key.replace(/\//g, '-')}.md`;
for (const [key, verdicts] of pages) {
  const entries = verdicts.map((verdict) => {
    const { file, line, functions, rule, locks, reason } = verdict;
    return [
      `## ${file}: ${functions.map((name) => `${name}()`).join(', ')}`,
      `[${rule}](../rules/${rule}.md), line ${line}${locks && locks.length > 0 ? `, ${locks.map((lock) => `\`${lock}\``).join(', ')}` : ''}`,
      escaped(reason),
      elsewhere(verdict),
      `To: ${maintainersOf(maintainers, file).join(', ') || 'nobody named in MAINTAINERS'}`,
    ].join('\n\n');
  });
  const title = `# ${key}: ${verdicts.length} in Linux ${read.version}`;
  await write(pageName(key), [title, ...entries].join('\n\n'));
}
const rows = [...pages].sort(([a], [b]) => (a < b ? -1 : 1));
await write(
  'README.md',
  [
    '# Mistakes found in Linux',
    `Every finding of Lockorder in Linux ${read.version} that somebody read on both sides and confirmed. Nothing here was ` +
      'reproduced on hardware. An entry says what the code does wrong, what became of the function in later kernels, ' +
      'and whom MAINTAINERS names for the file.',
    'Generated from the verdicts in `bench/truth` by `node out/bench/kernel-findings.js --trees 6.1/TREE,6.12/TREE`; ' +
      'findings judged false or only plausible stand in the verdicts with their reasons.',
    `Of them ${[...pages.values()].flat().filter(isMended).length} are fixed in ${mended[0]?.in ?? ''}, as reading both versions shows; \`node out/bench/fixed.js\` compares two scans.`,
    [
      '| subsystem | confirmed |',
      '| --- | --- |',
      ...rows.map(([key, list]) => `| [${key}](${pageName(key)}) | ${list.length} |`),
    ].join('\n'),
  ].join('\n\n'),
);

function isMended({ file, line, rule }: Verdict): boolean {
  return mended.some((one) => one.file === file && one.line === line && one.rule === rule);
}

async function write(name: string, text: string): Promise<void> {
  writeFileSync(join(FOLDER, name), await format(`${text}\n`, { parser: 'markdown', printWidth: 110 }));
}

/** Reasons name functions and fields as they are in C: those become code, and the rest has no markup. */
function escaped(text: string): string {
  return text
    .split(/(`[^`]*`)/)
    .map((part) =>
      part.startsWith('`')
        ? part
        : part
            .replace(/[*<>[\]]/g, '\\$&')
            .replace(
              /(?<![\w`])(?:&|->)?\w*(?:_|->|\(\))[\w>.()-]*(?:\w|\))/g,
              (code) => `\`${code.replace(/\\/g, '')}\``,
            ),
    )
    .join('');
}
