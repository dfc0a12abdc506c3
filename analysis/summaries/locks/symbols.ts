/*
 * A symbol names a variable with the file that declares it, and with the function of a variable in one:
 * `dir/file.c:lock`, `dir/file.c:function:lock`. The lock class of a variable begins with its symbol. Whatever builds or reads
 * a symbol stands here; what a function makes is in names.ts.
 */

/** The symbol of a variable of a file. */
export function symbolOf(file: string, name: string): string {
  return `${file}:${name}`;
}

/** Whether a symbol is declared in a file. */
export function isDeclaredIn(symbol: string, file: string): boolean {
  return symbol.startsWith(symbolOf(file, ''));
}

/** The file of a variable that is outside of functions. */
export function fileOfSymbol(symbol: string): string {
  return symbol.slice(0, symbol.lastIndexOf(':'));
}

/** The name as the source writes it, and what a lock class adds to it: `lock`, `rq.lock`. */
export function nameInSymbol(symbol: string): string {
  return symbol.slice(symbol.lastIndexOf(':') + 1);
}

/** The file and the name behind it: of the function, for a variable of a function. */
export function declarerOf(symbol: string): { readonly file: string; readonly name: string | undefined } {
  const [file = '', name] = symbol.split(':');
  return { file, name };
}

/** Whether a string of the source stands where a symbol does: it names an object. */
export function isString(symbol: string): boolean {
  return symbol.startsWith('"');
}
