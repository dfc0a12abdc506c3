/** The lines of some code without those under `#if 0`, which no build compiles. */
export function withoutNever(text: string): string {
  let depth = 0;
  const isKept = (line: string): boolean => {
    const [, directive = '', condition = ''] = /^\s*#\s*(\w+)\s*(.*)$/.exec(line) ?? [];
    if (depth === 0) {
      if (directive === 'if' && /^0\b/.test(condition)) depth = 1;
      return depth === 0;
    }
    if (directive.startsWith('if')) depth++;
    else if (directive === 'endif' || (depth === 1 && directive.startsWith('el'))) depth--;
    return false;
  };
  return text.split('\n').filter(isKept).join('\n');
}
