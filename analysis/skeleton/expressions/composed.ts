import { openBlock } from '../lowering/flow.js';
import { lowerCondition, lowerStatements, lowerValue } from '../lowering/grammar.js';
import type { Call, Lowering } from '../lowering/lowering.js';
import type { ContainerMacro } from '../../models/types.js';
import { typeOfText } from './ctypes.js';
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

/** The object that contains the target of a pointer, or an object that the pointer leads to. */
export function lowerContainer(l: Lowering, model: ContainerMacro, call: Call): ExprId {
  const pointer = call.args[model.pointerArg];
  const given = call.args[model.memberArg];
  const member = model.member ?? (given === undefined ? undefined : l.text(given).replace(/\s+/gu, ''));
  if (pointer === undefined || member === undefined) return l.table.unknown();
  const base = lowerValue(l, pointer);
  let type = model.type ?? '';
  if (model.typeOfArg !== undefined) {
    const like = call.args[model.typeOfArg];
    if (like !== undefined) type = l.typeOf(lowerValue(l, like)).replace(/\*$/u, '');
  } else {
    const typeNode = call.args[model.typeArg];
    if (typeNode !== undefined) type = typeArgument(l, typeNode);
  }
  if (model.step !== undefined)
    return l.table.container(lowerMember(l, base, `${member}.${model.step}`), type, member);
  if (model.indirect === true) {
    // One of the objects that the pointer leads to, a different one each time.
    const found = l.hidden('entry', type === '' ? '' : `${type}*`);
    l.assignEntry(found, base, l.source.spanOf(call.start, call.end));
    return found;
  }
  return l.table.container(base, type, member);
}

/** The type that an argument names. */
export function typeArgument(l: Lowering, node: number): string {
  const mark = l.source.sanitised.marks.get(l.startOf(node));
  return typeOfText(l, mark?.k === 'type' ? mark.text : l.text(node));
}
