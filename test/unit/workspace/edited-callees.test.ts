import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import type { Demand } from '../../../analysis/link/types.js';
import type { Analysis } from '../../../analysis/checks/engine/engine.js';
import { SummaryTable } from '../../../analysis/summaries/solver/table.js';
import type { FunctionSummary } from '../../../analysis/summaries/state/types.js';
import { runToEnd, Workspace } from '../../../analysis/workspace/index.js';
import { Compiler } from '../../../host/compile.js';
import { createNodeParser } from '../../../host/node/parser.js';

/** Bodies of a function that others call: some look the same to these, some differ in one thing that they see. */
const BODIES = [
  'mutex_lock(&d->a); d->n++; mutex_unlock(&d->a); return 0;',
  'mutex_lock(&d->a); msleep(1); d->n++; mutex_unlock(&d->a); return 0;',
  'mutex_lock(&d->a); msleep(1); udelay(1); d->n++; mutex_unlock(&d->a); return 0;',
  'mutex_lock(&d->b); d->n++; mutex_unlock(&d->b); return 0;',
  'mutex_lock(&d->a); d->n++; return 0;',
  'mutex_unlock(&d->a); return 0;',
  'if (d->busy) return 0; mutex_lock(&d->a); mutex_unlock(&d->a); return 1;',
  'if (d->n) return 0; mutex_lock(&d->a); mutex_unlock(&d->a); return 1;',
  'unsigned long f; spin_lock_irqsave(&d->s, f); d->busy = 0; spin_unlock_irqrestore(&d->s, f); return 0;',
  'unsigned long f; msleep(1); spin_lock_irqsave(&d->s, f); d->busy = 0; spin_unlock_irqrestore(&d->s, f); return 0;',
  'unsigned long f; spin_lock_irqsave(&d->s, f); d->busy = 1; spin_unlock_irqrestore(&d->s, f); return 0;',
  'unsigned long f; spin_lock_irqsave(&d->s, f); d->busy = 1; d->busy = 0; spin_unlock_irqrestore(&d->s, f); return 0;',
  'if (d->busy) return 0; spin_lock_irq(&d->s); d->n = 0; spin_unlock_irq(&d->s); return 1;',
  'if (d->busy) { udelay(1); return 0; } spin_lock_irq(&d->s); d->n = 0; spin_unlock_irq(&d->s); return 1;',
  'below(d); return d->n;',
  'msleep(1); below(d); return d->n;',
  'other(d); return d->n;',
  'user(d); return 0;',
  'ww_acquire_fini(d->ctx); return 0;',
  'cancel_work_sync(&d->work); return 0;',
  'd->op = below; return 0;',
  'wait_for_completion(&d->done); return 0;',
];

const textWith = (body: string): string => `
struct dev { struct mutex a; struct mutex b; spinlock_t s; int n; int busy; struct ww_acquire_ctx *ctx;
	void (*op)(struct dev *d); struct work_struct work; struct completion done; };
static void below(struct dev *d) { mutex_lock(&d->b); d->n = 1; mutex_unlock(&d->b); }
static void other(struct dev *d) { spin_lock(&d->s); spin_unlock(&d->s); }
static int user(struct dev *d);
static int edited(struct dev *d) { ${body} }
static int user(struct dev *d)
{
	int n;
	mutex_lock(&d->b);
	n = edited(d);
	if (n)
		d->n = 2;
	mutex_unlock(&d->b);
	return n;
}
static void handler(struct work_struct *w)
{
	struct dev *d = container_of(w, struct dev, work);
	d->busy = 1;
	edited(d);
	other(d);
	complete(&d->done);
}
void start(struct dev *d)
{
	INIT_WORK(&d->work, handler);
	mutex_lock(&d->a);
	cancel_work_sync(&d->work);
	mutex_unlock(&d->a);
	spin_lock(&d->s);
	if (d->busy) {
		edited(d);
		if (!d->busy)
			below(d);
	}
	user(d);
	d->op(d);
	spin_unlock(&d->s);
}
`;

describe('an edit of a function that others call', function () {
  this.timeout(120_000);
  let compiler: Compiler;

  before(async () => {
    compiler = new Compiler([], await createNodeParser());
  });

  const apply = (workspace: Workspace, body: string): void => {
    const { summary } = compiler.compile(textWith(body));
    workspace.apply([{ file: 'a.c', summary }]);
  };

  const started = (body: string): Workspace => {
    const workspace = new Workspace(compiler.models, { report: [], confidence: 'low' });
    apply(workspace, body);
    return workspace;
  };

  function settle(workspace: Workspace, body: string): Analysis {
    const { program } = workspace;
    const open = [...program.functions()].filter((fn) => fn.item !== undefined && !program.hasSkeleton(fn));
    const all = open.map(
      ({ file, index, item }) =>
        ({ file, index, isMacro: false, functionHash: item?.hash ?? '', why: 'wrapper' }) as const,
    );
    const supply = (demands: readonly Demand[]): void =>
      workspace.supply(
        demands.map((demand) => ({
          demand,
          skeleton: compiler.skeletons(textWith(body), [demand])[0],
        })),
      );
    supply(all);
    for (;;) {
      const analysis = runToEnd(workspace.update());
      if (analysis !== undefined) return analysis;
      supply(workspace.demands());
    }
  }

  const told = ({ findings, gaps }: Analysis): unknown => ({
    findings,
    gaps: gaps.map((gap) => JSON.stringify(gap)).sort(),
  });

  it('gives what a fresh start gives, whatever the function was before', () => {
    const fresh = BODIES.map((body) => told(settle(started(body), body)));
    const workspace = started('return 0;');
    for (const first of BODIES)
      for (const [at, second] of BODIES.entries())
        for (const body of [first, second]) {
          apply(workspace, body);
          const found = told(settle(workspace, body));
          if (body === second) assert.deepEqual(found, fresh[at], `${first} → ${second}`);
        }
  });

  it('interprets its callers again only if they see a difference', () => {
    const [plain = '', sleeping = '', , elsewhere = ''] = BODIES;
    const workspace = started(plain);
    settle(workspace, plain);
    const { program } = workspace;
    const table = new SummaryTable(program, compiler.models);
    const summaryOf = (name: string): FunctionSummary | undefined => {
      const fn = [...program.functions()].find((one) => one.name === name && one.item !== undefined);
      return fn && table.summaryOf(fn);
    };
    const changed = (body: string): void => {
      apply(workspace, body);
      for (const _ of table.ask(table.begin()));
      for (const fn of program.functions()) table.summaryOf(fn);
      table.settled();
    };
    changed(plain);
    const before = summaryOf('user');
    changed(sleeping);
    assert.equal(summaryOf('user')?.acquires, before?.acquires);
    assert.deepEqual(
      summaryOf('user')?.calls.flatMap(({ targets }) => targets),
      [summaryOf('edited')?.fn],
    );
    changed(elsewhere);
    assert.notEqual(summaryOf('user')?.acquires, before?.acquires);
  });
});
