/**
 * Reads the ways in which comments name locks: `inode->i_rwsem`, `bdi.wb->list_lock`, `space_info::lock`, `page lock`,
 * `mutex_lock(&group->mutex)`, `lock_sock(listener)`, `i_data_sem (rw)`.
 */

const WORD = String.raw`[A-Za-z_]\w*`;
/** A variable, a member path, or a call. */
const PATH = String.raw`[&@]?(?:struct\s+)?${WORD}(?:(?:->|\.|::)${WORD})*`;
const IS_PATH = new RegExp(`^${PATH}$`);
const CALL = new RegExp(String.raw`^(${WORD})\(([^()]*(?:\([^()]*\))?[^()]*)\)$`);
/** Words around a lock's name. */
const ARTICLE = /^(?:the|a|an|our|that|this|its|any|each|every|some|its own|\d+[.)]|[-+*|]+)\s+/i;
const NOUN = /\s+(?:spin|raw\s+spin|rw)?\s*(?:lock|locks|mutex|mutexes|semaphore|spinlock|rwsem|rwlock)$/i;
const LOCKISH = /lock|mutex|mtx|sem(?:a|aphore)?\b|_sem|lck|srcu/i;
const RELEASES = /unlock|release|^up(?:_|$)/i;
const LONGEST = 60;
const MOST_WORDS = 4;

/** Whether the name looks like that of a lock. */
export function isLockish(name: string): boolean {
  return LOCKISH.test(name);
}

/**
 * Normalises a name for lookup: `a.b`, `a->b` and `a::b` become `a.b`, a locking call stays a call, an English name
 * keeps its words. `undefined` if it is not a name.
 */
export function orderName(text: string): string | undefined {
  let name = text.trim().replace(/^["'`[{(]+|["'`\]}):;,.!]+$/g, '');
  for (let before = ''; before !== name;) {
    before = name;
    name = name.replace(ARTICLE, '').trim();
  }
  const call = CALL.exec(name) ?? CALL.exec(`${name})`);
  if (call) return callName(call[1] ?? '', call[2] ?? '');
  name = name
    .replace(/\s*[([{].*$/, '')
    .replace(/^->\s*/, '')
    .replace(/\s+/g, ' ')
    .trim();
  if (name === '' || name.length > LONGEST || name.split(' ').length > MOST_WORDS) return undefined;
  const plain = name.replace(NOUN, '');
  if (IS_PATH.test(plain) && /[_.:]|->/.test(plain)) return pathName(plain);
  if (IS_PATH.test(name)) return pathName(name);
  const last = name.split(' ').at(-1) ?? '';
  // `IRQ-desc lock` stays words; `percpu eoi_list_lock` is its last word.
  if (IS_PATH.test(last) && /[_.:]|->/.test(last)) return pathName(last);
  return /^[A-Za-z][\w -]*$/.test(name) ? name : undefined;
}

function callName(callee: string, argument: string): string | undefined {
  if (RELEASES.test(callee)) return undefined;
  const path = argument.split(',')[0]?.trim() ?? '';
  return IS_PATH.test(path) && /[.>&:]/.test(path) ? pathName(path) : `${callee}()`;
}

function pathName(path: string): string {
  return path
    .replace(/^[&@]/, '')
    .replace(/^struct\s+/, '')
    .replaceAll(/->|::/g, '.');
}

/** The names in `{lock, mii_lock}` and `a or b`; one for a plain name. */
export function alternatives(text: string): readonly string[] {
  if (CALL.test(text.trim())) {
    const name = orderName(text);
    return name === undefined ? [] : [name];
  }
  const set = /^\{([^}]*)\}$/.exec(text.trim());
  const parts = set ? (set[1] ?? '').split(',') : text.replace(/\([^)]*\)/g, '').split(/\s+or\s+|\s*,\s*/);
  return parts.flatMap((part) => orderName(part) ?? []);
}
