/**
 * A C type as the analysis needs it: a base name and a suffix of `*` (pointer) and `[]` (array), innermost
 * last. `struct foo*[]` is an array of pointers to struct foo. The base is `struct tag`, `union tag`,
 * `enum tag`, a typedef or builtin name (`spinlock_t`, `int`), or `''` when not known. Qualifiers,
 * attributes and storage classes are gone. An anonymous record has a made-up tag `outer::member` (member of
 * a struct), `::name` (variable or typedef of an anonymous struct). A pointer to function is `(*)` with the
 * return type in front: `int(*)`.
 */
export type CType = string;

/** The type of `*x` or `x[i]`: the type without its last suffix; `undefined` if it has none. */
export function pointee(type: CType): CType | undefined {
  if (type.endsWith('[]')) return type.slice(0, -2);
  if (type.endsWith('*')) return type.slice(0, -1);
  return undefined;
}

/** The type without any pointer or array suffix. */
export function baseOf(type: CType): string {
  let end = type.length;
  for (;;) {
    if (type.endsWith('*', end)) end -= 1;
    else if (type.endsWith('[]', end)) end -= 2;
    else return type.slice(0, end);
  }
}

/** `foo` of `struct foo`. */
export function tagOf(record: string): string {
  const space = record.indexOf(' ');
  return space < 0 ? record : record.slice(space + 1);
}

/** `outer::member` of an anonymous struct reads `outer.member`; `::name` reads `name`. */
export function showTag(tag: string): string {
  return tag.replace(/^::/, '').replaceAll('::', '.');
}

/** Whether a type is a pointer to a function, or a name for one: a single word that is no keyword of the language. */
export function mayPointToFunction(type: CType): boolean {
  return type.endsWith('(*)') || (/^[A-Za-z_]\w*[A-Za-z_]$/.test(type) && !NUMBERS.has(type));
}

/** The types in which functions return error numbers. */
export const ERROR_NUMBERS: ReadonlySet<CType> = new Set(['int', 'long', 'ssize_t']);

const NUMBERS: ReadonlySet<string> = new Set(['bool', 'char', 'int', 'long', 'short', 'signed', 'unsigned']);
