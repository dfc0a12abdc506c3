import { LineTable, type Location } from '../../base/span.js';
import { readFunction, type FunctionCode } from './code.js';
import { containerOf, helperOf } from './helper.js';
import type { FixInput } from '../types.js';

/** The function around a place, read from its text; a text is the reason why it cannot be read. */
export function openFunction(input: FixInput, file: string, at: Location): FunctionCode | string {
  const whole = input.textOf(file);
  const outline = input.program.outline(file);
  if (whole === undefined || !outline) return `the source is not there`;
  const offset = new LineTable(whole).offsetOf(at.line, at.column);
  const index = outline.functions.findIndex((fn) => fn.start <= offset && offset < fn.end);
  if (index < 0) return `the locks are taken in a macro`;
  const code = readFunction(input.parser, input.models, file, whole, outline, index);
  if (!code) return `the function cannot be parsed without doubt`;
  return {
    ...code,
    helper: remember((name) => helperOf(input, file, name)),
    container: remember((name) => containerOf(input, file, name)),
  };
}

function remember<T>(find: (name: string) => T): (name: string) => T {
  const known = new Map<string, { readonly found: T }>();
  return (name) => {
    const entry = known.get(name) ?? { found: find(name) };
    known.set(name, entry);
    return entry.found;
  };
}
