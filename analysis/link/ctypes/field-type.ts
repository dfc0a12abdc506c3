import { baseOf, type CType } from '../../base/ctype.js';
import type { Program } from '../types.js';

/** The type of a field; of a record that no file declares, as the models know it. `''` if not known. */
export function fieldType(program: Program, record: CType, name: string, file: string): CType {
  const found = program.resolveField(record, name, file);
  if (found !== undefined) return found.type;
  const base = baseOf(program.expand(baseOf(record), file));
  return program.resolveRecord(base, file) === undefined ? program.models.memberType(base, name) : '';
}
