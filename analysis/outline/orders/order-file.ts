import { LineTable } from '../../base/span.js';
import type { Gap } from '../../base/gap.js';
import type { OrderItem } from '../types.js';

/**
 * A class as people write it: `path/file.c:function:name`, `tag.field`, with a trailing `/subclass` or `#key`, with `*`
 * and `?`.
 */
const CLASS =
  /^(?:(?:[\w*?.+-]+\/)*[\w*?.+-]+\.[ch*?]:(?:[\w*?]+:)?)?[\w*?]+(?:(?:\.|->)[\w*?]+)*(?:\/\d+|#[\w*?]+)*$/;
const COMMENT = /(?:^|\s)#.*$/;

/**
 * What a `.lockorder` file declares: one order per line, outermost lock first, and a gap for each line that cannot be
 * read.
 */
export function readOrderFile(text: string): { readonly orders: OrderItem[]; readonly gaps: Gap[] } {
  const table = new LineTable(text);
  const orders: OrderItem[] = [];
  const gaps: Gap[] = [];
  let offset = 0;
  for (const raw of text.split('\n')) {
    const start = offset;
    offset += raw.length + 1;
    const line = raw.replace(/\r$/, '').replace(COMMENT, '');
    const words = line.trim();
    if (words === '') continue;
    const first = start + line.indexOf(words);
    const at = table.span(first, first + words.length);
    const locks = words.split('<').map((name) => name.trim());
    const problem = problemOf(locks);
    if (problem === undefined)
      orders.push({ locks: locks.map((name) => name.replaceAll('->', '.')), at, form: 'declared' });
    else gaps.push({ kind: 'malformed-order', at, detail: problem });
  }
  return { orders, gaps };
}

function problemOf(locks: readonly string[]): string | undefined {
  const [only = ''] = locks;
  if (locks.length < 2 && !/[>=]/.test(only.replaceAll('->', '')))
    return `one lock alone is no order; expected LOCK < LOCK`;
  for (const [at, name] of locks.entries()) {
    if (name === '') return at === 0 ? `no lock before '<'` : `no lock behind '<'`;
    if (/[>=]/.test(name.replaceAll('->', '')))
      return `'${name}': only '<' stands between locks, the outermost first`;
    if (!CLASS.test(name)) return `'${name}' is no lock class`;
  }
  const again = locks.find((name, at) => locks.indexOf(name) !== at);
  return again === undefined ? undefined : `'${again}' stands twice in one order`;
}
