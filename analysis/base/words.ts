/** The last word of a text: `lock` of `&q->lock`, `foo.lock`, `dir/file.c:lock`; `undefined` if it has none. */
export function lastWord(text: string): string | undefined {
  return /(\w+)\W*$/.exec(text)?.[1];
}

/** The source of a regular expression that matches a text as it is written. */
export function quoted(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
