import assert from 'node:assert/strict';
import { createModels } from '../../../analysis/models/index.js';
import { modelsOfKernel, OLDER_DATA } from '../../../analysis/models/records/older.js';
import { recordErrors } from '../../../analysis/models/records/schema.js';

const makefileOf = (version: number, patchlevel: number): string =>
  `# SPDX-License-Identifier: GPL-2.0\nVERSION = ${version}\nPATCHLEVEL = ${patchlevel}\nSUBLEVEL = 3\n`;

const sleeps = (version: number, patchlevel: number): boolean | undefined => {
  const api = createModels(modelsOfKernel([], makefileOf(version, patchlevel))).api('tasklet_disable');
  return api?.k === 'wait' ? api.sleeps : undefined;
};

describe('models of an older kernel', () => {
  it('hold up to the version that the record names', () => {
    assert.equal(sleeps(5, 12), false);
    assert.equal(sleeps(4, 19), false);
    assert.equal(sleeps(5, 13), true);
    assert.equal(sleeps(6, 1), true);
  });

  it('are not used for a Makefile that is not a kernel’s', () => {
    assert.deepEqual(modelsOfKernel([], 'VERSION = 1\nall:\n\ttrue\n'), []);
    assert.deepEqual(modelsOfKernel([], ''), []);
  });

  it('give way to a record of the user', () => {
    const own = { name: 'tasklet_disable', inert: true } as const;
    const models = modelsOfKernel([own], makefileOf(5, 10));
    assert.deepEqual(
      models.filter((model) => 'name' in model && model.name === 'tasklet_disable'),
      [own],
    );
  });

  it('are records that the schema accepts', () => {
    assert.deepEqual(
      OLDER_DATA.flatMap((record) => recordErrors(record)),
      [],
    );
  });
});
