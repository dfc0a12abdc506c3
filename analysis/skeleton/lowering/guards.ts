import type { Span } from '../../base/span.js';
import { scopeBegin, scopeEnd } from '../../models/records/scope-names.js';
import { assume, branch } from './branches.js';
import { type FlowDraft, type OpenBlock, openBlock } from './flow.js';
import { lockPointer } from '../expressions/locks.js';
import { lowerValue } from './grammar.js';
import type { Lowering } from './lowering.js';
import { lowerRaw } from '../macros/macros.js';
import { emitNamedCall, GuardRelease, NamedCall, runCleanups } from './scopes.js';
import type { AssignEvent, ExprId } from '../types.js';

/** What happens if a conditional guard does not get its lock. */
export interface GuardFailure {
  /** The node of the statement passed as an argument. */
  readonly onFailure: number | undefined;
  readonly exit: OpenBlock;
}

/** Where a scope begins, and by which macro. */
interface ScopeCall {
  readonly macro: string;
  readonly start: number;
  readonly end: number;
}

/** Acquires a guard of class `name` until the end of the current scope. Returns the guard's value. */
export function enterGuard(
  l: Lowering,
  name: string,
  argumentNodes: readonly number[],
  call: ScopeCall,
  failure?: GuardFailure,
): ExprId {
  const at = l.source.spanOf(call.start, call.end);
  const args = argumentNodes.map((node) => lowerValue(l, node));
  const plain = `guard:${name}`;
  const api = l.models.lockApi(plain) ?? l.models.lockApi(`cond_guard:${name}`);
  if (api === undefined) return enterCalls(l, name, args, at, failure);
  l.noteSite(call.start);
  const id = l.newEvent();
  const value = l.table.result(id);
  const lock = lockPointer(l, api, args, id, at);
  const isConditional = api.name !== plain;
  l.emit({ k: api.op, id, api: api.name, lock, args, at, ...(isConditional && { scope: call.macro }) });
  const isZeroSuccess = api.success === 'zero';
  if (api.op === 'try' && failure !== undefined) splitOnFailure(l, value, isZeroSuccess, failure, at);
  // The lock is saved here, because the expression's meaning may change before the scope ends.
  const hidden = l.hidden('guard');
  const remember: FlowDraft<AssignEvent> = { k: 'assign', id: l.newEvent(), target: hidden, value: lock, at };
  l.emit(remember);
  const since = l.changes.length;
  l.cleanups.push(
    new GuardRelease(
      api.op === 'release' ? 'acquire' : 'release',
      api.name,
      hidden,
      lock,
      args,
      remember,
      () => isUnchanged(l, lock, since),
      api.op === 'try' && failure === undefined
        ? (lowering, otherwise, where) => whenTaken(lowering, value, isZeroSuccess, otherwise, where)
        : undefined,
    ),
  );
  return value;
}

/** Continues where the lock was acquired. */
function splitOnFailure(
  l: Lowering,
  value: ExprId,
  isZeroSuccess: boolean,
  failure: GuardFailure,
  at: Span,
): void {
  const failed = openBlock();
  whenTaken(l, value, isZeroSuccess, failed, at);
  const taken = l.current;
  l.begin(failed);
  if (failure.onFailure !== undefined) lowerRaw(l, failure.onFailure);
  l.goTo(failure.exit);
  l.begin(taken);
}

/** Continues where the try that returned `value` acquired its lock. */
function whenTaken(l: Lowering, value: ExprId, isZeroSuccess: boolean, otherwise: OpenBlock, at: Span): void {
  const taken = openBlock();
  if (isZeroSuccess) branch(l, value, otherwise, taken, at);
  else branch(l, value, taken, otherwise, at);
  l.begin(taken);
}

/**
 * The error of a conditional guard: zero where it got its lock, and a negative number elsewhere.
 * @param guard pointer to the guard
 * @param call emits the call that returns the error
 */
export function guardError(l: Lowering, guard: ExprId, call: () => ExprId, at: Span): ExprId {
  const error = l.hidden('guard error');
  const failed = openBlock();
  const behind = openBlock();
  whenTaken(l, l.table.deref(guard), false, failed, at);
  l.assign(error, l.table.constant(0), at);
  l.goTo(behind);
  l.begin(failed);
  const code = call();
  assume(l, l.table.binary('<', code, l.table.constant(0)), at);
  l.assign(error, code, at);
  l.goTo(behind);
  l.begin(behind);
  return error;
}

/** A class that is not itself a lock: the scope begins and ends with a call. */
function enterCalls(
  l: Lowering,
  name: string,
  args: readonly ExprId[],
  at: Span,
  failure: GuardFailure | undefined,
): ExprId {
  const calls = l.models.guardCalls(name);
  if (calls === undefined) return enterDefined(l, name, args, at, failure);
  // The guard, not its user, keeps the interrupt state.
  const keepsFlags = args.length === 0 && l.models.api(calls.setup)?.flagsArg !== undefined;
  const flags = keepsFlags ? [l.hidden('guard')] : [];
  const value = emitNamedCall(l, calls.setup, [...args, ...flags], at);
  // The arguments are saved here, because the expressions' meaning may change before the scope ends.
  const saved = args.map((arg) => {
    const copy = l.hidden('guard', l.typeOf(arg));
    l.assign(copy, arg, at);
    return copy;
  });
  l.cleanups.push(new NamedCall(calls.cleanup, [...saved, ...flags]));
  return value;
}

/**
 * A class that the code defines. Whether its beginning may fail shows in its value; its end looks at that value too, so
 * it follows in any case.
 */
function enterDefined(
  l: Lowering,
  name: string,
  args: readonly ExprId[],
  at: Span,
  failure: GuardFailure | undefined,
): ExprId {
  const rest = l.table.address(l.hidden('guard'));
  const value = emitNamedCall(l, scopeBegin(name), [...args, rest], at);
  l.cleanups.push(new NamedCall(scopeEnd(name), [value, rest]));
  if (failure === undefined) return value;
  const taken = openBlock();
  const failed = openBlock();
  branch(l, value, taken, failed, at);
  l.begin(failed);
  if (failure.onFailure !== undefined) lowerRaw(l, failure.onFailure);
  runCleanups(l, l.cleanups.length - 1, at);
  l.goTo(failure.exit);
  l.begin(taken);
  return value;
}

/** Whether no assignment since then affects the expression that names the lock. */
function isUnchanged(l: Lowering, lock: ExprId, since: number): boolean {
  if (l.changes.length === since) return true;
  const parts = new Set<ExprId>();
  const fields = new Set<string>();
  collectReads(l, lock, parts, fields);
  for (const target of l.changes.slice(since)) {
    if (parts.has(target)) return false;
    const expr = l.table.get(target);
    if (expr.k === 'field' && fields.has(expr.name)) return false;
  }
  return true;
}

/** Collects the expressions and field names that the value of the pointer `id` depends on. */
function collectReads(l: Lowering, id: ExprId, parts: Set<ExprId>, fields: Set<string>): void {
  const expr = l.table.get(id);
  switch (expr.k) {
    case 'address': {
      // The value of the object itself is not read, only its address.
      let object = l.table.get(expr.base);
      while (object.k === 'field') object = l.table.get(object.base);
      if (object.k === 'deref') collectReads(l, object.base, parts, fields);
      else if (object.k === 'index') {
        collectReads(l, object.base, parts, fields);
        collectReads(l, object.index, parts, fields);
      }
      return;
    }
    case 'field':
      fields.add(expr.name);
      parts.add(id);
      collectReads(l, expr.base, parts, fields);
      return;
    case 'deref':
    case 'cast':
    case 'unary':
    case 'container':
      parts.add(id);
      collectReads(l, expr.base, parts, fields);
      return;
    case 'index':
    case 'binary':
      parts.add(id);
      collectReads(l, expr.k === 'index' ? expr.base : expr.left, parts, fields);
      collectReads(l, expr.k === 'index' ? expr.index : expr.right, parts, fields);
      return;
    default:
      parts.add(id);
  }
}
