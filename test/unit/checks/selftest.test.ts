import assert from 'node:assert/strict';
import { analyse } from '../../support/analyse.js';
import { moduleOf, SCENARIOS, SHAPES } from './selftest.js';

describe("scenarios of lockdep's own selftest", () => {
  for (const shape of SHAPES) {
    for (const scenario of SCENARIOS) {
      it(`${scenario.name}, ${shape}: ${scenario.isMistake ? 'found' : 'silent'}`, async () => {
        const text = moduleOf(scenario, shape);
        const { snapshot } = await analyse(new Map([['scenario.c', text]]), 'high');
        const told = snapshot.findings.filter(({ confidence }) => confidence === 'high');
        assert.equal(
          told.length > 0,
          scenario.isMistake,
          `${text}\n${told.map(({ message }) => message).join('\n')}`,
        );
      });
    }
  }
});
