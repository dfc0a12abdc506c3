// node out/bench/quality/fixed.js --old SCAN --new SCAN --trees OLD,NEW [--confidence high]
// Compares two scans (JSON, the same paths, the newer one at any confidence) of two kernel versions. Each finding
// of the older one is still there, or its code is gone, or its code changed and the finding is gone (perhaps fixed:
// for a reader to judge), or its code is the same and the finding is gone, because of other code or of the
// analysis.
import { readFileSync } from 'node:fs';
import type { PublishedFinding, ScanOutput } from '../../analysis/report/formats/schema.js';
import { bodyOf } from '../support/bodies.js';
import { options } from '../support/options.js';
import { everyPlace } from '../support/every-place.js';

const given = options('fixed --old SCAN --new SCAN --trees OLD,NEW [--confidence high|medium|low]', {
  old: undefined,
  new: undefined,
  trees: undefined,
  confidence: 'high',
});
const [oldTree = '', newTree = ''] = given.trees.split(',');
const LEVELS = ['high', 'medium', 'low'];
const shown = LEVELS.slice(0, LEVELS.indexOf(given.confidence) + 1);

type Fate = 'still there' | 'code gone' | 'changed' | 'the same code';

/** Identifies a finding across versions and file moves: without lines and without the code around it. */
function identitiesOf({ id, rule, at, message }: PublishedFinding): readonly string[] {
  return [id, [rule, at.function, message].join(' ')];
}

function read(path: string): readonly PublishedFinding[] {
  return everyPlace((JSON.parse(readFileSync(path, 'utf8')) as ScanOutput).findings);
}

const later = new Set(read(given.new).flatMap(identitiesOf));

function fateOf(finding: PublishedFinding): Fate {
  if (identitiesOf(finding).some((one) => later.has(one))) return 'still there';
  const { at, story } = finding;
  if (bodyOf(newTree, at.file, at.function) === undefined) return 'code gone';
  const isChanged = story.some(({ file, function: name }) => {
    const before = bodyOf(oldTree, file, name);
    return before !== undefined && before !== bodyOf(newTree, file, name);
  });
  return isChanged ? 'changed' : 'the same code';
}

const counts = new Map<Fate, number>();
for (const finding of read(given.old)) {
  if (!shown.includes(finding.confidence)) continue;
  const fate = fateOf(finding);
  counts.set(fate, (counts.get(fate) ?? 0) + 1);
  console.log(
    `${fate.padEnd(14)}${finding.rule} ${finding.at.file}:${finding.at.line} ${finding.at.function}() ${finding.message}`,
  );
}
console.log(`\n${[...counts].map(([fate, count]) => `${fate}: ${count}`).join(', ')}`);
