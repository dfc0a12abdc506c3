// node out/bench/speed/slices.js --tree DIR [--paths a,b] [--confidence high] [--longest 12]
// Lists the longest uninterruptible steps of an analysis: how long a keystroke or the cancellation of a scan may
// have to wait.
import { join, resolve } from 'node:path';
import type { Confidence } from '../../analysis/base/confidence.js';
import type { Progress } from '../../analysis/base/progress.js';
import { loadConfig } from '../../host/node/config.js';
import { Project } from '../../host/node/project.js';
import { record } from '../support/history.js';
import { options } from '../support/options.js';

/** The limit of a step (docs/architecture.md), in milliseconds. */
const MOST_MS = 5;

const given = options('slices --tree DIR [--paths a,b] [--confidence high] [--longest 12]', {
  tree: undefined,
  paths: '.',
  confidence: 'high',
  longest: '12',
});
const root = resolve(given.tree);
const loaded = loadConfig(root, undefined);
if ('errors' in loaded) throw new Error(loaded.errors.join('\n'));
const project = await Project.open({
  root,
  paths: given.paths.split(',').map((path) => join(root, path)),
  config: loaded.config,
  confidence: given.confidence as Confidence,
  jobs: 1,
});

interface Step {
  readonly ms: number;
  /** The two progress reports around it. */
  readonly from: string;
  readonly to: string;
}

const long: Step[] = [];
let steps = 0;

/** Processor time: an idle machine is rare, and wall time also measures other programs. */
function timed<T>(work: Generator<Progress, T>): T {
  for (let from = 'begin'; ;) {
    const start = process.cpuUsage();
    const next = work.next();
    const { user, system } = process.cpuUsage(start);
    steps++;
    const ms = (user + system) / 1000;
    const to = next.done === true ? 'end' : `${next.value.stage} ${next.value.done}`;
    if (ms > MOST_MS) long.push({ ms: Math.round(ms), from, to });
    if (next.done === true) return next.value;
    from = to;
  }
}

await project.load();
await project.analyse({ run: (work) => Promise.resolve(timed(work)) });
await project.close();
long.sort((a, b) => b.ms - a.ms);
const longest = long.slice(0, Number(given.longest));
for (const { ms, from, to } of longest) console.log(`${String(ms).padStart(6)} ms  ${from} … ${to}`);
console.log(`${long.length} of ${steps} steps took more than ${MOST_MS} ms`);
record('slices', { paths: given.paths, steps, long: long.length, longest: longest.map(({ ms }) => ms) });
