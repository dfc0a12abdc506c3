import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEvidence } from '../../../analysis/evidence/read/reader.js';
import type { SourceEvidence } from '../../../analysis/evidence/read/types.js';
import { ROOT } from '../../support/root.js';

const FOLDER = join(ROOT, 'test/unit/evidence/samples');

/** Excerpts of consoles on which modules of our own made the kernel complain. */
export const SAMPLES: Readonly<Record<string, readonly string[]>> = {
  assert_held: ['warn'],
  bh_in_irqsave: ['warn', 'warn'],
  callee_unlock: ['preempt-leak', 'warn', 'wait-context'],
  drop_relock: ['circular'],
  free_held: ['held-freed', 'preempt-leak', 'warn'],
  hung_completion: Array.from({ length: 8 }, () => 'hung-task'),
  irqwork_plain: ['inconsistent-state'],
  nested_subclass_swap: ['circular'],
  rcu_sync_in_reader: ['rcu', 'sleep', 'sleep', 'warn'],
  sem_down_spin: ['sleep'],
  seqlock_irq: ['inconsistent-state'],
  set_subclass: ['circular'],
  sleep_timer_cb: ['sleep', 'wait-context'],
  spin_self: ['recursive'],
  work_self_cancel: ['recursive'],
  ww_noctx: ['recursive'],
};

export const sample = (name: string): string => readFileSync(join(FOLDER, `${name}.log`), 'utf8');

export const parse = (text: string): SourceEvidence => parseEvidence('log', [text]);

export const kinds = ({ events }: SourceEvidence): string[] => events.map(({ kind }) => kind);

export const locks = (evidence: SourceEvidence, index = 0): string[] =>
  (evidence.events[index]?.locks ?? []).map(
    ({ role, name, at, stack }) =>
      `${role} ${name} ${at?.function ?? stack.map((f) => f.function).join(' ')}`,
  );
