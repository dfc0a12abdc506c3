/** The last word of a text: `lock` of `&q->lock`, `foo.lock`, `dir/file.c:lock`; `undefined` if it has none. */
export function lastWord(text: string): string | undefined {
  return /(\w+)\W*$/.exec(text)?.[1];
}

/** Matches a name where it stands as a whole word. */
export function wholeWord(name: string, flags = ''): RegExp {
  return new RegExp(`(?<!\\w)${quoted(name)}(?!\\w)`, flags);
}

/** The source of a regular expression that matches a text as it is written. */
export function quoted(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

/** Whether a UTF-16 unit is a digit. */
export function isDigit(unit: number): boolean {
  return unit >= 48 && unit <= 57;
}

/** Whether a UTF-16 unit may be part of a name, as `\w` of a regular expression. */
export function isWordUnit(unit: number): boolean {
  return (unit >= 97 && unit <= 122) || (unit >= 65 && unit <= 90) || isDigit(unit) || unit === 95;
}
