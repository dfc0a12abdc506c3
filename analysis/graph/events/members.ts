import { objectOf, pointed, type Term } from '../../summaries/locks/terms.js';

/** Whether two terms name different members of one object: another field path or another constant index. */
export function differ(a: Term, b: Term): boolean {
  const x = memberPath(a);
  const y = memberPath(b);
  if (x.length !== y.length) return false;
  return x.some((part, i) => {
    const other = y[i] ?? '';
    if (part === other) return false;
    return part.startsWith('.') ? other.startsWith('.') : part.startsWith('#') && other.startsWith('#');
  });
}

/**
 * Whether one term names an element by a constant index, and the other names any element: `lock[0]` and `lock[ring]`.
 */
export function mayBeOtherElements(a: Term, b: Term): boolean {
  const x = memberPath(a);
  const y = memberPath(b);
  return x.length === y.length && x.some((part, i) => (part === '?') !== (y[i] === '?'));
}

function memberPath(lock: Term): string[] {
  const out: string[] = [];
  let at = lock;
  while (at.k === 'field' || at.k === 'index') {
    out.push(at.k === 'field' ? `.${at.name}` : at.index.k === 'constant' ? `#${at.index.value}` : '?');
    at = at.base;
  }
  return out;
}

/**
 * Whether two locks are in objects to which different members of one record type lead: `net->services->buckets` and
 * `net->connections->buckets`, also where the path goes on from table to table.
 */
export function areBehindOtherMembers(a: Term, b: Term): boolean {
  const [one, other] = [outermostTo(a), outermostTo(b)];
  if (one === undefined || other === undefined || one.name === other.name) return false;
  return one.type === other.type && one.base.type === other.base.type && one.base.type !== '';
}

/** The first member of a path to a lock that points to an object of the lock's type. */
function outermostTo(lock: Term): (Term & { readonly k: 'field' }) | undefined {
  const type = `${objectOf(lock).type}*`;
  let found: (Term & { readonly k: 'field' }) | undefined;
  for (let at: Term | undefined = lock; at !== undefined; at = 'base' in at ? at.base : undefined)
    if (at.k === 'field' && at.type === type) found = at;
  return found;
}

/**
 * Whether two objects, or the targets of two members, are different members of one record type. Unlike with {@link
 * differ}, the paths may have any length: `&nic->tx.wrapped.work` is not `&nic->stats.work`.
 */
export function areOtherMembers(a: Term, b: Term): boolean {
  if (a.k !== b.k) return false;
  if (a.k === 'address' && b.k === 'address') return areOtherMembers(a.base, b.base);
  const paths = pathsByRecord(a);
  for (const [record, path] of pathsByRecord(b)) {
    const other = paths.get(record);
    if (other !== undefined && other !== path) return true;
  }
  return areInOtherRecords(a, b);
}

/** Whether two terms name the same members up to a constant index, which differs: `irqs[0]` and `irqs[1]`. */
function areOtherElements(a: Term, b: Term): boolean {
  let [one, other] = [a, b];
  for (;;) {
    if (one.k === 'index' && other.k === 'index') {
      const constants = one.index.k === 'constant' && other.index.k === 'constant';
      if (constants && one.index.key !== other.index.key) return true;
    } else if (one.k !== 'field' || other.k !== 'field' || one.name !== other.name) return false;
    [one, other] = [one.base, other.base];
  }
}

/**
 * Whether two members of one name belong to members of different record types: `lio->stats.work` and `dev->poll.work`.
 */
function areInOtherRecords(a: Term, b: Term): boolean {
  let [one, other] = [a, b];
  while (one.k === 'field' && other.k === 'field') {
    const types = [one.base.type, other.base.type];
    if (types.some((type) => !type.startsWith('struct '))) return false;
    if (types[0] !== types[1]) return one !== a;
    if (one.name !== other.name) return false;
    [one, other] = [one.base, other.base];
  }
  return false;
}

/**
 * The named members that can be the given one. A type that wraps a work item and is a member of many records has one
 * class: a member known to belong to the right record rules out members of other records.
 */
export function ofMember<T extends { readonly object: Term }>(member: Term, all: readonly T[]): readonly T[] {
  const possible = all.filter(
    ({ object }) => !areOtherMembers(object, member) && !areOtherElements(object, member),
  );
  if (possible.length < 2) return possible;
  const paths = pathsByRecord(pointed(member));
  const agreeing = possible.map(({ object }) => {
    const own = pathsByRecord(pointed(object));
    const common = [...own].filter(([record]) => paths.has(record)).length;
    return { common, isOfOther: common < own.size };
  });
  const most = Math.max(...agreeing.map(({ common }) => common));
  return possible.filter((_, i) => {
    const { common, isOfOther } = agreeing[i] ?? { common: 0, isOfOther: false };
    return common === most || !isOfOther;
  });
}

/** The path to a member from each record around it, by the record's type. Members of a union are in one place. */
function pathsByRecord(member: Term): ReadonlyMap<string, string> {
  const out = new Map<string, string>();
  let path = '';
  let at = member;
  while (at.k === 'field' || at.k === 'index') {
    path = at.k === 'field' ? `.${at.name}${path}` : `[]${path}`;
    at = at.base;
    if (at.type.startsWith('union ')) return out;
    if (at.type.startsWith('struct ')) out.set(at.type, path);
  }
  return out;
}
