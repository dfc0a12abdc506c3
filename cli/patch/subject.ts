/** Parts that a subject can do without, the least telling first: an explanation, who it is for, where. */
const OPTIONAL_PARTS: readonly RegExp[] = [
  /, /,
  / where /,
  / for (?=callers )/,
  / in (?=\w+\(\))/,
  / (?:after|before) /,
];

/** Words that a title cannot end with. */
const LEADING_ON =
  /^(?:a|an|and|after|before|by|for|from|in|is|of|off|on|or|than|that|the|to|where|which|with|without)$/;

/** Shortens a title: first the names of locks, then without its optional parts, then without its last words. */
export function shortened(title: string, columns: number): string {
  if (title.length <= columns) return title;
  let first = title.replaceAll(/(?<![\w./-])[A-Za-z_]\w*\.(?=[A-Za-z_]\w*(?:\s|$))/g, '');
  for (const part of OPTIONAL_PARTS) if (first.length > columns) [first = title] = first.split(part);
  const words = first.split(' ');
  const isOpen = (): boolean => LEADING_ON.test(words.at(-1) ?? '');
  while (words.length > 2 && (words.join(' ').length > columns || isOpen())) words.pop();
  return words.join(' ');
}
