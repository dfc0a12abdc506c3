/** A function definition in kernel style: its braces begin lines. */
const DEFINITION = /^[A-Za-z_][^\n;]*\n?[^\n;{}]*\([^;{}]*\)\s*\n\{\n[^]*?^\}/gm;
const NAME = /(\w+)\s*\([^()]*(?:\([^()]*\)[^()]*)*\)\s*$/;

export interface FunctionText {
  readonly name: string;
  /** From the head to the closing brace. */
  readonly whole: string;
  readonly index: number;
}

/** A part of a file and the text with a mistake that replaces it. */
export interface Planted {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export function functionsOf(text: string): FunctionText[] {
  return [...text.matchAll(DEFINITION)].map(({ 0: whole, index }) => {
    const name = NAME.exec(whole.slice(0, whole.indexOf('\n{')))?.[1] ?? '';
    return { name, whole, index };
  });
}

/** Replaces a function's text. */
export function planted({ name, whole, index }: FunctionText, text: string): Planted {
  return { name, start: index, end: index + whole.length, text };
}
