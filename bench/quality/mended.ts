// node out/bench/quality/mended.js --trees KERNEL=DIR,KERNEL=DIR [--list NAME] [--only WORD] [--record yes]
// Recall on mistakes that nobody here chose. Each entry of bench/truth/NAME.json is a deadlock, a lock left held or a
// sleep in atomic context that a later kernel mended: of `mended-in-stable`, fixes of stable kernels between 6.1.170 and
// 6.1.192, and between 6.12.107 and 6.12.117; of `mended-since-6.1`, what 6.1.192 still has and a later kernel does not;
// of `mended-before-5.10.262`, what stable kernels mended between 5.10.218 and 5.10.262, and between 7.2.6 and 7.2.13; of
// `mended-before-7.3`, what a later kernel mended between 7.1.9 and 7.2.13, and between 7.2.13 and 7.3.4.
// Scans the folders with the mistakes, those of one kernel in one scan, and says at which confidence a finding of an
// expected rule has a step in one of the functions that the fix changed.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { PublishedFinding } from '../../analysis/report/formats/schema.js';
import { scan } from '../support/cli.js';
import { record } from '../support/history.js';
import { options, percent } from '../support/options.js';
import { ROOT } from '../support/root.js';

interface MendedMistake {
  readonly kernel: string;
  readonly subject: string;
  readonly file: string;
  /** Further files of the fix that its calls do not lead to. */
  readonly also?: readonly string[];
  /** Where the mistake was: a step of the finding must be in one of them. */
  readonly functions: readonly string[];
  readonly rules: readonly string[];
  /** Why it is a mistake, by kind of code. */
  readonly cause: string;
}

const LEVELS = ['high', 'medium', 'low'] as const;
const NOT_FOUND = 'not found';

const given = options('mended --trees KERNEL=DIR,KERNEL=DIR [--list NAME] [--only WORD] [--record yes|no]', {
  trees: undefined,
  list: 'mended-in-stable',
  only: '',
  record: 'no',
});
const trees = new Map(
  given.trees.split(',').map((one) => {
    const [kernel = '', tree = ''] = one.split('=');
    return [kernel, tree] as const;
  }),
);
const all = JSON.parse(
  readFileSync(join(ROOT, `bench/truth/${given.list}.json`), 'utf8'),
) as readonly MendedMistake[];
const asked = all.filter(
  ({ kernel, subject, file }) => trees.has(kernel) && `${subject} ${file}`.includes(given.only),
);

function isAbout({ rule, story }: PublishedFinding, { rules, functions, file }: MendedMistake): boolean {
  return (
    rules.includes(rule) &&
    story.some(
      (step) => step.file === file && step.function !== undefined && functions.includes(step.function),
    )
  );
}

const counts = new Map<string, number>();
const byCause = new Map<string, { all: number; found: number }>();
/** The findings in the folders of the mistakes of each kernel. */
const findings = new Map(
  [...trees].map(([kernel, tree]) => {
    const own = asked.filter((mistake) => mistake.kernel === kernel);
    const folders = new Set(
      own.flatMap(({ file, also = [] }) => [file, ...also].map((each) => dirname(each))),
    );
    const paths = [...folders].flatMap((folder) =>
      readdirSync(join(tree, folder)).flatMap((name) =>
        name.endsWith('.c') ? join(tree, folder, name) : [],
      ),
    );
    return [
      kernel,
      paths.length === 0 ? [] : scan([...paths, '--root', tree, '--confidence', 'low']).findings,
    ] as const;
  }),
);
for (const mistake of asked) {
  const [best] = (findings.get(mistake.kernel) ?? [])
    .filter((finding) => isAbout(finding, mistake))
    .sort((a, b) => LEVELS.indexOf(a.confidence) - LEVELS.indexOf(b.confidence));
  const level = best?.confidence ?? NOT_FOUND;
  counts.set(level, (counts.get(level) ?? 0) + 1);
  const cause = byCause.get(mistake.cause) ?? { all: 0, found: 0 };
  byCause.set(mistake.cause, { all: cause.all + 1, found: cause.found + (level === 'high' ? 1 : 0) });
  const told = best === undefined ? '' : `  ${best.rule} ${best.at.function}(): ${best.message}`;
  console.log(`${level.padEnd(10)}${mistake.kernel.padEnd(9)}${mistake.subject}${told}`);
}
const high = counts.get('high') ?? 0;
console.log('\nat high confidence, by cause:');
for (const [cause, { all: number, found }] of [...byCause].sort((a, b) => b[1].all - a[1].all))
  console.log(`${String(found).padStart(3)} of ${String(number).padEnd(3)} ${cause}`);
console.log(
  `\n${[...LEVELS, NOT_FOUND].map((level) => `${level}: ${counts.get(level) ?? 0}`).join(', ')} of ${asked.length} (${percent(high, asked.length)} at high)`,
);
if (given.record === 'yes') {
  record('mended', {
    list: given.list,
    kernels: [...trees.keys()],
    mistakes: asked.length,
    ...Object.fromEntries(counts),
  });
}
