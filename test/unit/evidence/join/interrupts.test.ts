import assert from 'node:assert/strict';
import { joinEvidence } from '../../../../analysis/evidence/join/join.js';
import type { Evidence } from '../../../../analysis/evidence/join/joined.js';
import { renderEvidenceJson } from '../../../../analysis/evidence/tell/json.js';
import { evidenceSchema } from '../../../../analysis/evidence/tell/schema.js';
import { interruptsText } from '../../../../analysis/evidence/tell/tables.js';
import { verdictOf } from '../../../../analysis/evidence/tell/verdict.js';
import { createModels } from '../../../../analysis/models/index.js';
import { analyse } from '../../../support/analyse.js';
import { parse } from '../samples.js';

const DRIVER = `
#include <linux/interrupt.h>
#define WEIR_NAME "weir"

struct sluice {
	spinlock_t gate_lock;
	int irq;
	int level;
};

static void sluice_note(struct sluice *s)
{
	spin_lock(&s->gate_lock);
	s->level++;
	spin_unlock(&s->gate_lock);
}

static irqreturn_t sluice_interrupt(int irq, void *data)
{
	struct sluice *s = data;

	sluice_note(s);
	return IRQ_HANDLED;
}

static irqreturn_t weir_interrupt(int irq, void *data)
{
	return IRQ_NONE;
}

int sluice_open(struct sluice *s)
{
	return request_irq(s->irq, sluice_interrupt,
			   IRQF_SHARED, "sluice", s);
}

int weir_open(struct sluice *s)
{
	return request_irq(s->irq, weir_interrupt, IRQF_SHARED, WEIR_NAME, s);
}

static irqreturn_t basin_thread(int irq, void *data)
{
	sluice_note(data);
	return IRQ_HANDLED;
}

int basin_open(struct sluice *s)
{
	/* request_irq(s->irq, weir_interrupt, 0, "basin", s); */
	return request_threaded_irq(s->irq, NULL, basin_thread, IRQF_ONESHOT, "basin", s);
}

int sluice_level(struct sluice *s)
{
	int level;

	spin_lock(&s->gate_lock);
	level = s->level;
	spin_unlock(&s->gate_lock);
	return level;
}
`;

async function joined(table: string, source = DRIVER): Promise<Evidence> {
  const { snapshot } = await analyse(new Map([['sluice.c', source]]));
  const { program, analysis } = snapshot;
  return joinEvidence([parse(table)], createModels(), {
    program,
    analysis,
    models: createModels(),
    linesOf: () => source.split('\n'),
  });
}

const table = (...lines: readonly string[]): string =>
  `           CPU0       CPU1\n${lines.join('\n')}\nNMI:          0          0   Non-maskable interrupts\n`;
const SHARED = ' 18:       1200         15   IO-APIC  18-fasteoi   sluice, weir, other';
const STORM = ' 19:    9000003    9000125   IO-APIC  19-fasteoi   sluice';

describe('interrupt lines and the handlers behind them', () => {
  it('a shared line leads to its handlers, their classes and the findings about these', async () => {
    const evidence = await joined(table(SHARED));
    const [line, ...others] = evidence.interrupts;
    assert.equal(others.length, 0);
    assert.equal(line?.trouble, 'shared');
    assert.deepEqual(
      line.handlers.map((each) => [each.action, each.where.function, each.where.line, each.locks]),
      [
        ['sluice', 'sluice_interrupt', 18, ['sluice.gate_lock']],
        ['weir', 'weir_interrupt', 26, []],
      ],
    );
    const [handler] = line.handlers;
    assert.equal(handler?.findings.length, 1);
    const text = interruptsText(evidence);
    assert.match(
      text,
      /18 is shared by sluice, weir, other: .*; sluice_interrupt \(sluice\.c:18\) takes sluice\.gate_lock\n {4}findings that involve it: [0-9a-f]{16}\n/,
    );
    assert.match(verdictOf(evidence)[0] ?? '', /18 is shared by .* takes sluice\.gate_lock/);
  });

  it('a line that storms leads to its handlers and their findings, in text and in JSON', async () => {
    const evidence = await joined(table(STORM));
    const output = evidenceSchema.parse(
      JSON.parse(renderEvidenceJson(evidence, { hasSource: true, finding: () => undefined })),
    );
    assert.deepEqual(
      output.interrupts?.map(({ line, trouble, count, handlers }) => [
        line,
        trouble,
        count,
        handlers.map((each) => [each.action, each.function, each.locks, each.findings.length]),
      ]),
      [['19', 'storm', 18000128, [['sluice', 'sluice_interrupt', ['sluice.gate_lock'], 1]]]],
    );
  });

  it('the thread function of a threaded handler is named', async () => {
    const { interrupts } = await joined(
      table(' 22:          3          4   IO-APIC  22-fasteoi   basin, other'),
    );
    assert.deepEqual(
      interrupts[0]?.handlers.map(({ where, locks }) => [where.function, locks]),
      [['basin_thread', ['sluice.gate_lock']]],
    );
  });

  it('an unregistered name has no handler, and a line without trouble is not listed', async () => {
    const { interrupts } = await joined(
      table(
        ' 20:    9000003    9000125   IO-APIC  20-fasteoi   sluicegate, weir0',
        ' 21:          3          4   IO-APIC  21-fasteoi   sluice',
      ),
    );
    assert.deepEqual(
      interrupts.map(({ row, handlers }) => [row.name, handlers.length]),
      [['20', 0]],
    );
  });

  const registering = (name: string, before = '', around = ''): string => `
#include <linux/interrupt.h>
#define LOCK_NAME "lock"
${around}
static irqreturn_t lock_interrupt(int irq, void *data)
{
	return IRQ_NONE;
}

int lock_probe(struct platform_device *pdev, struct lock *l)
{
	${before}
	return devm_request_irq(&pdev->dev, l->irq, lock_interrupt, 0, ${name}, l);
}
`;
  const driver = `static struct platform_driver lock_driver = {
	.probe = lock_probe,
	.driver = {
		.name = "lock-gate",
	},
};`;
  const handlers = async (action: string, source: string): Promise<readonly string[]> => {
    const evidence = await joined(
      table(` 18:       1200         15   IO-APIC  18-fasteoi   ${action}, other`),
      source,
    );
    return evidence.interrupts.flatMap((line) => line.handlers.map(({ where }) => where.function));
  };

  for (const [what, action, source] of [
    ['of literals and macros beside each other', 'lock-rx', registering('LOCK_NAME "-rx"')],
    [
      'in a variable',
      'lock irq',
      registering('lock_irq_name', '', 'static const char lock_irq_name[] = "lock irq";'),
    ],
    [
      'in a buffer that a call fills',
      'lock3-tx',
      registering('l->name', 'snprintf(l->name, sizeof(l->name), "lock%d-tx", l->id);'),
    ],
    [
      'in a member of an element',
      'gate-TxRx-12',
      registering('l->vec[i].name', 'sprintf(l->vec[i].name, "%s-TxRx-%u", l->dev, i);'),
    ],
    [
      'that a call makes',
      'lock:north',
      registering('name', 'char *name = devm_kasprintf(&pdev->dev, GFP_KERNEL, "lock:%s", l->side);'),
    ],
    [
      "of the device, which begins with the driver's",
      'lock-gate.1',
      registering('dev_name(&pdev->dev)', '', driver),
    ],
    ["of the device, as the driver's alone", 'lock-gate', registering('pdev->name', '', driver)],
  ] as const)
    it(`a name ${what} leads to its handler`, async () => {
      assert.deepEqual(await handlers(action, source), ['lock_interrupt']);
    });

  for (const [what, action, source] of [
    ['another literal', 'lock-gate', registering('"gate"', '', driver)],
    [
      'a format without fixed letters',
      'lock-3',
      registering('l->name', 'snprintf(l->name, sizeof(l->name), "%s-%d", l->dev, l->id);'),
    ],
    ['another driver', 'lock-gates.1', registering('dev_name(&pdev->dev)', '', driver)],
    [
      'a buffer that another call fills',
      'lock3-tx',
      registering('l->name', 'snprintf(l->title, sizeof(l->title), "lock%d-tx", l->id);'),
    ],
  ] as const)
    it(`${what} leads nowhere`, async () => {
      assert.deepEqual(await handlers(action, source), []);
    });
});
