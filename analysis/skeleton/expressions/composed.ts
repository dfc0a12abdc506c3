import { openBlock } from '../lowering/flow.js';
import { lowerCondition, lowerStatements, lowerValue } from '../lowering/grammar.js';
import type { Lowering } from '../lowering/lowering.js';
import { inScope } from '../lowering/scopes.js';
import type { ExprId } from '../types.js';

/** The value of `({ … })`: that of its last statement. */
export function lowerBlockValue(l: Lowering, block: number): ExprId {
  let value = l.table.unknown();
  inScope(l, l.source.spanOf(l.endOf(block) - 1, l.endOf(block)), () => {
    const statements = l.children(block);
    const last = statements[statements.length - 1];
    const isValue = last !== undefined && l.type(last) === 'expression_statement' && l.first(last) >= 0;
    lowerStatements(l, isValue ? statements.slice(0, -1) : statements, l.startOf(block) + 1);
    if (isValue) value = lowerValue(l, l.first(last));
  });
  return value;
}

/** Lowers `condition ? a : b`; `lowerChosen` lowers each of the two, on its own path. */
export function lowerChoice(
  l: Lowering,
  node: number,
  isWanted: boolean,
  lowerChosen: (node: number) => ExprId,
  into?: ExprId,
): ExprId {
  const parts = l.children(node);
  const at = l.span(node);
  if (parts.length < 2) return l.table.unknown();
  const yes = openBlock();
  const no = openBlock();
  const join = openBlock();
  const value = into ?? (isWanted ? l.hidden('choice') : l.table.unknown());
  if (parts.length === 2) {
    const condition = lowerValue(l, parts[0]!);
    l.end({ k: 'branch', condition, whenTrue: yes, whenFalse: no, loop: false, at });
    l.begin(yes);
    if (isWanted) l.assign(value, condition, at);
  } else {
    lowerCondition(l, parts[0]!, yes, no);
    l.begin(yes);
    const chosen = lowerChosen(parts[1]!);
    if (isWanted) l.assign(value, chosen, at);
  }
  l.goTo(join);
  l.begin(no);
  const other = lowerChosen(parts[parts.length - 1]!);
  if (isWanted) l.assign(value, other, at);
  l.fallInto(join);
  return value;
}

/** A member by its path, as C writes it behind a pointer: `dev.driver_data`, `dev->driver_data`. */
export function lowerMember(l: Lowering, pointer: ExprId, path: string): ExprId {
  return path
    .split('->')
    .reduce(
      (value, fields) =>
        fields.split('.').reduce((base, field) => l.table.field(base, field), l.table.deref(value)),
      pointer,
    );
}
