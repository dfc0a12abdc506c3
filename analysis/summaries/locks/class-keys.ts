/*
 * The key of a lock class: the symbol of a variable and the members behind it, or a record and the members in it with the file
 * that declares the record: `dir/file.c:rq.lock`, `foo.txq.lock@dir/foo.h`. Whatever builds or reads one stands here.
 */

const DECLARED_IN = '@';

/** The class of a member (`foo.txq.lock`) of a record that a file declares; `''` if the declaration is not visible. */
export function recordKey(path: string, file: string): string {
  return `${path}${DECLARED_IN}${file}`;
}

/** The path of a key, and the file behind it. */
function split(key: string): readonly [path: string, file: string] {
  const at = key.indexOf(DECLARED_IN);
  return at < 0 ? [key, ''] : [key.slice(0, at), key.slice(at)];
}

/** The class of a member of the object that has a key. */
export function memberKey(key: string, member: string): string {
  const [path, file] = split(key);
  return `${path}.${member}${file}`;
}

/** The key of the object that contains a lock, and the member that the lock is; `undefined` for a lock in no object. */
export function aroundKey(key: string): { readonly outer: string; readonly member: string } | undefined {
  const [path, file] = split(key);
  const dot = path.lastIndexOf('.');
  return dot < 0 ? undefined : { outer: path.slice(0, dot) + file, member: path.slice(dot + 1) };
}
