import { positionIn } from '../../outline/designators.js';
import { baseOf, type CType } from '../../base/ctype.js';
import type { Program } from '../types.js';

/**
 * The member of a record that an initialiser names, or gives by position: `#1` is the second member. `undefined` if
 * the record has none there, or is not known.
 */
export function designatedMember(
  program: Program,
  record: CType,
  name: string,
  file: string,
): string | undefined {
  const position = positionIn(name);
  if (position === undefined) return name;
  const tag = baseOf(program.expand(record, file)).replace(/^(?:struct|union) /, '');
  return program.resolveRecord(tag, file)?.item.fields[position]?.name;
}
