import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { snapshotOf } from './support.js';

/** Locks taken on as many conditions: each doubles the held sets that paths go on with. */
function optional(count: number, from: number, what: 'lock' | 'unlock'): string {
  return Array.from(
    { length: count },
    (_, i) => `\tif (d->c${from + i}) mutex_${what}(&d->l${from + i});\n`,
  ).join('');
}

/** Two orders of two locks, one of them behind a call that is made in many states and itself goes through many. */
function world(states: number, branches: number): string {
  const all = Array.from({ length: 20 }, (_, i) => i);
  return `struct dev {
${all.map((i) => `\tstruct mutex l${i};\n\tint c${i};\n`).join('')}	struct mutex a;
	struct mutex b;
	struct mutex t;
	int n;
};
static void last(struct dev *d)
{
	mutex_lock(&d->b);
	mutex_unlock(&d->b);
}
static void callee(struct dev *d)
{
${optional(states, 10, 'lock')}${Array.from({ length: branches }, (_, i) => `\tif (d->n == ${i}) {\n\t\tmutex_lock(&d->t);\n\t\tmutex_unlock(&d->t);\n\t}\n`).join('')}	last(d);
${optional(states, 10, 'unlock')}}
void forth(struct dev *d)
{
	mutex_lock(&d->a);
${optional(states, 0, 'lock')}	callee(d);
${optional(states, 0, 'unlock')}	mutex_unlock(&d->a);
}
void back(struct dev *d)
{
	mutex_lock(&d->b);
	mutex_lock(&d->a);
	mutex_unlock(&d->a);
	mutex_unlock(&d->b);
}
`;
}

describe('replay of a path', () => {
  it("stops at the step bound and records a gap with the bound's name", async () => {
    const told = async (states: number, branches: number): Promise<readonly string[]> => {
      const { analysis } = await snapshotOf({ 'a.c': world(states, branches) });
      const cycles = analysis.findings.filter(
        ({ rule, locks }) => rule === 'lock-order-cycle' && [...locks].sort().join() === 'dev.a,dev.b',
      );
      const gaps = analysis.gaps.filter(({ kind }) => kind === 'replay-budget');
      return [...cycles.map(({ rule }) => rule), ...gaps.map((gap) => `${gap.function}: ${gap.detail}`)];
    };
    assert.deepEqual(await told(1, 10), ['lock-order-cycle']);
    const [gap, ...others] = await told(4, 90);
    assert.match(gap ?? '', /^forth: forth → callee → last: more than 16384 steps$/);
    assert.deepEqual(others, []);
  });
});
