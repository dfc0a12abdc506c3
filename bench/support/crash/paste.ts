/** Breaks lines at the last blank before a column, as mail programs do. */
function wrapped(text: string, column: number): string {
  const lines = text.split('\n').flatMap((line) => {
    const out: string[] = [];
    let rest = line;
    while (rest.length > column) {
      const at = rest.lastIndexOf(' ', column);
      // Indented text is not broken at its indentation.
      if (at < SHORTEST || rest.charAt(at + 1) === ' ') break;
      out.push(rest.slice(0, at));
      rest = rest.slice(at + 1);
    }
    return [...out, rest];
  });
  return lines.join('\n');
}

const SHORTEST = 25;

/** What happens to a log on its way through mails, pagers, web pages and bug trackers. */
export const PASTED: Readonly<Record<string, (text: string) => string>> = {
  quoted: (text) => text.replace(/^/gm, '> > '),
  indented: (text) => text.replace(/^/gm, '    '),
  'in a code block': (text) => `Hello,\nsee this:\n\`\`\`\n${text}\n\`\`\`\nThanks\n`,
  'broken at 76 columns': (text) => wrapped(text, 76),
  'broken and quoted': (text) => wrapped(text, 76).replace(/^/gm, '> '),
  'from a web page': (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
  'blanks collapsed': (text) => text.replace(/[ \t]+/g, ' '),
  'without empty lines': (text) => text.replace(/\n(?:\[[ .\d]+\] ?)?(?=\n)/g, ''),
  'DOS line ends': (text) => text.replaceAll('\n', '\r\n'),
  'with colours': (text) => text.replace(/^(\[[ .\d]+\])/gm, '\u001b[32m$1\u001b[0m'),
};
