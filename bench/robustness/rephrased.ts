// node out/bench/robustness/rephrased.js [--only RULE] [--way NAME] [--list no] [--write no]
// Writes each fixture otherwise without changing what it does, and counts the findings of high confidence that this loses
// and those that it brings. `--list yes` names the fixtures, `--write yes` adds a line to bench/history/rephrased.jsonl.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { record } from '../support/history.js';
import { analyse } from '../support/in-process.js';
import { parseFixture } from '../support/inputs/fixture.js';
import { REPHRASINGS } from '../support/inputs/rephrase.js';
import type { SourceText } from '../support/inputs/split.js';
import { options } from '../support/options.js';
import { ROOT } from '../support/root.js';

const given = options('rephrased [--only RULE] [--way NAME] [--list no] [--write no]', {
  only: '',
  way: '',
  list: 'no',
  write: 'no',
});
const FIXTURES = join(ROOT, 'test/fixtures');

/** How many findings of high confidence each rule has. */
async function found(files: readonly SourceText[]): Promise<Map<string, number>> {
  const { snapshot } = await analyse(new Map(files.map(({ name, text }) => [name, text])));
  const counts = new Map<string, number>();
  for (const { confidence, rule } of snapshot.findings)
    if (confidence === 'high') counts.set(rule, (counts.get(rule) ?? 0) + 1);
  return counts;
}

function isChanged(before: readonly SourceText[], after: readonly SourceText[]): boolean {
  const body = ({ text }: SourceText): string => text.replace(/^#include <linux\/own_locks\.h>\n/, '');
  return before.some((one) => body(after.find(({ name }) => name === one.name) ?? one) !== one.text);
}

const rules = readdirSync(FIXTURES).filter((rule) => given.only === '' || rule === given.only);
const fixtures = rules.flatMap((rule) =>
  readdirSync(join(FIXTURES, rule))
    .filter((file) => file.endsWith('.c'))
    .map((file) => ({
      rule,
      file,
      files: parseFixture(readFileSync(join(FIXTURES, rule, file), 'utf8'), file).files,
    })),
);
const rows = [];
for (const { name, apply } of REPHRASINGS) {
  if (!name.includes(given.way)) continue;
  const row = { name, fixtures: 0, findings: 0, lost: 0, came: 0 };
  for (const { rule, file, files } of fixtures) {
    const after = apply(files);
    if (!isChanged(files, after)) continue;
    row.fixtures++;
    const [one, other] = [await found(files), await found(after)];
    for (const key of new Set([...one.keys(), ...other.keys()])) {
      const [plain, rephrased] = [one.get(key) ?? 0, other.get(key) ?? 0];
      row.findings += plain;
      row.lost += Math.max(0, plain - rephrased);
      row.came += Math.max(0, rephrased - plain);
      if (given.list === 'yes' && plain !== rephrased)
        console.log(`${name}: ${rule}/${file}: ${key} ${plain} → ${rephrased}`);
    }
  }
  rows.push(row);
  console.log(
    `${name}: of ${row.findings} findings in ${row.fixtures} fixtures, ${row.lost} lost; ${row.came} came`,
  );
}
if (given.write === 'yes') record('rephrased', { rows });
