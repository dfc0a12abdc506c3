import { baseOf } from '../../base/ctype.js';
import type { FunctionItem } from '../../outline/types.js';
import type { Lowering } from '../lowering/lowering.js';
import type { ExprId } from '../types.js';

const STEP = /^(?:(->|\.)([A-Za-z_]\w*)|\[[^\]]*\])/;
const ROOT = /^[A-Za-z_]\w*/;
/** Annotation arguments such as `RCU` name no lock. */
const CAPITALS = /^[A-Z][A-Z0-9_]*$/;
const WORD = /\w+/g;

/**
 * Lowers the annotations of a function's declarator that say which locks its callers hold, to assertions before the
 * first statement.
 */
export function lowerAnnotations(l: Lowering, item: FunctionItem): void {
  const { source } = l.source.sanitised;
  let from = 0;
  for (const { name, argument } of item.annotations) {
    const start = source.indexOf(name, from);
    if (start < 0) continue;
    const end = behindArgument(source, start + name.length);
    from = end;
    const api = l.models.lockApi(name);
    if (api?.op !== 'assert-held' && api?.op !== 'assert-not-held') continue;
    const lock = namedLock(l, argument, undefined);
    if (lock === undefined) continue;
    l.emit({ k: api.op, id: l.newEvent(), api: name, lock, args: [lock], at: l.source.spanOf(start, end) });
  }
}

/** Notes a function whose declarator says that its accesses need no lock. */
export function lowerUnguarded(l: Lowering, item: FunctionItem): void {
  const header = l.source.sanitised.source.slice(0, item.bodyStart - item.start);
  if ((header.match(WORD) ?? []).some((word) => l.models.isUnguarded(word))) l.unguarded++;
}

/** Lowers the arguments of a call of `name`, in which accesses may need no lock. */
export function lowerWithin<T>(l: Lowering, name: string, lower: () => T): T {
  const own = l.models.isUnguarded(name) ? 1 : 0;
  l.unguarded += own;
  const result = lower();
  l.unguarded -= own;
  return result;
}

/** Emits an assertion for an access to `name` of `object`, if the file declares that a lock guards this member. */
export function lowerGuarded(l: Lowering, object: ExprId, name: string, node: number): void {
  const guard = l.macros?.outline.guards.find((each) => each.tag !== '' && each.field === name);
  if (guard === undefined || !isChecked(l)) return;
  const expr = l.table.get(object);
  const type = l.typeOf(expr.k === 'deref' ? expr.base : object);
  // Another struct may have a member of the same name.
  if (baseOf(type) !== `struct ${guard.tag}`) return;
  const api = l.models.lockApi(guard.by);
  const lock = namedLock(l, guard.lock, object);
  if (api === undefined || lock === undefined) return;
  l.emit({ k: 'assert-held', id: l.newEvent(), api: api.name, lock, args: [lock], at: l.span(node) });
}

/** Emits an assertion for an access to a guarded variable of the file. */
export function lowerGuardedName(l: Lowering, name: string, node: number): void {
  const guard = l.macros?.outline.guards.find((each) => each.tag === '' && each.field === name);
  if (guard === undefined || !isChecked(l)) return;
  const api = l.models.lockApi(guard.by);
  const lock = namedLock(l, guard.lock, undefined);
  if (api === undefined || lock === undefined) return;
  l.emit({ k: 'assert-held', id: l.newEvent(), api: api.name, lock, args: [lock], at: l.span(node) });
}

/** Whether an access here needs the lock that guards its object. */
function isChecked(l: Lowering): boolean {
  return l.unguarded === 0 && l.macros?.isMacro !== true && l.source.isOwn;
}

/**
 * The pointer to the lock that an annotation's argument names: `&q->lock`, `q->lock`, `lock`. With `object`, names are
 * looked up among its members first.
 */
function namedLock(l: Lowering, argument: string, object: ExprId | undefined): ExprId | undefined {
  let text = argument.replaceAll(/\s+/g, '');
  while (text.startsWith('(') && text.endsWith(')')) text = text.slice(1, -1);
  const isAddress = text.startsWith('&');
  if (isAddress) text = text.slice(1);
  const root = ROOT.exec(text)?.[0];
  if (root === undefined || CAPITALS.test(root)) return undefined;
  text = text.slice(root.length);
  const known = object === undefined ? l.variable(root) : memberOf(l, object, root);
  let at = known ?? l.table.global(root);
  if (text === '' && !isAddress && l.typeOf(at).endsWith('*')) return at;
  while (text !== '') {
    const step = STEP.exec(text);
    if (!step) return undefined;
    text = text.slice(step[0].length);
    at =
      step[2] === undefined
        ? l.table.index(at, l.table.unknown())
        : l.table.field(step[1] === '->' ? l.table.deref(at) : at, step[2]);
  }
  return l.table.address(at);
}

function memberOf(l: Lowering, object: ExprId, name: string): ExprId | undefined {
  const expr = l.table.get(object);
  const tag = baseOf(l.typeOf(expr.k === 'deref' ? expr.base : object)).replace(/^struct /, '');
  const record = l.macros?.outline.records.find((item) => item.tag === tag);
  return record?.fields.some((field) => field.name === name) === true
    ? l.table.field(object, name)
    : undefined;
}

/** The offset after the bracket that matches the first one at or after `from`. */
function behindArgument(text: string, from: number): number {
  const open = text.indexOf('(', from);
  if (open < 0) return from;
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    if (text[at] === '(') depth++;
    else if (text[at] === ')' && --depth === 0) return at + 1;
  }
  return from;
}
