import assert from 'node:assert/strict';
import { joinEvidence } from '../../../../analysis/evidence/join/join.js';
import { EdgeEvidence, withEvidence } from '../../../../analysis/evidence/join/merge.js';
import type { SourceWorld } from '../../../../analysis/evidence/join/world.js';
import { createModels } from '../../../../analysis/models/index.js';
import { analyse } from '../../../support/analyse.js';
import { parse } from '../samples.js';

const TEXT = `
static DEFINE_MUTEX(first);
static DEFINE_MUTEX(second);
static DEFINE_SPINLOCK(third);

void one(void)
{
	mutex_lock(&first);
	mutex_lock(&second);
	spin_lock(&third);
	spin_unlock(&third);
	mutex_unlock(&second);
	mutex_unlock(&first);
}

void two(void)
{
	mutex_lock(&second);
	mutex_lock(&first);
	mutex_unlock(&first);
	mutex_unlock(&second);
}
`;
const PROVING = ' memory used for stack traces: 4224 kB\n';
const listing = (...edges: string[]): string =>
  `all lock classes:\n${edges
    .map((edge) => edge.split(' '))
    .map(
      ([from = '', ...to]) =>
        `0000000000000001 OPS: 3 FD: 1 BD: 1 +.+.: ${from}\n${to.map((name) => ` -> [0000000000000002] ${name}\n`).join('')}\n`,
    )
    .join('')}`;

async function world(): Promise<SourceWorld> {
  const { snapshot } = await analyse(new Map([['a.c', TEXT]]));
  const { program, analysis } = snapshot;
  return { program, analysis, models: createModels(), linesOf: () => TEXT.split('\n') };
}

async function verdicts(text: string): Promise<string[]> {
  const source = await world();
  const evidence = joinEvidence([parse(text)], source.models, source);
  const { graph } = source.analysis;
  const edges = new EdgeEvidence(evidence, graph);
  const name = (key: string): string => graph.classes.get(key)?.lockdepNames[0] ?? key;
  const marks = withEvidence(source.analysis.findings, evidence, graph, 'high')
    .flatMap((finding) => finding.evidence)
    .map(({ verdict, source: place }) => `${verdict} ${place}`);
  return [
    ...graph.edges.map((edge) => `${name(edge.from)} ${name(edge.to)} ${edges.of(edge)}`).sort(),
    ...marks,
  ];
}

describe('evidence in the graph and in findings', () => {
  it('is unknown if no list of dependencies could show it', async () => {
    assert.deepEqual(await verdicts('nothing\n'), [
      'first second unknown',
      'first third unknown',
      'second first unknown',
      'second third unknown',
    ]);
  });

  it('distinguishes what ran from what did not, if a complete list exists', async () => {
    assert.deepEqual(await verdicts(PROVING + listing('first second third', 'second third')), [
      'first second seen',
      'first third seen',
      'second first not-seen',
      'second third seen',
      'not-seen log',
    ]);
  });

  it('is unknown after the validator stopped', async () => {
    const stopped = `${PROVING}INFO: lockdep is turned off.\n`;
    assert.deepEqual((await verdicts(stopped + listing('first second', 'third'))).slice(0, 2), [
      'first second seen',
      'first third unknown',
    ]);
  });

  it('marks a cycle as seen if all of its dependencies ran, in any run', async () => {
    const marks = (await verdicts(PROVING + listing('first second', 'second first'))).slice(4);
    assert.deepEqual(marks, ['seen log:4', 'seen log:7']);
  });
});
