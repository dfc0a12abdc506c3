import { baseOf } from '../../base/ctype.js';
import type { Span } from '../../base/span.js';
import type { LockApi } from '../../models/types.js';
import type { Lowering } from '../lowering/lowering.js';
import type { EventId, Expr, ExprId } from '../types.js';

/** A pointer to a struct, as declared. */
const STRUCT_POINTER = /^struct \w+\*$/;

const STEP = /^(?:->|\.)(\w+)|^\[[^\]]*\]/u;

/** The pointer to the lock that a call of `api` operates on. */
export function lockPointer(
  l: Lowering,
  api: LockApi,
  args: readonly ExprId[],
  event: EventId,
  at: Span,
): ExprId {
  const { table } = l;
  if (api.arg === undefined && api.path?.startsWith('RET') !== true) {
    return api.implicit === undefined ? table.unknown() : table.address(table.global(api.implicit));
  }
  let path = api.path ?? '';
  let pointer: ExprId;
  if (path.startsWith('RET')) {
    pointer = table.result(event);
    path = path.slice(3);
  } else {
    const given = args[api.arg ?? 0];
    if (given === undefined) {
      l.gaps.push({ kind: 'unknown-lock', at, detail: api.name });
      return table.unknown();
    }
    pointer = given;
    if (path === '*') {
      // The call stores a new pointer.
      const variable = table.deref(pointer);
      l.assign(variable, table.unknown(), at);
      return variable;
    }
  }
  if (path === '') return pointer;
  // For a variable or member without a visible declaration, the prototype gives the pointer's type.
  const isKnown =
    api.argType === undefined || (rootOf(l, pointer).k !== 'global' && table.get(pointer).k !== 'field');
  let object = table.deref(isKnown ? pointer : table.cast(pointer, `${api.argType}*`));
  let isFirst = true;
  while (path !== '') {
    const step = STEP.exec(path);
    if (step === null) {
      l.gaps.push({ kind: 'unknown-lock', at, detail: api.name });
      return table.unknown();
    }
    path = path.slice(step[0].length);
    if (step[1] === undefined) object = table.index(object, table.unknown());
    else object = table.field(step[0].startsWith('-') && !isFirst ? table.deref(object) : object, step[1]);
    isFirst = false;
  }
  return api.given === true ? object : table.address(object);
}

/**
 * Whether a call must mean another function of the same name, which the driver defines itself: the argument is a
 * variable that points to another struct than the one that the API takes.
 */
export function isOtherFunction(l: Lowering, api: LockApi, args: readonly number[]): boolean {
  const arg = args[api.arg ?? 0];
  if (arg === undefined || api.argType?.startsWith('struct ') !== true) return false;
  const variable = l.type(arg) === 'identifier' ? l.variable(l.text(arg)) : undefined;
  const type = variable === undefined ? '' : l.typeOf(variable);
  return STRUCT_POINTER.test(type) && baseOf(type) !== api.argType;
}

/** The variable or value at the root of an access path. */
function rootOf(l: Lowering, pointer: ExprId): Expr {
  const expr = l.table.get(pointer);
  return expr.k === 'field' || expr.k === 'deref' || expr.k === 'index' ? rootOf(l, expr.base) : expr;
}
