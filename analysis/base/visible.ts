/*
 * Names and source come from whoever wrote the tree. Characters that control a terminal or reorder text are escaped
 * before they are printed.
 */

/** Control characters, bidirectional and zero-width marks, line separators, lone surrogates. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029\ufffe\uffff]/gu;

const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** One line of text with every invisible character escaped: `\n`, `\x1b`, `\u202e`. */
export function visible(text: string): string {
  return text.replace(HIDDEN, (sign) => NAMED[sign] ?? escapeOf(sign));
}

function escapeOf(sign: string): string {
  const code = sign.codePointAt(0) ?? 0;
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${code.toString(16).padStart(4, '0')}` : `\\u{${code.toString(16)}}`;
}

/** {@link visible} for several lines, which may contain tabs. */
export function visibleLines(text: string): string {
  return text.replace(HIDDEN, (sign) => (sign === '\n' || sign === '\t' ? sign : visible(sign)));
}

/** {@link visible} for every string in plain data. */
export function visibleAll<T>(value: T): T {
  if (typeof value === 'string') return visible(value) as T;
  if (Array.isArray(value)) return value.map((each: unknown) => visibleAll(each)) as T;
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, visibleAll(each)])) as T;
}

/** Equivalent JSON text without characters that a terminal interprets. */
export function visibleJson(text: string): string {
  return text.replace(HIDDEN, (sign) =>
    sign === '\n'
      ? sign
      : Array.from(
          { length: sign.length },
          (_, at) => `\\u${sign.charCodeAt(at).toString(16).padStart(4, '0')}`,
        ).join(''),
  );
}
