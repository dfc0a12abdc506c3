/** Kinds of locks that the kernel spells in another way than by their id here without underscores. */
const TEXTS: Readonly<Record<string, string>> = {
  rt_mutex: 'rt_mutex',
  ww_mutex: 'ww_mutex',
  local_lock: 'local_lock',
  bit_lock: 'bit spinlock',
  srcu: 'SRCU',
  rcu: 'RCU',
  section: 'lockdep map',
};

/** The kind of a lock as kernel developers write it. */
export function kindText(kind: string): string {
  return TEXTS[kind] ?? kind.replaceAll('_', ' ');
}

/** The same with its article. */
export function aKind(kind: string): string {
  const text = kindText(kind);
  return `${/^(?:rw|rt|S?RCU)/.test(text) ? 'an' : 'a'} ${text}`;
}
