import { fieldType } from '../../link/ctypes/field-type.js';
import { baseOf } from '../../base/ctype.js';
import type { Program } from '../../link/types.js';
import type { WrittenPath } from '../../outline/types.js';
import { address, constant, deref, field, global, index, local, type Term } from './terms.js';

/** Resolves variables by name. */
interface Symbols {
  symbol(name: string, file: string): { readonly symbol: string; readonly type: string } | undefined;
}

const WORD = /^[A-Za-z_]\w*/;
const STEP = /^(?:(->|\.)([A-Za-z_]\w*)|(\[)|(\)))/;

/**
 * The lock object that a source pointer expression points to, as far as plain member accesses and dereferences lead.
 */
export function lockAt(
  path: WrittenPath,
  file: string,
  program: Program,
  symbols: Symbols,
): Term | undefined {
  let text = path.text
    .replace(/\s+/g, '')
    .replace(/(\w+)\((\w+),(\w+)\)/, (whole, name: string, ...[pointer, member]) =>
      program.models.isMemberCall(name) ? `${pointer}->${member}` : whole,
    );
  let isAddress = false;
  for (;;) {
    if (text.startsWith('&')) isAddress = true;
    else if (!text.startsWith('(')) break;
    text = text.slice(1);
  }
  const name = WORD.exec(text)?.[0];
  if (name === undefined) return undefined;
  let term = rootOf(name, path, file, symbols);
  text = text.slice(name.length);
  while (text !== '') {
    const step = STEP.exec(text);
    if (!step) return undefined;
    const [whole, arrow, member] = step;
    text = text.slice(whole.length);
    if (step[3] !== undefined) {
      const close = text.indexOf(']');
      if (close < 0) return undefined;
      text = text.slice(close + 1);
      term = index(term, constant(0));
    } else if (member !== undefined) {
      const object = arrow === '->' ? deref(term) : term;
      const type = fieldType(program, baseOf(program.expand(object.type, file)), member, file);
      term = field(object, member, type);
    }
  }
  return isAddress ? deref(address(term)) : deref(term);
}

function rootOf(name: string, { type }: WrittenPath, file: string, symbols: Symbols): Term {
  if (type !== '') return local(`${file}:${name}`, type);
  const found = symbols.symbol(name, file);
  return found ? global(found.symbol, found.type) : global(name, '');
}
