// node out/bench/quality/litmus.js --litmus DIR [--confidence high] [--case NAME]
// Scans every module of DIR/cases and compares with its verdict: `rules` in verdict.json lists the rules of which
// one must be reported; [] means that nothing may be. Then compares the static graph with the dependencies that
// lockdep recorded (edges.json).
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ClassMatcher } from '../support/classes.js';
import { graph, scan } from '../support/cli.js';
import { record } from '../support/history.js';
import { options, percent } from '../support/options.js';
import { existingRules } from '../support/root.js';

interface Verdict {
  readonly rules: readonly string[];
}

interface LockdepEdges {
  readonly classes: readonly {
    readonly name: string;
    readonly origin: string;
    readonly site?: { readonly declared_at?: string };
  }[];
  readonly edges: readonly {
    readonly from: string;
    readonly to: string;
    readonly module_internal?: boolean;
  }[];
}

const given = options('litmus --litmus DIR [--confidence high|medium|low] [--case NAME]', {
  litmus: undefined,
  confidence: 'high',
  case: '',
});
const cases = join(given.litmus, 'cases');
const existing = existingRules();
const tally = { agree: 0, missed: 0, false: 0, pending: 0, outOfScope: 0 };
const edgeTally = { dynamic: 0, known: 0, statics: 0 };

function judge(name: string): string {
  const { rules } = read<Verdict>(name, 'verdict.json');
  if (rules.includes('out-of-scope')) {
    tally.outOfScope += 1;
    return 'out of scope';
  }
  const folder = join(cases, name);
  const { findings } = scan([folder, '--root', folder, '--no-cache', '--confidence', given.confidence]);
  const found = findings.map((each) => `${each.rule} ${each.at.file}:${each.at.line}`).join(', ');
  if (rules.length === 0) {
    tally[findings.length === 0 ? 'agree' : 'false'] += 1;
    return findings.length === 0 ? 'agree' : `FALSE ${found}`;
  }
  if (!rules.some((rule) => existing.has(rule))) {
    tally.pending += 1;
    return `pending ${rules.join(', ')}${found === '' ? '' : `; found ${found}`}`;
  }
  const isFound = findings.some((each) => rules.includes(each.rule));
  tally[isFound ? 'agree' : 'missed'] += 1;
  return isFound ? 'agree' : `MISSED ${rules.join(' or ')}${found === '' ? '' : `; found ${found}`}`;
}

/** How many of the module's recorded dependencies the static graph has at high or medium confidence. */
function compareEdges(name: string): string {
  if (!existsSync(join(cases, name, 'edges.json'))) return '';
  const lockdep = read<LockdepEdges>(name, 'edges.json');
  const folder = join(cases, name);
  const ours = graph([folder, '--root', folder, '--no-cache']);
  const matcher = new ClassMatcher(ours.classes);
  const ids = new Map(
    lockdep.classes.map(({ name: text, site }) => {
      const sites = site?.declared_at === undefined ? [] : [site.declared_at];
      return [text, matcher.match({ name: text, sites })];
    }),
  );
  const believed = ours.edges.filter((edge) => edge.confidence !== 'low' && !edge.trylock);
  const isEdge = (from: string, to: string): boolean =>
    believed.some((edge) => ids.get(from)?.has(edge.from) === true && ids.get(to)?.has(edge.to) === true);
  const internal = lockdep.edges.filter((edge) => edge.module_internal === true);
  const unknown = internal.filter((edge) => !isEdge(edge.from, edge.to));
  const ofModule = new Set([...ids.values()].flatMap((set) => [...set]));
  const statics = new Set(
    believed
      .filter((edge) => ofModule.has(edge.from) && ofModule.has(edge.to))
      .map((edge) => `${edge.from} -> ${edge.to}`),
  ).size;
  edgeTally.dynamic += internal.length;
  edgeTally.known += internal.length - unknown.length;
  edgeTally.statics += statics;
  if (internal.length === 0 && statics === 0) return '';
  const missing = unknown.map((edge) => `${edge.from} -> ${edge.to}`).join(', ');
  return `; edges ${internal.length - unknown.length}/${internal.length}, static ${statics}${missing === '' ? '' : `; without ${missing}`}`;
}

function read<T>(name: string, file: string): T {
  return JSON.parse(readFileSync(join(cases, name, file), 'utf8')) as T;
}

for (const name of readdirSync(cases).sort()) {
  if (given.case === '' || given.case === name)
    console.log(name.padEnd(28), judge(name) + compareEdges(name));
}
const judged = tally.agree + tally.missed + tally.false;
console.log(
  `\n${tally.agree} of ${judged} agree (${percent(tally.agree, judged)}): ${tally.missed} missed, ${tally.false} false; ` +
    `${tally.pending} pending, ${tally.outOfScope} out of scope`,
);
console.log(
  `lockdep's edges in the static graph: ${edgeTally.known} of ${edgeTally.dynamic} (${percent(edgeTally.known, edgeTally.dynamic)}); ` +
    `${edgeTally.statics} static ones among the same classes`,
);
if (given.case === '') record('litmus', { confidence: given.confidence, ...tally, edges: edgeTally });
