import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../root.js';

/** A described function: lines by key. */
export class Described {
  constructor(
    readonly name: string,
    private readonly lines: ReadonlyMap<string, readonly string[]>,
  ) {}

  all(key: string): readonly string[] {
    return this.lines.get(key) ?? [];
  }

  one(key: string): string {
    return this.all(key)[0] ?? '';
  }

  has(key: string): boolean {
    return this.lines.has(key);
  }
}

/** Keys whose lines replace those of the record that `like` names; the others follow them. */
const REPLACING: ReadonlySet<string> = new Set(['wait', 'free', 'code', 'object', 'kind', 'rules']);

/**
 * Records of bench/support/pairs/NAME.txt: `[name]`, then `key: line`, repeated for further lines. `like: other`
 * begins with the lines of another record; `key!: line` replaces what that one says.
 */
export function described(name: string): readonly Described[] {
  const text = readFileSync(join(ROOT, 'bench/support/pairs', `${name}.txt`), 'utf8');
  const known = new Map<string, ReadonlyMap<string, readonly string[]>>();
  const records = text.split(/^\[/m).slice(1);
  return records.map((part) => {
    const [head = '', ...rest] = part.split('\n');
    const title = head.slice(0, head.indexOf(']'));
    const lines = new Map<string, string[]>();
    const own = new Set<string>();
    for (const line of rest) {
      const [, key = '', sign, value = ''] = /^(\w+)(!?): ?(.*)$/.exec(line) ?? [];
      if (key === '') continue;
      if (key === 'like') {
        const base = known.get(value);
        if (base === undefined)
          throw new Error(`[${title}] is like [${value}], which does not come before it`);
        for (const [each, values] of base) lines.set(each, [...values]);
        continue;
      }
      const starts = !own.has(key) && (sign === '!' || REPLACING.has(key));
      own.add(key);
      const before = starts ? [] : (lines.get(key) ?? []);
      lines.set(key, value === '' && sign === '!' ? before : [...before, value]);
    }
    known.set(title, lines);
    return new Described(title, lines);
  });
}
