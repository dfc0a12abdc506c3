import { areOfOneDriver } from '../../link/files/one-driver.js';
import { fieldType } from '../../link/ctypes/field-type.js';
import { baseOf } from '../../base/ctype.js';
import { BOUNDS } from '../../base/bounds.js';
import type { Span } from '../../base/span.js';
import { typeOf } from '../../link/ctypes/expression-types.js';
import type { FunctionRef, Program } from '../../link/types.js';
import { lastMember } from '../../outline/designators.js';
import type { FileOutline } from '../../outline/types.js';
import { plainId } from '../../skeleton/expressions/root.js';
import { isInEveryIteration } from '../../skeleton/lowering/block-paths.js';
import { eventsOf, memberStores } from '../../skeleton/lowering/events.js';
import type { EventId, ExprId, Skeleton } from '../../skeleton/types.js';
import type { OtherApi } from '../../models/types.js';
import { isProcess } from './entries.js';
import { functionsBehind, type Members } from './behind.js';

/** The function or variable that an expression names, or whose address it takes. */
export function nameGiven(skeleton: Skeleton, id: ExprId | undefined): string | undefined {
  const expr = skeleton.exprs[plainId(skeleton, id)];
  return expr?.k === 'global' ? expr.name : undefined;
}

/** Whether an argument is the member of an object. */
export function isMember(skeleton: Skeleton, id: ExprId | undefined): boolean {
  return skeleton.exprs[plainId(skeleton, id)]?.k === 'field';
}

/**
 * Whether a call gets a member of each row of a table in turn: `for (i = 0; i < N; i++) INIT_WORK(&d->work[i], rows[i].fn)`.
 * The table must be the only one of its type in the file, and no round of the loop may do without the call.
 */
export function isOfEachRow(
  program: Program,
  fn: FunctionRef,
  skeleton: Skeleton,
  { id, event }: { readonly id: ExprId | undefined; readonly event: EventId },
): boolean {
  const { exprs } = skeleton;
  const member = exprs[plainId(skeleton, id)];
  const row = member?.k === 'field' ? exprs[member.base] : undefined;
  const table = row?.k === 'index' ? exprs[plainId(skeleton, row.base)] : undefined;
  if (row?.k !== 'index' || table?.k !== 'global') return false;
  const counter = plainId(skeleton, row.index);
  const isCounted = eventsOf(skeleton).some((one) => {
    const value =
      one.k === 'assign' && plainId(skeleton, one.target) === counter ? exprs[one.value] : undefined;
    return value?.k === 'binary' && value.op === '+' && plainId(skeleton, value.left) === counter;
  });
  if (!isCounted || exprs[counter]?.k !== 'local') return false;
  const record = baseOf(program.resolveVariable(table.name, fn.file)?.item.type ?? '');
  const tables = (program.outline(fn.file)?.variables ?? []).filter(({ type }) => baseOf(type) === record);
  return tables.length === 1 && isInEveryIteration(skeleton, event);
}

/**
 * The functions that an argument may be: the named one, those that the function assigns to the local, those stored in
 * the member of an object, or those that callers in the same file pass. Empty if there are too many to be useful.
 */
export function functionsGiven(
  program: Program,
  fn: FunctionRef,
  skeleton: Skeleton,
  id: ExprId | undefined,
): readonly FunctionRef[] {
  const at = plainId(skeleton, id);
  const expr = skeleton.exprs[at];
  const found = new Set<FunctionRef>();
  const add = (user: FunctionRef, of: Skeleton, value: ExprId): void => {
    for (const one of meantBy(program, user, of, plainId(of, value))) found.add(one);
  };
  if (expr?.k === 'local') {
    for (const event of eventsOf(skeleton))
      if (event.k === 'assign' && plainId(skeleton, event.target) === at) add(fn, skeleton, event.value);
  } else if (expr?.k === 'parameter') {
    for (const { caller, of, args } of callsInDriver(program, fn)) add(caller, of, args[expr.index] ?? -1);
  } else add(fn, skeleton, at);
  return found.size > BOUNDS.slotTargets ? [] : [...found];
}

/** The calls of a function in its own driver. Demands missing skeletons of callers. */
function* callsInDriver(
  program: Program,
  fn: FunctionRef,
): Generator<{ readonly caller: FunctionRef; readonly of: Skeleton; readonly args: readonly ExprId[] }> {
  for (const caller of program.callers(fn)) {
    if (!areOfOneDriver(program, caller.file, fn.file)) continue;
    const of = program.skeleton(caller);
    if (of === undefined) program.demand(caller, 'path');
    else
      for (const event of eventsOf(of))
        if (event.k === 'call' && event.callee === fn.name) yield { caller, of, args: event.args };
  }
}

function meantBy(program: Program, fn: FunctionRef, skeleton: Skeleton, id: ExprId): readonly FunctionRef[] {
  const expr = skeleton.exprs[id];
  if (expr?.k === 'global') return program.resolveCall(expr.name, fn.file).slice(0, 1);
  if (expr?.k !== 'field') return [];
  const record = baseOf(typeOf(skeleton, expr.base, fn, program));
  const stored = record === '' ? [] : program.resolveSlot(record, expr.name, fn.file);
  return stored.length > BOUNDS.slotTargets ? [] : stored;
}

/** The members of a table that a call calls, of which it states what runs them. */
export function membersCalled({ tableOnly, tableBusy = [], tableFirst, tableWithout }: OtherApi): Members {
  const first = tableFirst === undefined ? [] : [tableFirst];
  return {
    ...(tableOnly && { only: [...tableOnly, ...tableBusy, ...first] }),
    ...(tableWithout && { without: tableWithout }),
  };
}

/** Functions of the table that a value is or points to: a variable, or one whose members the function fills first. */
export function tableOf(
  program: Program,
  file: string,
  skeleton: Skeleton,
  id: ExprId | undefined,
  members: Members = {},
): readonly FunctionRef[] {
  const name = nameGiven(skeleton, id);
  if (name !== undefined) return functionsBehind(program, name, file, members);
  const object = plainId(skeleton, id);
  const found: FunctionRef[] = [];
  for (const { event, target } of memberStores(skeleton)) {
    if (target.base !== object || !program.models.isHandlerField(target.name)) continue;
    if (members.only?.includes(target.name) === false || members.without?.includes(target.name) === true)
      continue;
    const value = nameGiven(skeleton, event.value);
    if (value !== undefined) found.push(...program.resolveCall(value, file).slice(0, 1));
  }
  return found;
}

/** A function in a member of a table that is part of a larger variable, or that a function fills. */
export interface StoredOperation {
  readonly record: string;
  readonly field: string;
  readonly value: string;
  /** The variable, or the function that stores it. */
  readonly by: string;
  readonly span: Span;
}

/**
 * The functions in members that run in a process, of tables inside other records: `.ops = { .open = f }` in an initialiser,
 * `dev->ops.open = f` in a function. The outline alone tells their records.
 */
export function* storedOperations(
  program: Program,
  file: string,
  outline: FileOutline,
): Generator<StoredOperation> {
  for (const { name, type, members, nameSpan } of outline.variables)
    for (const { field, value } of members) {
      const last = lastMember(field);
      if (last === field || !program.models.isOperation(last)) continue;
      const path = field.slice(0, -last.length - 1).split('.');
      const record = recordAlong(program, baseOf(type), path, file);
      if (runsInProcess(program, record, last))
        yield { record, field: last, value, by: name, span: nameSpan };
    }
  for (const { name, fills, nameSpan } of outline.functions)
    for (const { field, value, variable, type, path } of fills) {
      if (!program.models.isOperation(field)) continue;
      const written = type === '' ? program.resolveVariable(variable, file)?.item.type : type;
      const record = recordAlong(program, baseOf(written ?? ''), path === '' ? [] : path.split('.'), file);
      if (runsInProcess(program, record, field)) yield { record, field, value, by: name, span: nameSpan };
    }
}

function runsInProcess(program: Program, record: string, field: string): boolean {
  const context = record === '' ? undefined : program.models.operation(record, field)?.context;
  return context !== undefined && isProcess(context);
}

/** The record that a path of members leads to; `''` if that is not known. */
function recordAlong(program: Program, from: string, path: readonly string[], file: string): string {
  let type = program.expand(from, file);
  for (const member of path) {
    if (type === '') return '';
    type = baseOf(program.expand(fieldType(program, type, member, file), file));
  }
  return type;
}
