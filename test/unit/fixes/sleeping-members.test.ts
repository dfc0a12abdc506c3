import assert from 'node:assert/strict';
import { fixesIn } from './support.js';

async function outcome(text: string, kind: string): Promise<readonly string[]> {
  const [found] = await fixesIn({ 'valve.c': text }, 'sleep-in-atomic');
  const reasons = found?.refusals.filter((refusal) => refusal.kind === kind) ?? [];
  return [...(found?.fixes.map((fix) => fix.kind) ?? []), ...reasons.map(({ reason }) => reason)];
}

/** A clock whose enable() takes a mutex. */
function clock({ members = '', more = '', register = '', body = '' }): string {
  return `
struct valve { struct clk_hw hw; struct mutex lock; void __iomem *regs; int open; };
static int valve_ready(struct clk_hw *hw) { return 0; }
static void valve_settle(struct valve *v) { while (!(readl(v->regs) & 1)) cpu_relax(); }
static int valve_enable(struct clk_hw *hw)
{
	struct valve *v = container_of(hw, struct valve, hw);

	mutex_lock(&v->lock);
	v->open = 1;
${body}	mutex_unlock(&v->lock);
	return 0;
}
static const struct clk_ops valve_ops = {
${members}	.enable = valve_enable,
};
${more}
int valve_setup(struct device *dev, struct valve *v)
{
	struct clk_init_data init = { .name = "valve", .ops = &valve_ops };

	mutex_init(&v->lock);
	v->hw.init = &init;
${register}	return devm_clk_hw_register(dev, &v->hw);
}
`;
}

describe('a clock whose operations sleep', () => {
  const kind = 'sleeping-members';

  it('moves them to prepare() and unprepare(), which may sleep', async () => {
    assert.deepEqual(await outcome(clock({}), kind), [kind]);
  });

  it('keeps them if the table already sets prepare()', async () => {
    const members = '\t.prepare = valve_ready,\n';
    assert.deepEqual(await outcome(clock({ members }), kind), ['valve_ops sets prepare as well']);
  });

  it('keeps them if the table is passed to code that may need enable()', async () => {
    const register = '\tclk_hw_register_composite(dev, "valve", NULL, 0, &v->hw, &valve_ops, 0);\n';
    assert.deepEqual(await outcome(clock({ register }), kind), [
      'valve_ops is handed to code that may need its enable()',
    ]);
  });

  it('moves them if the driver also calls them by name', async () => {
    const more = 'int valve_resume(struct valve *v) { return valve_enable(&v->hw); }\n';
    assert.deepEqual(await outcome(clock({ more }), kind), [kind]);
  });

  it('keeps them if the driver stores them elsewhere', async () => {
    const more = 'void valve_bind(struct valve *v) { v->turn_on = valve_enable; }\n';
    assert.deepEqual(await outcome(clock({ more }), kind), ['valve_enable() is also used elsewhere']);
    const given = 'void valve_bind(struct valve *v) { valve_keep(v, valve_enable); }\n';
    assert.deepEqual(await outcome(clock({ more: given }), kind), ['valve_enable() is also used elsewhere']);
  });

  it('keeps them if they wait for hardware, unless they enable its clock first', async () => {
    const body = '\tvalve_settle(v);\n';
    assert.deepEqual(await outcome(clock({ body }), kind), [
      'valve_settle() waits for hardware whose supply may not be on when prepare() is called',
    ]);
    const on = '\tif (!clk_prepare_enable(valve_clk))\n\t\tvalve_settle(v);\n';
    assert.deepEqual(await outcome(clock({ body: on }), kind), [kind]);
  });
});

/** An interrupt handler that takes a mutex. */
function handler({ flags = '0', more = '', body = '' }): string {
  return `
struct valve { struct mutex lock; struct completion drained; int irq; int open; };
static irqreturn_t valve_interrupt(int irq, void *data)
{
	struct valve *v = data;

${body}	mutex_lock(&v->lock);
	v->open = 0;
	mutex_unlock(&v->lock);
	return IRQ_HANDLED;
}
${more}
int valve_setup(struct valve *v)
{
	mutex_init(&v->lock);
	return request_irq(v->irq, valve_interrupt, ${flags}, "valve", v);
}
`;
}

describe('an interrupt handler that sleeps', () => {
  const kind = 'threaded-handler';

  it('runs in a thread', async () => {
    assert.deepEqual(await outcome(handler({}), kind), [kind]);
    assert.deepEqual(await outcome(handler({ flags: 'IRQF_TRIGGER_RISING' }), kind), [kind]);
  });

  it('stays on a line that others share, and with flags of unknown meaning', async () => {
    const reasons = (flags: string): readonly string[] => [`${flags} may mean something else for a thread`];
    for (const flags of ['IRQF_SHARED', 'IRQF_TRIGGER_LOW | IRQF_SHARED', 'valve_flags'])
      assert.deepEqual(await outcome(handler({ flags }), kind), reasons(flags));
  });

  it('stays where it is called by name', async () => {
    const more = 'void valve_poll(struct valve *v) { valve_interrupt(v->irq, v); }\n';
    assert.deepEqual(await outcome(handler({ more }), kind), ['valve_interrupt() is also used elsewhere']);
  });

  it('stays where a call waits for the handler and would not wait for its thread', async () => {
    const more = 'void valve_quiet(struct valve *v) { disable_hardirq(v->irq); }\n';
    assert.deepEqual(await outcome(handler({ more }), kind), [
      'valve_quiet() waits for a handler, and not for a thread',
    ]);
  });

  it('stays where it waits for another event', async () => {
    const body = '\twait_for_completion(&v->drained);\n';
    assert.deepEqual(await outcome(handler({ body }), kind), [
      'valve_interrupt() waits for something, which may need this interrupt',
    ]);
  });
});
