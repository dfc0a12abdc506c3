import { withoutSuffix } from '../../base/subclass.js';
import { baseOf } from '../../base/ctype.js';
import type { LockClass } from '../../graph/events/types.js';
import type { FunctionRef } from '../../link/types.js';
import type { View } from '../view.js';

/** Depth of nested structs that are searched for locks. */
const MAX_DEPTH = 3;

/**
 * The classes of the locks in the object that a variable (parameter, local, static, global) is or points to,
 * in the order of the struct; `undefined` if it has no lock that is acquired anywhere.
 */
export function locksOfVariable(
  view: View,
  file: string,
  fn: FunctionRef | undefined,
  name: string,
): { readonly type: string; readonly locks: readonly LockClass[] } | undefined {
  const { program } = view;
  const skeleton = fn && program.skeleton(fn);
  const own =
    [...(skeleton?.parameters ?? []), ...(skeleton?.locals ?? []), ...(fn?.item?.parameters ?? [])].find(
      (variable) => variable.name === name,
    )?.type ?? program.resolveVariable(name, file)?.item.type;
  if (own === undefined || own === '') return undefined;
  const base = baseOf(program.expand(own, file));
  const locks = locksOfRecord(view, file, base, MAX_DEPTH);
  return locks.length > 0 ? { type: baseOf(own), locks } : undefined;
}

function locksOfRecord(view: View, file: string, base: string, depth: number): LockClass[] {
  const { program, analysis } = view;
  const tag = /^(?:struct|union) (.+)$/.exec(base)?.[1];
  const record = tag === undefined ? undefined : program.resolveRecord(tag, file);
  if (!record || program.models.lockType(base) !== undefined) return [];
  return record.item.fields.flatMap(({ name, type, line }) => {
    const locks = analysis.inspection
      .declaredAt(record.file, line)
      .filter(({ id }) => name === '' || withoutSuffix(id).endsWith(`.${name}`));
    // A pointer leads to another object with locks of its own.
    const inner = program.expand(type, record.file);
    const isEmbedded = locks.length === 0 && depth > 0 && inner === baseOf(inner);
    return isEmbedded ? locksOfRecord(view, record.file, inner, depth - 1) : locks;
  });
}
