/** A word of C as reasons write it: a file with its line, or names joined by `->` and `.`, with arguments or empty brackets. */
const WORD =
  /[\w./-]+\.[ch](?::\d+(?:-\d+)?)?|&?[A-Za-z_]\w*(?:(?:->|\.(?=[a-z_]))\w+)*(?:\((?:[&*\w>.[\]-]+(?:, ?[&*\w>.[\]-]+)*)?\))?/g;

/**
 * Text of a reason as Markdown: what is spelled like C becomes code, and nothing else has markup. Spans that the reason
 * marks itself stay.
 */
export function withCodeSpans(text: string): string {
  return text
    .split(/(`[^`]*`)/)
    .map((part, at) => (at % 2 === 1 ? part : marked(part)))
    .join('');
}

function marked(text: string): string {
  let [done, at] = ['', 0];
  for (const { 0: word, index } of text.matchAll(WORD)) {
    if (!isCode(word)) continue;
    done += plain(text.slice(at, index)) + `\`${word}\``;
    at = index + word.length;
  }
  return done + plain(text.slice(at));
}

/** Whether a word cannot be English: a name with an underscore, a member, a call, a file. */
function isCode(word: string): boolean {
  return /[_(]|->|\.[ch]\b/.test(word) && /[A-Za-z]/.test(word);
}

function plain(text: string): string {
  return text.replace(/[*<>[\]_]/g, '\\$&');
}
