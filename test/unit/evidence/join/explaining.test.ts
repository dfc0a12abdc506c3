import assert from 'node:assert/strict';
import type { Finding } from '../../../../analysis/checks/types.js';
import { explaining, type EventFacts } from '../../../../analysis/evidence/join/explain.js';

const finding = (about: Partial<Finding> & Pick<Finding, 'rule'>): Finding => {
  const at = { file: 'pond.c', line: 12, column: 2, function: 'pond_flush' };
  const base = {
    id: about.rule,
    message: '',
    severity: 'error',
    confidence: 'high',
    at,
    locks: [],
    story: [],
  };
  return { ...base, ...about } as unknown as Finding;
};
const cycle = finding({ rule: 'lock-order-cycle', locks: ['pond.bank', 'pond.reed/1'] });
const wait = finding({ rule: 'wait-deadlock', locks: ['pond.bank'] });
const hung = (awaits?: EventFacts['awaits'], kind: EventFacts['kind'] = 'hung-task'): EventFacts => ({
  kind,
  locks: [],
  functions: new Set(['pond_flush']),
  inlined: new Set(),
  ...(awaits === undefined ? {} : { awaits }),
});
const rules = (facts: EventFacts, ...findings: readonly Finding[]): string[] =>
  explaining(facts, findings).map(({ rule }) => rule);

describe('the finding that explains a hung task', () => {
  it('is about the lock that the task waits for', () => {
    assert.deepEqual(rules(hung({ class: 'pond.reed' }), cycle), ['lock-order-cycle']);
    assert.deepEqual(rules(hung({ class: 'heron.nest' }), cycle), []);
    assert.deepEqual(rules(hung(), cycle), ['lock-order-cycle']);
  });

  it('is one about waits if the task waits for an event', () => {
    assert.deepEqual(rules(hung('event'), cycle, wait), ['wait-deadlock']);
    assert.deepEqual(rules(hung('event'), cycle), []);
  });

  it('is never one of low confidence that shares only functions, neither for a hung task nor for a lockup', () => {
    const doubtful = { ...cycle, confidence: 'low' } as const;
    assert.deepEqual(rules(hung(), doubtful), []);
    assert.deepEqual(rules(hung(undefined, 'lockup'), doubtful), []);
    const locks = [{ class: 'pond.bank', name: '&p->bank', role: 'held' }] as const;
    assert.deepEqual(rules({ ...hung(), locks }, doubtful), ['lock-order-cycle']);
  });
});
