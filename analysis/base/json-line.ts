/**
 * The 1-based line at which a part of a JSON text begins, or the nearest existing part around it.
 * @param path keys and indexes from the top
 */
export function jsonLine(text: string, path: readonly PropertyKey[]): number {
  const token = /"(?:[^"\\]|\\.)*"|[{}[\]:,]|[^\s"{}[\]:,]+/g;
  /** For each open object or list: its key or index at this point. */
  const at: (string | number)[] = [];
  let found = 0;
  let depthFound = 0;
  let isKey = false;
  for (const match of text.matchAll(token)) {
    const [word] = match;
    const isBeside = word === '}' || word === ']' || word === ',' || word === ':';
    const isOnWay =
      at.length <= path.length && at.every((part, depth) => String(part) === String(path[depth]));
    if (!isBeside && !isKey && isOnWay && at.length > depthFound) {
      found = match.index;
      depthFound = at.length;
      if (depthFound === path.length) break;
    }
    if (word === '{') {
      at.push('');
      isKey = true;
    } else if (word === '[') {
      at.push(0);
      isKey = false;
    } else if (word === '}' || word === ']') {
      at.pop();
      isKey = false;
    } else if (word === ',') {
      const last = at.at(-1);
      isKey = typeof last === 'string';
      if (typeof last === 'number') at[at.length - 1] = last + 1;
    } else if (word === ':') isKey = false;
    else if (isKey) at[at.length - 1] = keyOf(word);
  }
  return lineAt(text, found);
}

/** The line of an offset, 1-based. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

function keyOf(word: string): string {
  try {
    return String(JSON.parse(word));
  } catch {
    return word;
  }
}
