import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { createModels } from '../../../../analysis/models/index.js';
import { judge } from '../../../../bench/support/crash/judge.js';
import { crashLog, PREFIXES } from '../../../../bench/support/crash/log.js';
import { PASTED } from '../../../../bench/support/crash/paste.js';
import { LOCK_REPORTS } from '../../../../bench/support/crash/reports.js';
import { patience, runs } from '../../../support/runs.js';

const models = createModels();
const prefix = fc.constantFrom(...Object.keys(PREFIXES));

describe('generated crash logs, of kernels 4.9 to 7.3 and twelve architectures', function () {
  this.timeout(patience());

  for (const form of Object.keys(LOCK_REPORTS)) {
    it(`${form}: kind, function, locks and holders are those of the generator`, () => {
      fc.assert(
        fc.property(fc.nat(1_000_000), prefix, (seed, before) => {
          const { words, holders, invented, ...right } = judge(crashLog(seed, form, before), models);
          assert.deepEqual(right, { read: true, kind: true, function: true, locks: true }, words);
          assert.deepEqual([holders[0], invented], [holders[1], 0], words);
        }),
        { numRuns: runs(40) },
      );
    });
  }

  it('without a lock report give no event', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), prefix, (seed, before) => {
        const { invented, words } = judge(crashLog(seed, undefined, before), models);
        assert.equal(invented, 0, words);
      }),
      { numRuns: runs(200) },
    );
  });

  for (const [way, paste] of Object.entries(PASTED)) {
    it(`${way}: kind and function stay right`, () => {
      for (const form of Object.keys(LOCK_REPORTS)) {
        for (let seed = 0; seed < 4; seed++) {
          const log = crashLog(seed * 7919 + 13, form, seed % 2 === 0 ? 'console' : 'caller');
          const {
            words,
            read,
            kind,
            function: place,
            invented,
          } = judge({ ...log, text: paste(log.text) }, models);
          assert.deepEqual([read, kind, place, invented], [true, true, true, 0], `${form} ${seed}: ${words}`);
        }
      }
    });
  }
});
