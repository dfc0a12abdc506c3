import assert from 'node:assert/strict';
import type { Log } from 'sarif';
import { explainFinding } from '../../../analysis/report/explain.js';
import { renderGcc } from '../../../analysis/report/formats/gcc.js';
import { renderGithub } from '../../../analysis/report/formats/github.js';
import { renderSarif } from '../../../analysis/report/formats/sarif.js';
import { CYCLE, lineOf } from './sample.js';

describe('SARIF report', () => {
  const log = JSON.parse(renderSarif({ version: '0.1.0', findings: [CYCLE], skipped: [] })) as Log;
  const result = log.runs[0]?.results?.[0];

  it('contains rule, place and fingerprint', () => {
    assert.equal(log.version, '2.1.0');
    assert.equal(log.runs[0]?.tool.driver.rules?.[result?.ruleIndex ?? -1]?.id, 'lock-order-cycle');
    assert.deepEqual(result?.locations?.[0]?.physicalLocation?.region, {
      startLine: 11,
      startColumn: 2,
      endLine: 11,
      endColumn: 13,
    });
    assert.deepEqual(result?.partialFingerprints, { 'lockorder/v1': 'f00d' });
  });

  it('has one code flow per side and the verified fix', () => {
    assert.deepEqual(
      result?.codeFlows?.map((flow) => flow.threadFlows[0]?.locations.length),
      [2, 2],
    );
    const replacements = result?.fixes?.[0]?.artifactChanges[0]?.replacements;
    assert.equal(replacements?.[0]?.insertedContent?.text, '\tdown(&sem1);\n\tdown(&sem2);');
  });

  it('contains no unverified fix', () => {
    const fixes = CYCLE.fixes.map((fix) => ({ ...fix, verified: false }));
    assert.doesNotMatch(
      renderSarif({ version: '1', findings: [{ ...CYCLE, fixes }], skipped: [] }),
      /"fixes"/,
    );
  });
});

describe('SARIF report with sources', () => {
  it('shows the line of each finding, and the range in it', () => {
    const show = (endLine: number, endColumn: number): unknown => {
      const at = { ...CYCLE.at, line: 9, endLine, endColumn };
      const text = renderSarif({ version: '1', findings: [{ ...CYCLE, at }], skipped: [] }, lineOf);
      const place = (JSON.parse(text) as Log).runs[0]?.results?.[0]?.locations?.[0]?.physicalLocation;
      return [place?.region?.snippet?.text, place?.contextRegion?.snippet?.text];
    };
    assert.deepEqual(show(9, 13), ['down(&sem2)', '\tdown(&sem2);']);
    assert.deepEqual(show(11, 6), [
      'down(&sem2);\n\t/* nothing */\n\tdown',
      '\tdown(&sem2);\n\t/* nothing */\n\tdown(&sem1);',
    ]);
  });
});

describe('GitHub report', () => {
  it('is one workflow command per finding, escaped', () => {
    const text = renderGithub([{ ...CYCLE, message: 'a: 100%, b', at: { ...CYCLE.at, file: 'x,y.c' } }]);
    assert.equal(
      text.split('\n')[0],
      '::error file=x%2Cy.c,line=11,endLine=11,col=2,endColumn=13,title=lock-order-cycle (high confidence)::' +
        'a: 100%25, b%0Aa.c:3 bad_function() takes sem1%0Aa.c:4 bad_function() takes sem2, holding sem1%0A' +
        'a.c:9 another_function() takes sem2%0Aa.c:11 another_function() takes sem1, holding sem2',
    );
  });

  it('annotates the other sides too', () => {
    assert.equal(
      renderGithub([CYCLE]).split('\n')[1],
      '::notice file=a.c,line=4,endLine=4,col=2,endColumn=13,title=lock-order-cycle%3A another side::' +
        'bad_function() takes sem2, holding sem1; the finding is at a.c:11 in another_function()',
    );
  });
});

describe('check report', () => {
  it('has the form of a compiler message, with the story as notes', () => {
    const lines = renderGcc([CYCLE]).split('\n');
    assert.equal(
      lines[0],
      'a.c:11:2: error: sem1 is taken while sem2 is held, elsewhere the other way round [lock-order-cycle]',
    );
    assert.equal(lines[2], 'a.c:4:2: note: bad_function() takes sem2, holding sem1');
  });
});

describe('explanation', () => {
  const text = explainFinding(CYCLE);

  it('contains the table that lockdep prints', () => {
    assert.ok(
      text.includes(`Possible unsafe locking scenario:

       CPU0                    CPU1
       ----                    ----
  lock(sem1);
                               lock(sem2);
                               lock(sem1);
  lock(sem2);

 *** DEADLOCK ***`),
      text,
    );
  });

  it('starts the table with the first CPU', () => {
    const story = CYCLE.story.map((step) => ({ ...step, path: 1 - step.path })).reverse();
    const turned = explainFinding({
      ...CYCLE,
      story: [...story.slice(0, 2).reverse(), ...story.slice(2).reverse()],
    });
    assert.match(turned, /\n {2}lock\(sem2\);\n {31}lock\(sem1\);\n {31}lock\(sem2\);\n {2}lock\(sem1\);\n/);
  });

  it('lists assumptions and fixes', () => {
    assert.match(text, /no-gate: no other lock keeps the two functions apart/);
    assert.match(text, /Take sem1 before sem2/);
  });

  it('says why there is no fix', () => {
    const refusals = [{ kind: 'reorder', reason: 'a return is in between' }];
    const without = explainFinding({ ...CYCLE, fixes: [] }, refusals);
    assert.match(without, /Why no fix is offered\n\n {2}- reorder: a return is in between/);
  });

  it('names a static lock in a reason against a fix without its file, unless another one has that name', () => {
    const told = (...reasons: string[]): string =>
      explainFinding(
        { ...CYCLE, fixes: [] },
        reasons.map((reason) => ({ kind: 'untake', reason })),
      );
    assert.match(told('net/a.c:big is not taken again'), /untake: big is not taken again/);
    assert.match(
      told('net/a.c:big is taken', 'net/b.c:big is taken'),
      /net\/a\.c:big is taken[^]*net\/b\.c:big is taken/,
    );
  });

  it('has no line for locks if there are none, as when only preemption is off', () => {
    assert.match(text, /^Locks: +sem1, sem2$/m);
    assert.doesNotMatch(explainFinding({ ...CYCLE, locks: [] }), /^Locks:/m);
  });

  it('fits the line length of a mail', () => {
    const long = explainFinding({ ...CYCLE, message: 'word '.repeat(100) });
    assert.ok(long.split('\n').every((line) => line.length <= 76));
  });
});
