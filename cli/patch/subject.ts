/** Parts that a subject can do without, the least telling first: an explanation, who it is for, in which function. */
const OPTIONAL_PARTS: readonly RegExp[] = [
  /, /,
  / where /,
  / for (?=callers )/,
  / in (?=\w+\(\))/,
  / before (?=\w+\(\) returns$)/,
];

/** `after x.lock is released`: it can go only after the names of structs have. */
const PLACE = / (?:after|before) /;

/** The struct in the name of a lock. */
const STRUCT = /(?<![\w./-])[A-Za-z_]\w*\.(?=[A-Za-z_]\w*(?:\s|$))/g;

/** Words that a title cannot end with. */
const LEADING_ON =
  /^(?:a|an|and|after|as|before|by|for|from|in|is|of|off|on|or|than|that|the|to|where|which|with|without)$/;

/**
 * Shortens a title: first by its optional parts, then by the structs of locks, or else by the place, then by both and by
 * its last words.
 */
export function shortened(title: string, columns: number): string {
  let first = title;
  for (const part of OPTIONAL_PARTS) if (first.length > columns) [first = title] = first.split(part);
  const named = first.split(PLACE)[0] ?? first;
  if (first.length > columns) first = first.replaceAll(STRUCT, '');
  if (first.length > columns) first = named.length <= columns ? named : named.replaceAll(STRUCT, '');
  if (first.length <= columns) return first;
  const words = first.split(' ');
  const isOpen = (): boolean => LEADING_ON.test(words.at(-1) ?? '');
  while (words.length > 2 && (words.join(' ').length > columns || isOpen())) words.pop();
  return words.join(' ');
}
