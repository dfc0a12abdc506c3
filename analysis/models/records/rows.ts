import type { EventRoleFacts, FunctionRecord, LockFacts } from './record.js';
import type { LockApi, LockKind, OtherApi } from '../types.js';

/** Roles that operate on a lock, with the `op` of the row made from each. */
const LOCK_OPS = {
  acquire: 'acquire',
  try: 'try',
  release: 'release',
  downgrade: 'downgrade',
  assertHeld: 'assert-held',
  assertNotHeld: 'assert-not-held',
  mightAcquire: 'might-acquire',
  transient: 'transient',
  init: 'lock-init',
} as const satisfies Record<string, LockApi['op']>;

/** Roles that are other events. */
const EVENTS = ['wait', 'complete', 'sleep', 'context', 'query', 'register', 'free'] as const;

/** The roles of which a call has only one, or one beside `transient`. */
export const ROLES = [...(Object.keys(LOCK_OPS) as readonly (keyof typeof LOCK_OPS)[]), ...EVENTS] as const;

/** The keys of a record that do not affect the analysis. */
export const SAYS_NOTHING: ReadonlySet<string> = new Set([
  'name',
  'source',
  'seenIn',
  'since',
  'until',
  'note',
] satisfies (keyof FunctionRecord)[]);

/** Defaults of every row of a kind. */
const KIND_FACTS: Readonly<Record<LockKind, Partial<LockApi>>> = {
  // lockdep does not track counting semaphores and bit locks.
  semaphore: { noLockdep: true },
  bit_lock: { noLockdep: true },
  mutex: {},
  rt_mutex: {},
  ww_mutex: {},
  rwsem: {},
  percpu_rwsem: {},
  spinlock: { atomic: true },
  raw_spinlock: { atomic: true },
  rwlock: { atomic: true },
  seqlock: { atomic: true },
  local_lock: { atomic: true },
  // Writers of a sequence count do not exclude each other; another lock serialises them.
  seqcount: { noCycle: true },
  srcu: { mode: 'read', recursiveRead: 'always' },
  rcu: { mode: 'read', atomic: true, recursiveRead: 'always', noCycle: true },
  completion: {},
  section: {},
};

/** Kinds whose acquisition sleeps if it has to wait. */
const SLEEPING: ReadonlySet<LockKind> = new Set([
  'semaphore',
  'mutex',
  'rt_mutex',
  'ww_mutex',
  'rwsem',
  'percpu_rwsem',
  'bit_lock',
]);

/** The locking API row of a record; `undefined` if it has no such role. */
export function lockRow(record: FunctionRecord): LockApi | undefined {
  for (const [role, op] of Object.entries(LOCK_OPS)) {
    const facts = record[role as keyof typeof LOCK_OPS];
    if (facts !== undefined) return rowOf(record.name, op, facts);
  }
  return undefined;
}

function rowOf(name: string, op: LockApi['op'], facts: LockFacts): LockApi {
  const isTry = op === 'try';
  const mayWait =
    op === 'acquire' || op === 'transient' || op === 'might-acquire' || (isTry && facts.interruptible);
  const isNamed = facts.implicit === undefined && facts.path?.startsWith('RET') !== true;
  return withoutFalse({
    name,
    op,
    mode: 'write',
    isLockSite: op === 'acquire' || isTry || op === 'release',
    ...(isNamed ? { arg: 0 } : {}),
    ...KIND_FACTS[facts.kind],
    ...(mayWait === true && SLEEPING.has(facts.kind) && facts.atomic !== true ? { sleeps: true } : {}),
    ...(isTry ? { success: 'nonzero' } : {}),
    ...(isTry && facts.interruptible !== true ? { nonBlocking: true } : {}),
    ...(op === 'downgrade' || op === 'assert-held' ? { mode: 'read' } : {}),
    ...facts,
  });
}

/** Drops false facts: `sleeps: false` in a record only overrides the kind's default. */
function withoutFalse(row: LockApi): LockApi {
  const kept = Object.entries(row).filter(([key, value]) => value !== false || key === 'isLockSite');
  return Object.fromEntries(kept) as unknown as LockApi;
}

/** The row of a record for other events; `undefined` if it has no such role. */
export function eventRow(record: FunctionRecord): OtherApi | undefined {
  for (const role of EVENTS) {
    const facts: EventRoleFacts | undefined = record[role];
    if (facts === undefined) continue;
    const sleeps = role === 'sleep' ? ({ sleeps: true, confidence: 'high' } as const) : {};
    return { name: record.name, k: role, ...sleeps, ...facts };
  }
  return undefined;
}

/** The rows of a record, by role. */
export function rowsOf(record: FunctionRecord): Readonly<Record<string, LockApi | OtherApi>> {
  const [lock, event] = [lockRow(record), eventRow(record)];
  const roles = Object.entries(LOCK_OPS);
  return {
    ...(lock === undefined ? {} : { [roles.find(([, op]) => op === lock.op)?.[0] ?? '']: lock }),
    ...(event === undefined ? {} : { [event.k]: event }),
  };
}
