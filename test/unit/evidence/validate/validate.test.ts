import assert from 'node:assert/strict';
import { joinEvidence } from '../../../../analysis/evidence/join/join.js';
import type { Evidence } from '../../../../analysis/evidence/join/joined.js';
import { reported, reversedEdges } from '../../../../analysis/evidence/validate/subjects.js';
import { validate } from '../../../../analysis/evidence/validate/validate.js';
import { createModels } from '../../../../analysis/models/index.js';
import { parse, sample } from '../samples.js';

const join = (...texts: string[]): Evidence => joinEvidence(texts.map(parse), createModels());

const PROVING = '[    0.000000]  memory used for stack traces: 4224 kB\n';
const listing = (times: number, edge: string): string => `all lock classes:
ffffffffa0002110 OPS:       ${times} FD:    1 BD:    2 +.+.: inode_mutex
${edge === 'inode' ? ' -> [ffffffffa0002070] super_mutex\n' : ''}
ffffffffa0002070 OPS:       ${times} FD:    2 BD:    1 +.+.: super_mutex
${edge === 'super' ? ' -> [ffffffffa0002110] inode_mutex\n' : ''}
`;

describe('validation of a repair', () => {
  const before = join(sample('drop_relock'));
  const verdict = (...texts: string[]): string => {
    const { verdict: whole, checks } = validate(reversedEdges(before), before, join(...texts));
    return [whole, ...checks.flatMap(({ reasons }) => reasons)].join('; ');
  };

  it('is fixed if one order is gone, the other ran, and both sides took the locks', () => {
    assert.match(
      verdict(PROVING, listing(5, 'super')),
      /^fixed; not seen any more: inode_mutex -> super_mutex/,
    );
  });

  it('is not fixed if it is reported again', () => {
    assert.match(verdict(sample('drop_relock')), /^not-fixed; reported again at log:\d+/);
  });

  it('is not fixed if another report appears', () => {
    assert.match(verdict(PROVING, listing(5, 'super'), sample('spin_self')), /^not-fixed; /);
  });

  it('is not proven if the locks were not taken, or not together', () => {
    assert.match(verdict(PROVING), /^not-exercised; .*never took/);
    assert.match(verdict(PROVING, listing(5, '')), /^not-exercised; .*neither order ran/);
  });

  it('is not proven if only one side can have run', () => {
    assert.match(verdict(PROVING, listing(1, 'super')), /^not-exercised; .*did less/);
  });

  it('is not proven without a validator', () => {
    const silent = '[    1.000000] Freeing unused kernel memory\n';
    assert.match(verdict(silent), /^not-exercised; .*nothing shows that lockdep was enabled/);
    assert.match(verdict(listing(5, 'super')), /^not-exercised; .*only tables/);
    assert.match(verdict(silent, listing(5, 'super')), /^fixed/);
    const off = `${PROVING}[    9.0] INFO: lockdep is turned off.\n`;
    assert.match(verdict(off, listing(5, 'super')), /^not-exercised; .*lockdep stopped/);
  });

  it('compares the reports of a run without a circle', () => {
    const sleeping = join(sample('sem_down_spin'));
    const subjects = reported(sleeping);
    assert.equal(subjects.length, 1);
    assert.equal(validate(subjects, sleeping, sleeping).verdict, 'not-fixed');
  });
});
