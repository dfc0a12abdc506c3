import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { Entries } from '../../../../analysis/evidence/validate/entries.js';
import { builtAs } from '../../../../analysis/evidence/validate/kbuild.js';
import { planText } from '../../../../analysis/evidence/validate/plan.js';
import { createModels } from '../../../../analysis/models/index.js';
import { analyse } from '../../../support/analyse.js';

const TEXT = `
struct dev { struct mutex a; struct mutex b; struct work_struct work; };

static void inner(struct dev *dev)
{
	mutex_lock(&dev->a);
	mutex_lock(&dev->b);
	mutex_unlock(&dev->b);
	mutex_unlock(&dev->a);
}

static long foo_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	inner(file->private_data);
	return 0;
}

static void foo_work(struct work_struct *work)
{
	struct dev *dev = container_of(work, struct dev, work);

	mutex_lock(&dev->b);
	mutex_lock(&dev->a);
	mutex_unlock(&dev->a);
	mutex_unlock(&dev->b);
}

static ssize_t level_show(struct device *d, struct device_attribute *attr, char *buf)
{
	inner(d->data);
	return 0;
}
static DEVICE_ATTR_RO(level);

static int foo_probe(struct platform_device *pdev)
{
	struct dev *dev = make(pdev);

	INIT_WORK(&dev->work, foo_work);
	return 0;
}

static const struct file_operations foo_fops = { .unlocked_ioctl = foo_ioctl };
static struct platform_driver foo_driver = { .probe = foo_probe };
`;

describe('the plan for a finding', () => {
  it('names entries from outside, through callers', async () => {
    const { snapshot } = await analyse(new Map([['foo.c', TEXT]]));
    const { program } = snapshot;
    const entries = new Entries(program, createModels());
    const ways = (name: string): string[] =>
      [...program.functions()]
        .filter((fn) => fn.name === name)
        .flatMap((fn) => entries.of(fn))
        .map(({ point, path }) => `${point.how}: ${path.join(' > ')}`)
        .sort();
    assert.deepEqual(ways('inner'), [
      'ioctl(2) on its device file: foo_ioctl > inner',
      'its file in sysfs: level_show > inner',
    ]);
    assert.deepEqual(ways('foo_work'), ['a work item that runs: foo_work']);
    assert.deepEqual(ways('foo_probe'), ['binding the driver to a device: foo_probe']);
  });

  it('has options, both sides, a script that shells accept, and next steps', async () => {
    const { snapshot } = await analyse(new Map([['foo.c', TEXT]]));
    const { program, analysis } = snapshot;
    const [finding] = analysis.findings;
    assert.ok(finding);
    const world = { program, analysis, models: createModels(), linesOf: () => TEXT.split('\n') };
    const text = planText(finding, world, () => ({ module: 'foo_drv', option: 'CONFIG_FOO' }));
    for (const part of [
      'CONFIG_PROVE_LOCKING=y',
      'CONFIG_FOO=m',
      'Side 1',
      'Side 2',
      'MODULE=foo_drv',
      `validate ${finding.id}`,
    ])
      assert.ok(text.includes(part), part);
    const script = text.slice(text.indexOf('#!/bin/sh'), text.indexOf('Expected in the log'));
    assert.equal(spawnSync('sh', ['-n'], { input: script }).status, 0, script);
    // A loop over the clock forks as fast as it can.
    assert.doesNotMatch(script, /while[^\n]*date/);
  });

  it('finds module and option in makefiles', () => {
    const makefile =
      'obj-$(CONFIG_FOO) += foo-drv.o bar.o\nfoo-drv-y := main.o \\\n\tcore.o\nfoo-drv-$(CONFIG_X) += x.o\n';
    assert.deepEqual(builtAs('core', makefile), { module: 'foo_drv', option: 'CONFIG_FOO' });
    assert.deepEqual(builtAs('x', makefile), { module: 'foo_drv', option: 'CONFIG_FOO' });
    assert.deepEqual(builtAs('bar', makefile), { module: 'bar', option: 'CONFIG_FOO' });
    assert.deepEqual(builtAs('main', 'obj-m := a.o\na-objs := main.o'), { module: 'a', option: '' });
    assert.equal(builtAs('other', makefile), undefined);
  });

  it('puts no text from the tree into its script that a shell would execute', async () => {
    for (const file of ['$(reboot).c', 'a;reboot.c', 'a`reboot`.c', 'a\nreboot.c', 'a b.c']) {
      const { snapshot } = await analyse(new Map([[file, TEXT]]));
      const { program, analysis } = snapshot;
      const [finding] = analysis.findings;
      assert.ok(finding);
      const world = { program, analysis, models: createModels(), linesOf: () => undefined };
      const script = planText(finding, world, () => undefined).split('#!/bin/sh')[1] ?? '';
      assert.match(script, /^MODULE=CHANGE_ME$/m);
      assert.doesNotMatch(script.split('Expected in the log')[0] ?? '', /[^ ]reboot|^reboot/m);
    }
  });
});
