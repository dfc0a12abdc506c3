// node out/bench/quality/evidence.js --litmus DIR [--case NAME] [--megabytes 200] [--generated 300]
// Reads every console log of DIR/logs with the source of its case and compares the reports with logs/INDEX.tsv, the
// places of the locks with the verdict, and the findings with the reported bugs. Then generates crash logs of every
// kind (support/crash) and counts, by kind, how many are read correctly. Then measures how fast a log of that size
// is read, with reports between unrelated lines.
import {
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeSync,
  closeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EvidenceOutput } from '../../analysis/evidence/tell/schema.js';
import { createModels } from '../../analysis/models/index.js';
import { readEvidence } from '../../host/node/evidence.js';
import { judge as judgeGenerated } from '../support/crash/judge.js';
import { crashLog, PREFIXES } from '../support/crash/log.js';
import { PASTED } from '../support/crash/paste.js';
import { LOCK_REPORTS } from '../support/crash/reports.js';
import { lockorder } from '../support/cli.js';
import { record } from '../support/history.js';
import { options, percent } from '../support/options.js';

interface Verdict {
  /** Absent for the kernel with the stricter rules. */
  readonly rules?: readonly string[];
  readonly lines: readonly {
    readonly role: string;
    readonly class: string | null;
    readonly where: readonly string[] | null;
  }[];
}

const given = options('evidence --litmus DIR [--case NAME] [--megabytes 200] [--generated 300]', {
  litmus: undefined,
  case: '',
  megabytes: '200',
  generated: '300',
});
const logs = join(given.litmus, 'logs');
const tally = { logs: 0, same: 0, places: 0, placesRight: 0, bugs: 0, explained: 0 };

const expected = new Map<string, string[]>();
for (const line of readFileSync(join(logs, 'INDEX.tsv'), 'utf8').trim().split('\n').slice(1)) {
  const [log = '', number = '', kind = '', , headline = ''] = line.split('\t');
  expected.set(log, [...(expected.get(log) ?? []), `${number} ${kind} ${headline}`]);
}

function judge(log: string): string[] {
  const name = log.replace(/(?:\.raw)?\.log$/, '');
  const folder = join(given.litmus, 'cases', name);
  const args = ['evidence', join(logs, log), '--root', folder, '--no-cache', '--format', 'json'];
  const output = JSON.parse(lockorder(args).text) as EvidenceOutput;
  const problems: string[] = [];
  const wanted = expected.get(log) ?? [];
  const got = output.events.map(({ at, kind, headline }) => `${at.line} ${kind} ${headline}`);
  tally.logs += 1;
  if (JSON.stringify(wanted) === JSON.stringify(got)) tally.same += 1;
  else problems.push(`wanted ${wanted.join(' | ')}`, `got    ${got.join(' | ')}`);
  const file = join(folder, log.includes('.raw.') ? 'verdict.raw.json' : 'verdict.json');
  if (!existsSync(file)) return problems;
  const verdict = JSON.parse(readFileSync(file, 'utf8')) as Verdict;
  const places = new Set(
    output.events.flatMap(({ locks }) =>
      locks.map(({ where }) => `${where?.function ?? ''} ${where?.file ?? ''}:${where?.line ?? 0}`),
    ),
  );
  for (const { role, where } of verdict.lines) {
    // Traces are in the text alone.
    if (where === null || where.length === 0 || role === 'trace') continue;
    tally.places += 1;
    if (where.some((place) => places.has(place))) tally.placesRight += 1;
    else problems.push(`no lock at ${role} ${where.join(' or ')}; have ${[...places].join(', ')}`);
  }
  const rules = verdict.rules ?? [];
  const hasRule = rules.length > 0 && !rules.includes('out-of-scope');
  if (hasRule && output.events.length > 0) {
    tally.bugs += 1;
    if (output.events.some(({ explainedBy }) => explainedBy.length > 0)) tally.explained += 1;
    else problems.push(`not explained (${rules.join(', ')}): ${output.events[0]?.gap ?? ''}`);
  }
  const open = output.edges.filter(({ verdict: each }) => each === 'unexplained');
  for (const { from, to } of open) problems.push(`unexplained ${from} -> ${to}`);
  return problems;
}

for (const log of readdirSync(logs).sort()) {
  if (!log.endsWith('.log') || (given.case !== '' && !log.startsWith(given.case))) continue;
  const problems = judge(log);
  console.log(log.padEnd(32), problems.length === 0 ? 'agrees' : problems.join(`\n${' '.repeat(33)}`));
}
console.log(
  `\n${tally.same} of ${tally.logs} logs read as in INDEX.tsv (${percent(tally.same, tally.logs)}); ` +
    `${tally.placesRight} of ${tally.places} places right (${percent(tally.placesRight, tally.places)}); ` +
    `${tally.explained} of ${tally.bugs} reported bugs explained (${percent(tally.explained, tally.bugs)})`,
);

interface Row {
  readonly form: string;
  readonly logs: number;
  readonly read: number;
  readonly kind: number;
  readonly function: number;
  readonly locks: number;
  readonly holders: string;
  readonly invented: number;
}

/** The number of generated logs of each form, spread over prefixes, kernels and architectures. */
function generated(count: number): Row[] {
  const models = createModels();
  const prefixes = Object.keys(PREFIXES);
  return [...Object.keys(LOCK_REPORTS), undefined].map((form) => {
    const sum = { read: 0, kind: 0, function: 0, locks: 0, right: 0, waits: 0, invented: 0 };
    for (let seed = 0; seed < count; seed++) {
      const prefix = prefixes[seed % prefixes.length] ?? 'console';
      const found = judgeGenerated(crashLog(seed * 7919 + 13, form, prefix), models);
      for (const name of ['read', 'kind', 'function', 'locks'] as const) if (found[name]) sum[name] += 1;
      sum.right += found.holders[0];
      sum.waits += found.holders[1];
      sum.invented += found.invented;
    }
    const { right, waits, ...rest } = sum;
    const holders = waits === 0 ? '' : percent(right, waits);
    return { form: form ?? 'nothing about locks', logs: count, ...rest, holders };
  });
}

/** Share of the generated logs of all forms that are read correctly after passing through a mail or a web page. */
function pasted(
  count: number,
): { readonly way: string; readonly logs: number; readonly right: number; readonly invented: number }[] {
  const models = createModels();
  return Object.entries(PASTED).map(([way, paste]) => {
    const sum = { logs: 0, right: 0, invented: 0 };
    for (const form of [...Object.keys(LOCK_REPORTS), undefined]) {
      for (let seed = 0; seed < count; seed++) {
        const log = crashLog(seed * 7919 + 13, form, seed % 2 === 0 ? 'console' : 'caller');
        const found = judgeGenerated({ ...log, text: paste(log.text) }, models);
        sum.logs += 1;
        sum.invented += found.invented;
        if (found.read && found.kind && found.function) sum.right += 1;
      }
    }
    return { way, ...sum };
  });
}

const count = Number(given.generated);
if (count > 0) {
  const rows = generated(count);
  console.log('\n| report | read | kind | function | locks | holders | invented |');
  for (const row of rows) {
    const share = (value: number): string => percent(value, row.logs);
    const cells = [
      share(row.read),
      share(row.kind),
      share(row.function),
      share(row.locks),
      row.holders,
      row.invented,
    ];
    console.log(`| ${[row.form, ...cells].join(' | ')} |`);
  }
  const ways = pasted(Math.ceil(count / 10));
  console.log('\n| pasted | logs | right | invented |');
  for (const { way, logs: all, right, invented } of ways)
    console.log(`| ${[way, all, percent(right, all), invented].join(' | ')} |`);
  if (given.case === '') record('evidence-generated', { logs: count, rows, ways });
}

/** Writes a log of this many megabytes: every report of the folder in turn, each among a thousand other lines. */
function fill(file: string, megabytes: number): void {
  const out = openSync(file, 'w');
  const texts = readdirSync(logs)
    .filter((log) => log.endsWith('.log'))
    .map((log) => readFileSync(join(logs, log), 'utf8'));
  const noise = Array.from(
    { length: 1000 },
    (_, i) =>
      `[${String(i).padStart(5)}.${String(i * 7919).padStart(6, '0')}] usb 1-1.${i % 9}: reset high-speed USB device number ${i} using xhci_hcd\n`,
  ).join('');
  let bytes = 0;
  for (let at = 0; bytes < megabytes * 1e6; at++) {
    bytes += writeSync(out, noise);
    bytes += writeSync(out, texts[at % texts.length] ?? '');
  }
  closeSync(out);
}

const megabytes = Number(given.megabytes);
if (megabytes > 0) {
  const folder = mkdtempSync(join(tmpdir(), 'lockorder-evidence-'));
  try {
    const file = join(folder, 'big.log');
    fill(file, megabytes);
    const cpu = process.cpuUsage();
    const read = await readEvidence(file);
    const { user, system } = process.cpuUsage(cpu);
    const seconds = (user + system) / 1e6;
    const events = 'events' in read ? read.events.length : 0;
    const rssMb = Math.round(process.resourceUsage().maxRSS / 1024);
    const perMinute = Math.round((megabytes / seconds) * 60);
    console.log(
      `${megabytes} MB in ${seconds.toFixed(1)} CPU s: ${perMinute} MB a minute; ${events} reports kept; ${rssMb} MB of memory at most`,
    );
    if (given.case === '') record('evidence', { ...tally, megabytes, seconds, perMinute, events, rssMb });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
