import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { whySchema } from '../../../../analysis/report/why.js';
import { join } from 'node:path';
import { within } from '../../host/temporary.js';
import { lockorder } from '../run.js';

/** Two locks in both orders under a third, and one that is only taken under a condition that never holds. */
const GATED = `struct dev { struct mutex a; struct mutex b; struct mutex c; int n; };
static DEFINE_MUTEX(big);
static void inner(struct dev *d)
{
	mutex_lock(&d->b);
	d->n++;
	mutex_unlock(&d->b);
}
void forth(struct dev *d)
{
	mutex_lock(&big);
	mutex_lock(&d->a);
	inner(d);
	mutex_unlock(&d->a);
	mutex_unlock(&big);
}
void back(struct dev *d)
{
	mutex_lock(&big);
	mutex_lock(&d->b);
	mutex_lock(&d->a);
	mutex_unlock(&d->a);
	mutex_unlock(&d->b);
	mutex_unlock(&big);
}
static void may(struct dev *d, int yes)
{
	if (yes)
		inner(d);
}
void never(struct dev *d)
{
	mutex_lock(&d->c);
	may(d, 0);
	mutex_unlock(&d->c);
}
`;
const FREE = GATED.replaceAll(/\tmutex_(un)?lock\(&big\);\n/g, '');

describe('why', () => {
  const ask = (
    text: string,
    ...words: readonly string[]
  ): Promise<{ code: number; out: string; err: string }> =>
    within({ 'a.c': text }, ({ path }) => lockorder(['why', ...words, '--root', '.'], path));

  it('prints both orders of two locks, and for a place why they exclude each other', async () => {
    const { code, out } = await ask(GATED, '.', 'dev.a', 'dev.b');
    assert.equal(code, 0);
    assert.match(out, /^dev\.a and dev\.b are taken in both orders, but the two sides never\s+coincide\.\n/);
    assert.match(out, /dev\.a → dev\.b\n\n {2}1\. forth\(\) takes dev\.a \[a\.c:12\]/);
    assert.match(out, /dev\.b → dev\.a\n\n {2}1\. back\(\) takes dev\.b \[a\.c:20\]/);
    assert.match(out, /What rules a cycle out\n\n {2}- big is held on every side \[a\.c:11\]\n$/);
  });

  it('prints the assumptions of a cycle, with the shortest unambiguous names', async () => {
    const { out } = await ask(FREE, '.', 'b', 'a');
    assert.match(
      out,
      /^dev\.b and dev\.a are taken in both orders, and the two sides can\s+coincide: a cycle with high confidence\.\n/,
    );
    assert.match(out, /Assumptions\n\n {2}- no lock is held on all sides/);
  });

  it('prints where an infeasible path ends, also as JSON', async () => {
    const { out } = await ask(GATED, '.', 'dev.c', 'dev.b', '--format', 'json');
    const why = whySchema.parse(JSON.parse(out));
    assert.equal(why.verdict, 'no-order');
    assert.deepEqual(
      why.order.ways.map(({ refused }) => [refused?.reason, refused?.at]),
      [['no-path', { file: 'a.c', line: 29 }]],
    );
    assert.deepEqual(why.reverse.ways, []);
  });

  it('names places as paths from the current folder, but in JSON from the root', () =>
    within({ 'sub/a.c': GATED, 'lockorder.json': '{}' }, async ({ path }) => {
      const { out } = await lockorder(['why', 'dev.a', 'dev.b'], join(path, 'sub'));
      assert.match(out, /forth\(\) takes dev\.a \[a\.c:12\]/);
      assert.match(out, /big is held on every side \[a\.c:11\]/);
      const json = await lockorder(['why', 'dev.a', 'dev.b', '--format', 'json'], join(path, 'sub'));
      assert.match(json.out, /"file": "sub\/a\.c"/);
    }));

  it('says that two names are one class', async () => {
    const { code, err } = await ask(GATED, '.', 'a', 'dev.a');
    assert.equal(code, 2);
    assert.match(err, /both names mean one class, 'dev\.a', which has no order with itself/);
  });

  it('reports names of no lock, and ambiguous names', async () => {
    const { code, err } = await ask(GATED, '.', 'dev.a', 'dev.x');
    assert.equal(code, 2);
    assert.match(err, /no lock class 'dev\.x'/);
    const other = `${GATED}struct dir { struct mutex a; };\nvoid in(struct dir *r) { mutex_lock(&r->a); mutex_unlock(&r->a); }\n`;
    const several = await ask(other, '.', 'a', 'dev.b');
    assert.match(several.err, /'a' is ambiguous; lock classes that match: dev\.a, dir\.a/);
    assert.match((await ask(GATED, 'dev.a')).err, /name two locks/);
  });
});
