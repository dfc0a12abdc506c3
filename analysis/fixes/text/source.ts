import type { Location } from '../../base/span.js';
import { readFunction, type FunctionCode } from './code.js';
import { containerOf, helperOf } from './helper.js';
import type { FixInput } from '../types.js';

/** Parses the function around a place; a string is the reason why it cannot be read. */
export function openFunction(input: FixInput, file: string, at: Location): FunctionCode | string {
  const { opened } = input;
  const whole = input.textOf(file);
  const outline = input.program.outline(file);
  if (whole === undefined || !outline) return `the source is not available`;
  const lines = opened.linesOf(whole);
  const offset = lines.offsetOf(at.line, at.column);
  const index = outline.functions.findIndex((fn) => fn.start <= offset && offset < fn.end);
  if (index < 0) return `the locks are taken in a macro`;
  return opened.function(whole, outline, index, () => {
    const code = readFunction(input, { file, text: whole, outline, lines }, index);
    if (!code) return `the function cannot be parsed reliably`;
    return {
      ...code,
      helper: (name) => opened.helper(file, name, () => helperOf(input, file, name)),
      container: (name) => opened.container(file, name, () => containerOf(input, file, name)),
    };
  });
}
