import assert from 'node:assert/strict';
import { fixesIn } from './support.js';

/** An LED whose function takes a mutex, with more code behind the probe function and in front of the return. */
function lamp({ stores = '', more = '', body = '', header = '' }): Readonly<Record<string, string>> {
  const declared =
    'struct lamp { struct led_classdev cdev; struct mutex lock; int level; void (*again)(); };\n';
  return {
    'lamp.h': `${declared}${header}`,
    'lamp.c': `
#include "lamp.h"
static void lamp_set(struct led_classdev *cdev, enum led_brightness level)
{
	struct lamp *l = container_of(cdev, struct lamp, cdev);
${body}
	mutex_lock(&l->lock);
	l->level = level;
	mutex_unlock(&l->lock);
}

int lamp_probe(struct device *dev, struct lamp *l)
{
	mutex_init(&l->lock);
	l->cdev.brightness_set = lamp_set;
${stores}	return devm_led_classdev_register(dev, &l->cdev);
}
${more}`,
  };
}

async function outcome(sources: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const [found] = await fixesIn(sources, 'sleep-in-atomic');
  const reasons = found?.refusals.filter(({ kind }) => kind === 'blocking-member') ?? [];
  return [...(found?.fixes.map(({ kind }) => kind) ?? []), ...reasons.map(({ reason }) => reason)];
}

describe('an LED function that sleeps', () => {
  it('moves to the member that may sleep', async () => {
    assert.deepEqual(await outcome(lamp({})), ['blocking-member']);
    // Comments and strings are no uses.
    const told =
      '\tpr_debug("brightness_set of %s", l->cdev.name); /* lamp_set, brightness_set_blocking */\n';
    assert.deepEqual(await outcome(lamp({ stores: told })), ['blocking-member']);
  });

  const ends: readonly (readonly [what: string, end: string, result: string])[] = [
    ['the error that it has just reported', 'if (n)\n\t\tdev_err(l, "failed: %d\\n", n);', 'n'],
    ['no number that may be positive', 'if (n < 0)\n\t\tdev_err(l, "failed: %d\\n", n);', '0'],
    ['no number that nothing calls an error', 'if (n)\n\t\tdev_dbg(l, "same: %d\\n", n);', '0'],
    ['no number that is not printed', 'if (n)\n\t\tdev_err(l, "failed\\n");', '0'],
    ['no number that it changes', 'if (n) {\n\t\tdev_err(l, "failed: %d\\n", n);\n\t\tn = 2;\n\t}', '0'],
    ['none of two', 'if (n)\n\t\tdev_err(l, "failed: %d\\n", n);\n\telse\n\t\tl->level = 1;', '0'],
  ];
  for (const [what, end, result] of ends)
    it(`returns ${what}`, async () => {
      const { 'lamp.c': code = '', ...files } = lamp({ body: '\tint n;\n' });
      const behind = `\tmutex_unlock(&l->lock);\n\tn = lamp_write(l);\n\t${end}\n}\n`;
      const changed = code.replace('\tmutex_unlock(&l->lock);\n}\n', behind);
      const [found] = await fixesIn({ ...files, 'lamp.c': changed }, 'sleep-in-atomic');
      const texts = found?.fixes.flatMap(({ edits }) => edits.map(({ newText }) => newText)) ?? [];
      assert.ok(texts.includes(`\n\treturn ${result};\n`), JSON.stringify(texts));
    });

  it('moves together with the calls that the driver makes', async () => {
    const called = 'void lamp_off(struct lamp *l)\n{\n\tl->cdev.brightness_set(&l->cdev, 0);\n}\n';
    assert.deepEqual(await outcome(lamp({ more: called })), ['blocking-member']);
    const beside = { 'off.c': `#include "lamp.h"\n${called}`, ...lamp({}) };
    const [found] = await fixesIn(beside, 'sleep-in-atomic');
    const edits = found?.fixes[0]?.edits.filter(({ file }) => file === 'off.c') ?? [];
    assert.deepEqual(
      edits.map(({ newText }) => newText),
      ['brightness_set_blocking'],
    );
    const either = `#include "lamp.h"\nvoid lamp_off(struct lamp *l)\n{\n\tif (l->level)\n\t\tl->cdev.brightness_set(&l->cdev, 0);\n}\n`;
    assert.deepEqual(await outcome({ 'off.c': either, ...lamp({}) }), ['blocking-member']);
  });

  it('moves together with the other functions that such calls reach', async () => {
    const called = 'void lamp_off(struct lamp *l)\n{\n\tl->cdev.brightness_set(&l->cdev, 0);\n}\n';
    const other = (returns: string): string => `#include "lamp.h"
${returns} bulb_set(struct led_classdev *cdev, enum led_brightness level)
{
	struct lamp *l = container_of(cdev, struct lamp, cdev);

	l->level = level;
}

void bulb_init(struct lamp *l)
{
	l->cdev.brightness_set = bulb_set;
}
`;
    const both = { 'bulb.c': other('static void'), ...lamp({ more: called }) };
    const [found] = await fixesIn(both, 'sleep-in-atomic');
    assert.deepEqual(
      found?.fixes[0]?.edits.filter(({ file }) => file === 'bulb.c').map(({ newText }) => newText.trim()),
      [
        'static int bulb_set(struct led_classdev *cdev, enum led_brightness level)',
        'return 0;',
        'brightness_set_blocking',
      ],
    );
    assert.deepEqual(await outcome({ 'bulb.c': other('void'), ...lamp({ more: called }) }), [
      'bulb_set() may have other callers',
    ]);
  });

  it('stays if the driver tests the member or passes it on', async () => {
    const tested = 'int lamp_works(struct lamp *l) { return l->cdev.brightness_set != NULL; }\n';
    assert.deepEqual(await outcome(lamp({ more: tested })), ['lamp.c uses brightness_set on its own']);
    const copied = 'void lamp_copy(struct lamp *l) { l->again = l->cdev.brightness_set; }\n';
    const beside = { 'off.c': `#include "lamp.h"\n${copied}`, ...lamp({}) };
    assert.deepEqual(await outcome(beside), ['off.c uses brightness_set on its own']);
    const named = '#define LAMP_OFF(l) do { (l)->cdev.brightness_set(&(l)->cdev, 0); } while (0)\n';
    assert.deepEqual(await outcome(lamp({ more: named })), ['lamp.c uses brightness_set on its own']);
  });

  it('stays if invisible code may do so', async () => {
    const header = 'void lamp_off(struct lamp *l);\n';
    assert.deepEqual(await outcome(lamp({ header })), [
      'lamp_off() was not analysed and may use brightness_set',
    ]);
  });

  it('stays if it has other uses, or the other member is set', async () => {
    const again = '\tl->again = lamp_set;\n';
    assert.deepEqual(await outcome(lamp({ stores: again })), ['lamp_set() is also used elsewhere']);
    const both = '\tl->cdev.brightness_set_blocking = NULL;\n';
    assert.deepEqual(await outcome(lamp({ stores: both })), ['lamp.c sets brightness_set_blocking as well']);
  });

  it('stays if parts of it are not always compiled', async () => {
    const body = '#ifdef LAMP_ODD\n\tif (level == 3)\n\t\treturn;\n#endif\n';
    assert.deepEqual(await outcome(lamp({ body })), ['lamp_set() is compiled in part only']);
  });
});
