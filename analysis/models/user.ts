import type { LockApi, LockKind, UserLockCall, UserModel } from './types.js';

const KINDS: ReadonlySet<string> = new Set<LockKind>([
  'semaphore',
  'mutex',
  'rt_mutex',
  'ww_mutex',
  'spinlock',
  'raw_spinlock',
  'rwlock',
  'rwsem',
  'percpu_rwsem',
  'seqlock',
  'seqcount',
  'local_lock',
  'bit_lock',
  'srcu',
  'rcu',
  'completion',
  'section',
]);

const SPINNING: ReadonlySet<LockKind> = new Set([
  'spinlock',
  'raw_spinlock',
  'rwlock',
  'seqlock',
  'local_lock',
  'rcu',
]);

/** The rows of a user's models; a kind that is not known counts as a mutex. */
export function userApis(models: readonly UserModel[]): LockApi[] {
  const rows: LockApi[] = [];
  for (const model of models) {
    for (const call of model.acquire ?? []) rows.push(userApi(call, 'acquire'));
    for (const call of model.try ?? []) {
      rows.push({ ...userApi(call, 'try'), success: call.success ?? 'nonzero', nonBlocking: true });
    }
    for (const call of model.release ?? []) rows.push(userApi(call, 'release'));
  }
  return rows;
}

function userApi(call: UserLockCall, op: 'acquire' | 'try' | 'release'): LockApi {
  const kind = isLockKind(call.kind) ? call.kind : 'mutex';
  const spins = SPINNING.has(kind);
  return {
    name: call.name,
    kind,
    op,
    mode: call.mode ?? 'write',
    arg: call.arg ?? 0,
    isLockSite: true,
    ...(call.subclassArg === undefined ? {} : { subclassArg: call.subclassArg }),
    ...(spins ? { atomic: true } : {}),
    ...(op === 'acquire' && !spins ? { sleeps: true } : {}),
  };
}

function isLockKind(kind: string | undefined): kind is LockKind {
  return kind !== undefined && KINDS.has(kind);
}
