import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import { runToEnd, Workspace } from '../../../analysis/workspace/index.js';
import { Compiler } from '../../../host/compile.js';
import { createNodeParser } from '../../../host/node/parser.js';

const HEADER = `struct dev {
	struct mutex state;
	struct mutex queue;
};
void flush(struct dev *dev);
void kick(struct dev *dev);
`;

const DEVICE = `#include "dev.h"

void kick(struct dev *dev)
{
	mutex_lock(&dev->state);
	mutex_unlock(&dev->state);
}

void open(struct dev *dev)
{
	mutex_lock(&dev->state);
	flush(dev);
	mutex_unlock(&dev->state);
}
`;

const QUEUE = `#include "dev.h"

void flush(struct dev *dev)
{
	mutex_lock(&dev->queue);
	mutex_unlock(&dev->queue);
}

void push(struct dev *dev)
{
	mutex_lock(&dev->queue);
	kick(dev);
	mutex_unlock(&dev->queue);
}
`;

describe('an incremental workspace', () => {
  let compiler: Compiler;

  before(async () => {
    compiler = new Compiler([], await createNodeParser());
  });

  /** Applies texts one after the other, each followed by a run, and compares with all of them at once. */
  function check(steps: readonly (readonly [file: string, text: string | undefined])[]): void {
    const workspace = new Workspace(compiler.models, { report: [], confidence: 'low' });
    const texts = new Map<string, string>();
    for (const [file, text] of steps) {
      if (text === undefined) texts.delete(file);
      else texts.set(file, text);
      workspace.apply([{ file, summary: text === undefined ? undefined : compiler.compile(text).summary }]);
      const fresh = new Workspace(compiler.models, { report: [], confidence: 'low' });
      fresh.apply(
        [...texts].map(([name, each]) => ({ file: name, summary: compiler.compile(each).summary })),
      );
      assert.deepEqual(findings(workspace, texts), findings(fresh, texts), `after ${file}`);
    }
  }

  function findings(workspace: Workspace, texts: ReadonlyMap<string, string>): unknown {
    for (;;) {
      const analysis = runToEnd(workspace.update());
      if (analysis) return workspace.snapshot()?.findings;
      workspace.supply(
        workspace.demands().map((demand) => ({
          demand,
          skeleton: compiler.skeletons(texts.get(demand.file) ?? '', [demand])[0],
        })),
      );
    }
  }

  it('gives the same findings in any order of files', () => {
    check([
      ['device.c', DEVICE],
      ['queue.c', QUEUE],
      ['dev.h', HEADER],
    ]);
  });

  it('gives the same findings when an equal file is applied again', () => {
    check([
      ['dev.h', HEADER],
      ['device.c', DEVICE],
      ['queue.c', QUEUE],
      ['queue.c', QUEUE],
      ['device.c', DEVICE],
      ['dev.h', HEADER],
    ]);
  });

  it('gives the same findings after edits of bodies, types and signatures, and after a deletion', () => {
    check([
      ['dev.h', HEADER],
      ['device.c', DEVICE],
      ['queue.c', QUEUE],
      ['queue.c', QUEUE.replace('\tkick(dev);\n', '')],
      ['queue.c', QUEUE],
      ['dev.h', HEADER.replace('struct mutex queue', 'spinlock_t queue')],
      ['dev.h', HEADER.replaceAll('queue', 'other')],
      ['dev.h', HEADER],
      ['device.c', DEVICE.replaceAll('dev', 'device')],
      ['device.c', undefined],
      ['device.c', `\n\n${DEVICE}`],
    ]);
  });

  it('keeps the result after changes to text that nothing depends on', () => {
    const workspace = new Workspace(compiler.models, { report: [], confidence: 'low' });
    const texts = new Map([
      ['dev.h', HEADER],
      ['device.c', DEVICE],
      ['queue.c', QUEUE],
    ]);
    const after = (file: string, text: string): unknown => {
      texts.set(file, text);
      workspace.apply([{ file, summary: compiler.compile(text).summary }]);
      findings(workspace, texts);
      return workspace.snapshot()?.analysis;
    };
    for (const [file, text] of texts) after(file, text);
    const first = after('device.c', DEVICE);
    assert.equal(after('device.c', DEVICE.replace('flush(dev);', 'flush(dev); /* all of it */')), first);
    assert.ok(workspace.isCurrent);
    assert.equal(after('device.c', DEVICE.replace('flush(dev);', 'flush(dev);  ')), first);
    assert.equal(after('dev.h', HEADER.replace('kick(struct', 'kick /* */ (struct')), first);
    for (const [what, by] of [
      ['flush(dev);', '/* all */ flush(dev);'],
      ['flush(dev);', 'flush(dev); flush(dev);'],
      ['\tflush(dev);', '\n\tflush(dev);'],
      ['void open', '/* Lock order: dev->state -> dev->queue */\nvoid open'],
      ['void open', 'void  open'],
    ] as const) {
      assert.notEqual(after('device.c', DEVICE.replace(what, by)), after('device.c', DEVICE), by);
    }
  });

  it('gives the same findings after edits that change only text, among others', () => {
    check([
      ['dev.h', HEADER],
      ['device.c', DEVICE],
      ['queue.c', QUEUE],
      ['queue.c', QUEUE.replace('kick(dev);', 'kick(dev); /* x */')],
      ['device.c', DEVICE.replace('flush(dev);', 'flush(dev); // x')],
      ['queue.c', QUEUE.replace('\tkick(dev);', '\t/* x */')],
      ['queue.c', QUEUE.replace('kick(dev);', 'kick(dev); /* y */')],
      ['dev.h', HEADER.replace('struct mutex queue;', 'struct mutex queue; /* z */')],
      ['device.c', DEVICE],
    ]);
  });

  it('gives the same findings after an edit two calls below a function without findings', () => {
    const above = `#include <linux/spinlock.h>
static DEFINE_SPINLOCK(lock);
static char *name;
void deep(void);
static void middle(int many)
{
	if (many)
		deep();
}
void top(int many)
{
	spin_lock(&lock);
	middle(1);
	spin_unlock(&lock);
}
void let_go(void)
{
	unsigned long flags;
	spin_lock_irqsave(&lock, flags);
	middle(1);
	spin_unlock_irqrestore(&lock, flags);
}
`;
    const below = (what: string): string => `void deep(void)\n{\n\t${what};\n}\n`;
    check([
      ['above.c', above],
      ['below.c', below('int none')],
      ['below.c', below('msleep(1)')],
      ['below.c', below('local_irq_enable()')],
      ['below.c', below('int none')],
      ['below.c', below('kfree(name)')],
      ['above.c', above.replace('static char *name;', 'static char *name; /* moved */\n')],
      ['above.c', above.replace('middle(1);\n\tspin_unlock_irq', 'msleep(2);\n\tspin_unlock_irq')],
    ]);
  });

  it('gives the same findings after a function becomes an interrupt handler, or stops being one', () => {
    const driver = (registered: string): string => `#include <linux/interrupt.h>
static DEFINE_SPINLOCK(lock);
static irqreturn_t handle(int irq, void *data)
{
	spin_lock(&lock);
	spin_unlock(&lock);
	return IRQ_HANDLED;
}
static irqreturn_t other(int irq, void *data)
{
	return IRQ_HANDLED;
}
int probe(int irq)
{
	mutex_lock(&registering);
	request_irq(irq, ${registered}, 0, "a", 0);
	mutex_unlock(&registering);
	return 0;
}
void use(void)
{
	mutex_lock(&registering);
	spin_lock(&lock);
	spin_unlock(&lock);
	mutex_unlock(&registering);
}
`;
    check([
      ['driver.c', driver('handle')],
      ['driver.c', driver('other')],
      ['driver.c', driver('handle')],
    ]);
  });

  const taker = (take: string, before = ''): string =>
    `#include "dev.h"\n${before}void take(struct dev *dev)\n{\n\t${take}(&dev->state);\n}\n`;
  const WRAPPER = `#include "dev.h"\nvoid wrap(struct dev *dev)\n{\n\ttake(dev);\n}\n`;
  const USER = `#include "dev.h"
int use(struct dev *dev, int n)
{
	wrap(dev);
	mutex_lock(&dev->queue);
	mutex_unlock(&dev->queue);
	if (n)
		return 1;
	mutex_unlock(&dev->state);
	return 0;
}
void push(struct dev *dev)
{
	mutex_lock(&dev->queue);
	kick(dev);
	mutex_unlock(&dev->queue);
}
`;

  it('gives the same findings after lines moved two calls below a function that returns with a lock held', () => {
    check([
      ['dev.h', HEADER],
      ['device.c', DEVICE],
      ['take.c', taker('mutex_lock', 'void first(void)\n{\n}\n')],
      ['wrap.c', WRAPPER],
      ['use.c', USER],
      ['take.c', taker('mutex_lock', 'void first(void)\n{\n\tint n;\n\n}\n')],
      ['wrap.c', WRAPPER.replace('\ttake', '\n\ttake')],
    ]);
  });

  it('gives the same findings after a lock is acquired in another way two calls below', () => {
    const header = HEADER.replace('struct mutex state', 'struct rw_semaphore state');
    const user = `#include "dev.h"
void use(struct dev *dev)
{
	wrap(dev);
	mutex_lock(&dev->queue);
	mutex_unlock(&dev->queue);
	up_read(&dev->state);
}
void push(struct dev *dev)
{
	mutex_lock(&dev->queue);
	down_read(&dev->state);
	up_read(&dev->state);
	mutex_unlock(&dev->queue);
}
`;
    check([
      ['dev.h', header],
      ['take.c', taker('down_read')],
      ['wrap.c', WRAPPER],
      ['use.c', user],
      ['take.c', taker('down_write')],
      ['take.c', taker('down_read')],
      ['take.c', taker('down_read_trylock')],
    ]);
  });

  it("finds the same whichever function determines a lock's kind first", () => {
    const user = (...lines: readonly string[]): string =>
      `#include "dev.h"\nvoid use(struct dev *dev)\n{\n${lines.map((line) => `\t${line};\n`).join('')}}\n`;
    const header = 'struct dev { struct mutex a; struct mutex b; spinlock_t s; };\n';
    const other = `#include "dev.h"
void both(struct dev *dev)
{
	mutex_lock(&dev->a);
	spin_unlock(&dev->s);
}
`;
    check([
      ['dev.h', header],
      ['a.c', user('mutex_lock(&dev->b)', 'lockdep_assert_held(&dev->a)', 'mutex_unlock(&dev->b)')],
      ['both.c', other],
      ['a.c', user('spin_lock(&dev->s)', 'both(dev)', 'spin_lock(&dev->s)')],
    ]);
  });

  it('gives the same findings after the other function of the same name grows', () => {
    const arms = (first: string, second: string): string => `#include "dev.h"
#ifdef CONFIG_A
void help(struct dev *dev)
{
${first}}
#endif
#ifdef CONFIG_B
void help(struct dev *dev)
{
${second}}
#endif
`;
    const user = `#include "dev.h"
void use(struct dev *dev)
{
	mutex_lock(&dev->state);
	help(dev);
	mutex_unlock(&dev->state);
}
`;
    const flushes = '\tmutex_lock(&dev->queue);\n\tmutex_unlock(&dev->queue);\n';
    const locks = '\tmutex_lock(&dev->state);\n\tmutex_unlock(&dev->state);\n';
    check([
      ['dev.h', HEADER],
      ['help.c', arms(flushes, '\tkick();\n')],
      ['queue.c', QUEUE],
      ['device.c', DEVICE],
      ['use.c', user],
      ['help.c', arms(flushes, `\tkick();\n\tkick();\n${locks}`)],
      ['help.c', arms(`\tpoke();\n\tpoke();\n\tpoke();\n${flushes}${flushes}`, locks)],
      ['one.c', `void help(struct dev *dev)\n{\n${locks}}\n`],
      ['one.c', `void help(struct dev *dev)\n{\n${flushes}${locks}${locks}${locks}\tpoke();\n\tkick();\n}\n`],
    ]);
  });

  it('updates where locks are declared after an edit above them', () => {
    const text = (body: string): string =>
      `static int first(void)\n{\n${body}}\nstatic DEFINE_MUTEX(own);\nstruct box { int n; struct mutex in; };
void use(struct box *box)\n{\n\tmutex_lock(&own);\n\tmutex_lock(&box->in);\n\tmutex_unlock(&box->in);\n\tmutex_unlock(&own);\n}\n`;
    const workspace = new Workspace(compiler.models, { report: [], confidence: 'low' });
    for (const body of ['', '\tint n;\n\n', '']) {
      const now = text(body);
      workspace.apply([{ file: 'own.c', summary: compiler.compile(now).summary }]);
      findings(workspace, new Map([['own.c', now]]));
      const { classes } = workspace.snapshot()!.analysis.graph;
      const lines = [...classes.values()].map(({ id, declaredAt }) => `${id} ${declaredAt?.line}`);
      const lineOf = (what: string): number => now.slice(0, now.indexOf(what)).split('\n').length;
      assert.deepEqual(lines.sort(), [`box.in ${lineOf('struct box')}`, `own.c:own ${lineOf('own')}`]);
    }
  });
});
