/*
 * A lock class has subclasses, lockdep's nesting levels, at the end of its name: `inode.i_rwsem/1`, and `/?` if the source
 * does not tell the level.
 */

const SLASH = '/'.charCodeAt(0);
const UNKNOWN = '?'.charCodeAt(0);
const ZERO = '0'.charCodeAt(0);
const NINE = '9'.charCodeAt(0);

/** The level of a lock that an outer lock nests: the class stays the same, and the outer lock orders its instances. */
export const NESTED_BY_LOCK = -2;

/** The name of a subclass. @param level negative if the source does not show it */
export function subclassed(name: string, level: number): string {
  return level < 0 ? `${name}/?` : `${name}/${level}`;
}

/** The end of a name that gives the subclass; empty for a class. */
export function subclassOf(name: string): string {
  let at = name.length - 1;
  if (name.charCodeAt(at) === UNKNOWN) at--;
  else while (name.charCodeAt(at) >= ZERO && name.charCodeAt(at) <= NINE) at--;
  return at < name.length - 1 && name.charCodeAt(at) === SLASH ? name.slice(at) : '';
}

const SUFFIX = /[/#][\w-]*$/;

/** The id of a lock class without the subclass, or the key, at its end. */
export function withoutSuffix(id: string): string {
  return id.replace(SUFFIX, '');
}

/** The name of the class without its subclass, as a release names it. */
export function withoutSubclass(name: string): string {
  return name.slice(0, name.length - subclassOf(name).length);
}

/** The nesting level, 0 for a class; `undefined` if the source does not show it. */
export function levelOf(name: string): number | undefined {
  const subclass = subclassOf(name);
  return subclass === '/?' ? undefined : Number(subclass.slice(1));
}

/** Whether a class is a subclass of the same class as `wanted`, whose level is not known. */
export function isOfSomeLevel(name: string | undefined, wanted: string): boolean {
  return (
    name !== undefined && levelOf(wanted) === undefined && withoutSubclass(name) === withoutSubclass(wanted)
  );
}
