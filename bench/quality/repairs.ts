// node out/bench/quality/repairs.js --tree TREE --paths a,b [--confidence high] [--most-files N] [--out FILE]
// Counts, by rule, which findings get an edit, which a suggestion, and why the others get neither, most frequent
// reason first. --out writes each finding with its repair as a diff, for a reader to judge (bench/truth/).
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Confidence, Finding, Fix } from '../../analysis/checks/types.js';
import { byCause } from '../../analysis/report/causes.js';
import { runToEnd } from '../../analysis/workspace/index.js';
import { edited, renderPatch } from '../../cli/patch/patch.js';
import { runSession } from '../../cli/session.js';
import { options, percent } from '../support/options.js';

const given = options(
  'repairs --tree DIR --paths a,b [--confidence high] [--rules a,b] [--most-files N] [--out FILE]',
  {
    tree: undefined,
    paths: undefined,
    confidence: 'high',
    rules: '',
    'most-files': '6000',
    out: '',
  },
);

interface Row {
  readonly rule: string;
  readonly outcome: string;
  readonly places: string[];
}

const rows = new Map<string, Row>();
const details: string[] = [];
let count = 0;
let offered = 0;

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

const paths = given.paths.split(',');
for (const path of paths) {
  await runSession(
    [join(given.tree, path)],
    {
      root: given.tree,
      confidence: given.confidence as Confidence,
      cache: false,
    },
    async ({ snapshot, project }) => {
      const tried: Finding[] = [];
      const fixer = await project.fixer(Number(given['most-files']));
      for (const finding of snapshot.findings) {
        const { rule, at, message, confidence, story } = finding;
        if (given.rules !== '' && !given.rules.split(',').includes(rule)) continue;
        const result = runToEnd(fixer.fixesOf(finding, snapshot));
        const { refusals, suggestions } = result;
        const fixes = [...result.fixes, ...suggestions.map(({ fix }) => fix)];
        tried.push({ ...finding, fixes });
        details.push(`## ${at.file}:${at.line} ${rule} ${confidence} ${finding.id}`, message);
        for (const step of story)
          details.push(`   ${step.path} ${step.file}:${step.line} ${step.function}: ${step.text}`);
        for (const fix of fixes) {
          note(rule, `offered: ${fix.kind}`, at);
          details.push(`+ ${fix.kind}: ${fix.title}`, patchOf(fix));
        }
        for (const { kind, reason } of refusals) {
          if (fixes.length === 0) note(rule, `${kind}: ${shapeOf(reason)}`, at);
          details.push(`- ${kind}: ${reason}`);
        }
        if (fixes.length === 0 && refusals.length === 0) note(rule, 'no idea for this rule', at);
      }
      const mistakes = byCause(tried);
      count += mistakes.length;
      offered += mistakes.filter(({ fixes }) => fixes.length > 0).length;
      // Written after each path, so that an interrupted run is not lost.
      if (given.out !== '') writeFileSync(given.out, `${details.join('\n')}\n`);
    },
  );
}
for (const { rule, outcome, places } of [...rows.values()].sort(
  (a, b) => b.places.length - a.places.length,
)) {
  console.log(`${String(places.length).padStart(4)}  ${rule.padEnd(20)} ${outcome}`);
  console.log(`        ${places.slice(0, 4).join(' ')}`);
}
console.log(`${offered} of ${count} mistakes with a repair (${percent(offered, count)})`);
