import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { renderJson } from '../../../analysis/report/formats/json.js';
import { analyse } from '../../support/analyse.js';

const HEADER = 'struct dev { struct mutex a; struct work_struct work; };\nint take(struct dev *d);\n';

/** Two files beside each other that make their own handlers those of one kind of work. */
const FILES: Readonly<Record<string, string>> = {
  'dev.h': HEADER,
  'a.c': `#include "dev.h"
static void handler(struct work_struct *w)
{
	take(container_of(w, struct dev, work));
}

int take(struct dev *d)
{
	mutex_lock(&d->a);
	cancel_work_sync(&d->work);
	mutex_unlock(&d->a);
	return 0;
}

void begin(struct dev *d)
{
	INIT_WORK(&d->work, handler);
}
`,
  'b.c': `#include "dev.h"
static void handler(struct work_struct *w)
{
	take(container_of(w, struct dev, work));
}

void begin_other(struct dev *d)
{
	INIT_WORK(&d->work, handler);
}
`,
};

describe('a wait for work that several files set up', () => {
  it('reports the same handler for any order of files', async () => {
    const told = async (names: readonly string[]): Promise<string> => {
      const { snapshot } = await analyse(new Map(names.map((name) => [name, FILES[name] ?? ''])));
      return renderJson({ version: '0', findings: snapshot.findings, skipped: [] });
    };
    const first = await told(['dev.h', 'a.c', 'b.c']);
    assert.match(first, /wait-deadlock/);
    assert.match(first, /INIT_WORK\(\) makes handler\(\)/);
    for (const order of [
      ['b.c', 'a.c', 'dev.h'],
      ['b.c', 'dev.h', 'a.c'],
    ])
      assert.equal(await told(order), first);
  });
});
