/** One line of a comment without its decoration. */
export interface CommentLine {
  readonly text: string;
  /** Visual column of the first non-blank character; tabs are eight wide. */
  readonly indent: number;
  /** Number of lines after the comment's first. */
  readonly line: number;
}

const TAB = 8;
/** Limits beyond which text is ignored, so that no comment takes long. */
const LONGEST_LINE = 300;
const LONGEST_COMMENT = 30_000;

/** The lines of a comment without stars, slashes and box borders. */
export function commentLines(comment: string, column: number): CommentLine[] {
  return comment
    .slice(0, LONGEST_COMMENT)
    .split('\n')
    .map((raw, line) => {
      let text = raw
        .slice(0, LONGEST_LINE)
        .replace(/\r$/, '')
        .replace(/\*+\/\s*$/, '');
      let width = line === 0 ? column - 1 : 0;
      const lead = /^\s*(?:\/\*+!?|\/\/+|\*+(?!\/))?/.exec(text)?.[0] ?? '';
      width = widthOf(lead, width);
      text = text.slice(lead.length);
      const blank = /^\s*/.exec(text)?.[0] ?? '';
      const indent = widthOf(blank, width);
      return { text: text.slice(blank.length).trimEnd(), indent, line };
    });
}

function widthOf(text: string, from: number): number {
  let width = from;
  for (const char of text) width += char === '\t' ? TAB - (width % TAB) : 1;
  return width;
}
