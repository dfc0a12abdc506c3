/** One edit of a seeded mistake; lines are 1-based, and edits never change their number. */
export type MutantEdit =
  | { readonly op: 'swap-args' | 'swap-lines'; readonly a: number; readonly b: number }
  | { readonly op: 'blank'; readonly line: number }
  | { readonly op: 'set-line'; readonly line: number; readonly text: string }
  | { readonly op: 'subst' | 'relock'; readonly line: number; readonly from: string; readonly to: string };

/** Applies edits to the lines of a file. Throws if one does not fit: then the tree is another version. */
export function applyEdits(lines: readonly string[], edits: readonly MutantEdit[]): string[] {
  const result = [...lines];
  const at = (line: number): string => result[line - 1] ?? '';
  const set = (line: number, text: string): void => {
    result[line - 1] = text;
  };
  for (const edit of edits) {
    switch (edit.op) {
      case 'swap-args': {
        const [one, two] = [at(edit.a), at(edit.b)];
        const [first, second] = [firstArgument(one), firstArgument(two)];
        set(edit.a, one.slice(0, first.start) + second.text + one.slice(first.end));
        set(edit.b, two.slice(0, second.start) + first.text + two.slice(second.end));
        break;
      }
      case 'swap-lines': {
        const [one, two] = [at(edit.a), at(edit.b)];
        set(edit.a, indent(one) + two.trimStart());
        set(edit.b, indent(two) + one.trimStart());
        break;
      }
      case 'blank':
        set(edit.line, '');
        break;
      case 'set-line':
        set(edit.line, edit.text);
        break;
      case 'subst': {
        const word = new RegExp(`(?<!\\w)${escape(edit.from)}(?!\\w)`);
        if (!word.test(at(edit.line))) throw new Error(`no ${edit.from} in line ${edit.line}`);
        set(
          edit.line,
          at(edit.line).replace(word, () => edit.to),
        );
        break;
      }
      case 'relock': {
        // The call becomes a call of another function with the first argument only.
        const text = at(edit.line);
        const call = new RegExp(`\\b${escape(edit.from)}\\s*\\(`).exec(text);
        if (!call) throw new Error(`no call of ${edit.from} in line ${edit.line}`);
        const argument = firstArgument(text);
        const close = text.indexOf(');', argument.end);
        set(edit.line, `${text.slice(0, call.index)}${edit.to}(${argument.text}${text.slice(close)}`);
        break;
      }
    }
  }
  return result;
}

/** The first argument of the first call on the line whose name suggests locking. */
function firstArgument(line: string): {
  readonly start: number;
  readonly end: number;
  readonly text: string;
} {
  const call = /\b\w*(?:lock|down|up)\w*\s*\(/.exec(line);
  if (!call) throw new Error(`no lock call: ${line}`);
  const start = call.index + call[0].length;
  let depth = 0;
  for (let end = start; end < line.length; end++) {
    const char = line[end] ?? '';
    if (depth === 0 && (char === ',' || char === ')' || char === ']')) {
      return { start, end, text: line.slice(start, end) };
    }
    if ('([{'.includes(char)) depth += 1;
    else if (')]}'.includes(char)) depth -= 1;
  }
  throw new Error(`the call does not end: ${line}`);
}

function indent(line: string): string {
  return line.slice(0, line.length - line.trimStart().length);
}

function escape(word: string): string {
  return word.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
