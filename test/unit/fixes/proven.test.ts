import assert from 'node:assert/strict';
import { standingBy, standingOf } from '../../../analysis/fixes/proven.js';
import { read } from '../../support/sources.js';

/** What README.md calls the kinds that are edits. */
const IN_WORDS: Readonly<Record<string, string>> = {
  atomic: 'short delays and polls in atomic context',
  'atomic-allocation': 'allocations that may wait under a spinlock',
  'back-off': 'handlers that can give up and run again',
  'blocking-member': 'LED functions that sleep',
  deferred: 'resets of network devices that sleep',
  'drop-release': 'releases of a lock that is not held',
  'into-section': 'locks that a callee asserts',
  'irq-state-handler': 'sections and releases that enable interrupts too early or not at all',
  'irq-state-handler-all': 'sections and releases that enable interrupts too early or not at all',
  'irq-state-inner': 'sections and releases that enable interrupts too early or not at all',
  'irq-state-pair': 'sections and releases that enable interrupts too early or not at all',
  'irq-state-saved': 'sections and releases that enable interrupts too early or not at all',
  'irq-safe': 'locks that must exclude an interrupt',
  'irq-safe-driver': 'locks that must exclude an interrupt',
  'irq-safe-like-others': 'locks that must exclude an interrupt',
  'irq-safe-operation': 'locks that must exclude an interrupt',
  'leave-before': 'waits at the edge of a section or in one of their own',
  'locked-variant': 'functions that acquire a lock which some callers hold',
  'no-wait-number': 'waits for an interrupt that may spin',
  'no-wait-tested': 'waits for an interrupt that may spin',
  outside: 'calls at the edge of a section that sleep',
  'own-wait': 'handlers that wait for themselves',
  'poll-in-atomic': 'short delays and polls in atomic context',
  release: 'forgotten releases',
  'release-first': 'functions that acquire a lock which some callers hold',
  'release-on-error': 'forgotten releases',
  reorder: 'neighbouring locks taken in the wrong order',
  'says-it-sleeps': 'GPIO chips that sleep',
  'skip-release': 'releases of a lock that is not held',
  'sleeping-first': 'neighbouring locks taken in the wrong order',
  'sleeping-members': 'operations of clocks that sleep',
  'split-variant': 'functions that acquire a lock which some callers hold',
  'switch-back': 'exits that leave interrupts or preemption disabled',
  take: 'locks that a callee asserts',
  'take-again': 'releases of a lock that is not held',
  'take-always': 'releases of a lock that is not held',
  'take-earlier': 'releases of a lock that is not held',
  'tasklet-to-work': 'tasklets and timers that sleep',
  'threaded-handler': 'interrupt handlers that sleep',
  'timer-to-work': 'tasklets and timers that sleep',
  'to-mutex': 'spinlocks under which only processes sleep',
  'to-mutex-in-header': 'spinlocks under which only processes sleep',
  'to-rwsem': 'spinlocks under which only processes sleep',
  untake: 'functions that acquire a lock which some callers hold',
  wait: 'waits at the edge of a section or in one of their own',
  'wait-call': 'waits at the edge of a section or in one of their own',
  'wait-behind': 'waits at the edge of a section or in one of their own',
  'wait-before': 'waits at the edge of a section or in one of their own',
};

describe('standing of a kind of repair', () => {
  it('is an edit for a certain finding if enough of its kind were judged and all were right', () => {
    assert.deepEqual(standingBy({ right: 20, drawn: 20 }, 'some', 'high'), {
      as: 'edit',
      reason: '20 of 20 fixes of the kind some in real code were right',
    });
  });

  it('is a suggestion as soon as one of them was wrong', () => {
    assert.deepEqual(standingBy({ right: 28, drawn: 31 }, 'some', 'high'), {
      as: 'suggestion',
      reason: '28 of 31 fixes of the kind some in real code were right; an edit needs 20 of 20',
    });
    assert.equal(standingOf('irq-state', 'high').as, 'suggestion');
  });

  it('is a suggestion for an uncertain finding: none of these were judged', () => {
    for (const confidence of ['medium', 'low'] as const) {
      const { as, reason } = standingBy({ right: 20, drawn: 20 }, 'some', confidence);
      assert.equal(as, 'suggestion');
      assert.match(reason, /^the finding is not certain/);
    }
  });

  it('is in README.md for each kind that is an edit, and for no other', () => {
    const kinds = [...read('analysis/fixes/proven.ts').matchAll(/^  \['?([\w-]+)'?, \{/gm)].map(
      ([, kind = '']) => kind,
    );
    assert.ok(kinds.length > 20, String(kinds.length));
    const edits = kinds.filter((kind) => standingOf(kind, 'high').as === 'edit');
    assert.deepEqual(edits.sort(), Object.keys(IN_WORDS).sort());
    const [, listed = ''] =
      /judged right\. Today these are the fixes of\n\n([^.]*)\./.exec(read('README.md')) ?? [];
    const named = listed.split(/[;,]\s|^- /m).map((words) => words.replace(/\s+/g, ' ').trim());
    assert.deepEqual(
      named.filter((words) => words !== '').sort(),
      [...new Set(Object.values(IN_WORDS))].sort(),
    );
  });

  it('is a suggestion for kinds with too few judgements, or none', () => {
    assert.match(standingOf('hoist', 'high').reason, /; an edit needs 20 of 20$/);
    assert.deepEqual(standingOf('none such', 'high'), {
      as: 'suggestion',
      reason: 'no fix of the kind none such in real code has been judged yet; an edit needs 20 of 20',
    });
  });
});
