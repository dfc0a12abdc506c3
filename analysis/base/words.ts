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
