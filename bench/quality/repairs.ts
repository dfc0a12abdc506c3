// node out/bench/quality/repairs.js --tree TREE --paths a,b [--confidence high] [--most-files N] [--out FILE]
// Counts, by rule, which findings get an edit, which a suggestion, and why the others get neither, most frequent
// reason first. --out writes each finding with its repair as a diff, for a reader to judge (bench/truth/).
// --listed FILE names files, one a line with anything behind it (as planted.js prints them), for one scan.
// --original DIR is the tree without the mistakes that planted.js made: each repair is compared with its text there.
// With --scan FILE --draw N --seed S the findings are drawn from a scan's JSON, and each is scanned with the folders that
// its story names. Findings that such a scan does not show are counted apart.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Confidence, Finding, Fix } from '../../analysis/checks/types.js';
import { byCause } from '../../analysis/report/causes.js';
import { runToEnd } from '../../analysis/workspace/index.js';
import { edited, renderPatch } from '../../host/patch.js';
import { runSession } from '../../cli/session/session.js';
import { drawn } from '../support/draw.js';
import { options, percent } from '../support/options.js';

const given = options(
  'repairs --tree DIR (--paths a,b | --listed FILE | --scan FILE [--draw N] [--seed S]) [--confidence high] [--rules a,b] [--most-files N] [--original DIR] [--cache DIR] [--out FILE]',
  {
    tree: undefined,
    paths: '',
    listed: '',
    scan: '',
    draw: '60',
    seed: '1',
    confidence: 'high',
    rules: '',
    'most-files': '6000',
    original: '',
    cache: '',
    out: '',
  },
);

interface Row {
  readonly rule: string;
  readonly outcome: string;
  readonly places: string[];
}

/** Sources of a folder scanned with those of the folders below it. */
const MOST_SOURCES = 300;

const rows = new Map<string, Row>();
const details: string[] = [];
let count = 0;
let offered = 0;
let unseen = 0;

/** Removes names from a reason, so that equal reasons count together. */
function shapeOf(reason: string): string {
  return reason
    .replaceAll(/`[^`]*`/g, '`…`')
    .replaceAll(/[\w/.-]+\.[ch](?::\d+)?/g, 'FILE')
    .replaceAll(/\w+\(\)/g, 'f()')
    .replaceAll(/\b\w+\.\w+\b/g, 'LOCK')
    .replaceAll(/\d+/g, 'N');
}

function note(rule: string, outcome: string, { file, line }: Finding['at']): void {
  const key = `${rule}\n${outcome}`;
  const row = rows.get(key) ?? { rule, outcome, places: [] };
  rows.set(key, row);
  row.places.push(`${file}:${line}`);
}

function patchOf({ edits }: Fix): string {
  const files = [...new Set(edits.map(({ file }) => file))].sort();
  return files
    .map((file) => {
      const text = readFileSync(join(given.tree, file), 'utf8');
      const own = edits.filter((edit) => edit.file === file);
      return renderPatch(file, text, edited(text, own));
    })
    .join('');
}

/** Whether the repair makes the text of the original tree, but for blank space. */
function comparison({ edits }: Fix): string {
  const isEqual = [...new Set(edits.map(({ file }) => file))].every((file) => {
    const own = edits.filter((edit) => edit.file === file);
    const repaired = edited(readFileSync(join(given.tree, file), 'utf8'), own);
    const original = readFileSync(join(given.original, file), 'utf8');
    return repaired.replaceAll(/\s/g, '') === original.replaceAll(/\s/g, '');
  });
  return isEqual ? ' (as the original)' : ' (not as the original)';
}

/** Tries to repair what a scan of the paths tells of, or only these findings. */
async function tryOut(paths: readonly string[], only?: readonly Finding[]): Promise<void> {
  await runSession(
    paths.map((path) => join(given.tree, path)),
    {
      root: given.tree,
      confidence: given.confidence as Confidence,
      cache: given.cache === '' ? false : given.cache,
    },
    async ({ snapshot, project }) => {
      const tried: Finding[] = [];
      const fixer = await project.fixer(Number(given['most-files']));
      for (const finding of snapshot.findings) {
        const { id, rule, at, message, confidence, story } = finding;
        if (only !== undefined && !only.some((finding) => finding.id === id)) continue;
        if (given.rules !== '' && !given.rules.split(',').includes(rule)) continue;
        const result = runToEnd(fixer.fixesOf(finding, snapshot));
        const { refusals, suggestions } = result;
        const fixes = [...result.fixes, ...suggestions.map(({ fix }) => fix)];
        tried.push({ ...finding, fixes });
        details.push(`## ${at.file}:${at.line} ${rule} ${confidence} ${finding.id}`, message);
        for (const step of story)
          details.push(`   ${step.path} ${step.file}:${step.line} ${step.function}: ${step.text}`);
        for (const fix of fixes) {
          note(rule, `offered: ${fix.kind}${given.original === '' ? '' : comparison(fix)}`, at);
          details.push(`+ ${fix.kind}: ${fix.title}`, patchOf(fix));
        }
        for (const { kind, reason } of refusals) {
          if (fixes.length === 0) note(rule, `${kind}: ${shapeOf(reason)}`, at);
          details.push(`- ${kind}: ${reason}`);
        }
        if (fixes.length === 0 && refusals.length === 0) note(rule, 'no idea for this rule', at);
      }
      for (const { id, at, rule, message } of only ?? []) {
        if (tried.some((finding) => finding.id === id)) continue;
        unseen++;
        details.push(`## ${at.file}:${at.line} ${rule} not found`, message);
      }
      const mistakes = byCause(tried);
      count += mistakes.length;
      offered += mistakes.filter(({ fixes }) => fixes.length > 0).length;
    },
  );
  // Written after each scan, so that an interrupted run is not lost.
  if (given.out !== '') writeFileSync(given.out, `${details.join('\n')}\n`);
}

/** The folders that a finding's story names, without those inside of others, and the files among headers. */
function foldersOf({ at, story }: Finding): readonly string[] {
  const files = [at.file, ...story.map(({ file }) => file)];
  const folders = [...new Set(files.map((file) => (file.startsWith('include/') ? file : dirname(file))))];
  const outer = folders.filter((path) => !folders.some((other) => path.startsWith(`${other}/`))).sort();
  return outer.flatMap((path) => (path.endsWith('.h') ? [path] : filesOf(path)));
}

/** The folder itself, or only its own files if those below it would make a scan of another size. */
function filesOf(folder: string): readonly string[] {
  const all = readdirSync(join(given.tree, folder), { recursive: true, encoding: 'utf8' });
  const sources = all.filter((name) => name.endsWith('.c'));
  if (sources.length <= MOST_SOURCES) return [folder];
  return sources.filter((name) => !name.includes('/')).map((name) => join(folder, name));
}

if (given.listed !== '') {
  const lines = readFileSync(given.listed, 'utf8').split('\n');
  await tryOut(lines.flatMap((line) => line.split(' ').slice(0, 1)).filter((file) => file !== ''));
} else if (given.scan === '') {
  for (const path of given.paths.split(',')) await tryOut([path]);
} else {
  const { findings } = JSON.parse(readFileSync(given.scan, 'utf8')) as {
    readonly findings: readonly Finding[];
  };
  const wanted = findings.filter(({ confidence }) => confidence === given.confidence);
  // Findings of the same folders share a scan.
  const byFolders = new Map<string, Finding[]>();
  for (const finding of drawn(wanted, Number(given.draw), Number(given.seed))) {
    const folders = foldersOf(finding).join('\n');
    byFolders.set(folders, [...(byFolders.get(folders) ?? []), finding]);
  }
  for (const [folders, findings] of byFolders) await tryOut(folders.split('\n'), findings);
}
for (const { rule, outcome, places } of [...rows.values()].sort(
  (a, b) => b.places.length - a.places.length,
)) {
  console.log(`${String(places.length).padStart(4)}  ${rule.padEnd(20)} ${outcome}`);
  console.log(`        ${places.slice(0, 4).join(' ')}`);
}
console.log(`${offered} of ${count} mistakes with a repair (${percent(offered, count)})`);
if (unseen > 0) console.log(`${unseen} findings are not seen in their folders alone`);
