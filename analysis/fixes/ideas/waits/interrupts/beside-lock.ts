import { lastWord } from '../../../../base/words.js';
import type { FunctionRef } from '../../../../link/types.js';
import { brief } from '../../../moves/between.js';
import { functionsBelow } from '../../../moves/below.js';
import { lockCall, text } from '../../../text/calls.js';
import { parts, type CodeNode, type FunctionCode } from '../../../text/code.js';
import { operator } from '../../../text/forms.js';
import { isConstant, localTypes } from '../../../text/path.js';
import { openFunction } from '../../../text/source.js';
import { HELD, statesOf } from '../../../text/states.js';
import type { FixInput } from '../../../types.js';

/** What code reads and changes that other code can see: members and variables by name, and the device. */
interface Touched {
  readonly reads: Set<string>;
  readonly changes: Set<string>;
  /** A call whose effects are not visible. */
  unknown: string | undefined;
}

const DEVICE = 'the device';

/**
 * Why a handler that still runs beside these statements may meet them: both touch something that the handler does not
 * keep under the lock, and one of them changes it. `undefined` if they share nothing.
 */
export function metBesideLock(
  input: FixInput,
  code: FunctionCode,
  statements: readonly CodeNode[],
  handlers: readonly FunctionRef[],
  lock: string,
): string | undefined {
  const own: Touched = { reads: new Set(), changes: new Set(), unknown: undefined };
  const done = new Set<FunctionRef>();
  for (const statement of statements) touchedIn(input, code, [statement], own, done);
  if (own.unknown !== undefined) return `what ${own.unknown} changes is not known`;
  for (const handler of handlers) {
    const others: Touched = { reads: new Set(), changes: new Set(), unknown: undefined };
    const handling = codeOf(input, handler);
    const free = handling && freeStatements(input, handling, lock);
    if (!handling || !free) return `${handler.name}() is not understood`;
    touchedIn(input, handling, free, others, new Set());
    const met =
      [...own.changes].find((name) => others.reads.has(name) || others.changes.has(name)) ??
      [...own.reads].find((name) => others.changes.has(name));
    if (met !== undefined) return `${handler.name}() uses ${met} without ${lock}, and may still run`;
    if (others.unknown !== undefined && (own.reads.size > 0 || own.changes.size > 0))
      return `what ${handler.name}() changes without ${lock} in ${others.unknown} is not known`;
  }
  return undefined;
}

function codeOf(input: FixInput, { file, item }: FunctionRef): FunctionCode | undefined {
  const code = item && openFunction(input, file, { file, ...item.nameSpan });
  return typeof code === 'string' ? undefined : code;
}

/** The parts of a function that run without the lock on some path; `undefined` if that is not clear. */
function freeStatements(input: FixInput, code: FunctionCode, lock: string): CodeNode[] | undefined {
  const last = lastWord(lock);
  const isLock = (name: string): boolean => last !== undefined && lastWord(name) === last;
  const guards: CodeNode[] = [];
  const states = statesOf(code, (node) => {
    const call = lockCall(code, input.models, node);
    if (!call || !isLock(call.name)) return undefined;
    if (call.form === 'guard' || call.form === 'scoped') guards.push(node);
    if (call.api.op === 'release') return { op: 'give', mayFail: false };
    return call.api.op === 'acquire' ? { op: 'take', mayFail: false } : undefined;
  });
  // What a guard covers ends with a block, which the states do not follow.
  if (states === undefined || guards.length > 0) return undefined;
  const free: CodeNode[] = [];
  const visit = (node: CodeNode): void => {
    const before = states.before.get(node);
    const isWhole = /_statement$|^macro_head$/.test(node.kind);
    if (isWhole && node.kind !== 'expression_statement' && node.kind !== 'return_statement') {
      for (const part of parts(node)) visit(part);
    } else if (before !== HELD || states.after.get(node) !== HELD) free.push(node);
  };
  visit(code.body);
  return free;
}

/** Adds what statements and the functions they call touch. */
function touchedIn(
  input: FixInput,
  code: FunctionCode,
  within: readonly CodeNode[],
  found: Touched,
  done: Set<FunctionRef>,
): void {
  const { models, program } = input;
  const locals = localTypes(code);
  for (const node of within) {
    if (lockCall(code, models, node)) continue;
    touchedIn(input, code, node.children, found, done);
    if (node.kind === 'call_expression') {
      const name = calledName(code, node);
      if (models.accessesDevice(name)) found.changes.add(DEVICE);
      if (name !== '' && isKnown(input, name)) continue;
      const reached = name === '' ? [] : program.resolveCall(name, code.file);
      if (reached.length === 0) found.unknown ??= `\`${brief(code, node)}\``;
      for (const fn of functionsBelow(program, reached)) {
        if (done.has(fn)) continue;
        done.add(fn);
        const below = codeOf(input, fn);
        if (below === undefined) found.unknown ??= `${fn.name}()`;
        else touchedIn(input, below, [below.body], found, done);
      }
    }
    const isMember = node.kind === 'field_identifier';
    if (!isMember && node.kind !== 'identifier') continue;
    const name = text(code, node);
    const isCallee = node.parent?.kind === 'call_expression' && node.index === 0;
    const isShared = isMember || !(locals.has(name) || isConstant({ code, models, program }, name));
    if (!isCallee && isShared) (isChanged(input, code, node) ? found.changes : found.reads).add(name);
  }
}

function calledName(code: FunctionCode, call: CodeNode): string {
  const [callee] = parts(call);
  return callee?.kind === 'identifier' ? text(code, callee) : '';
}

/** Whether a call changes nothing but what it is given, or the device. */
function isKnown({ models }: FixInput, name: string): boolean {
  if (models.callbackCalls(name).length > 0) return false;
  const isPlain =
    models.isInert(name) || models.accessesDevice(name) || models.transparent(name) !== undefined;
  return isPlain || models.errorTest(name) !== undefined || models.api(name) !== undefined;
}

/** Whether the member or variable may be another one afterwards, or what it contains. */
function isChanged(input: FixInput, code: FunctionCode, name: CodeNode): boolean {
  const { models } = input;
  let at = name;
  for (let above = at.parent; above !== undefined; at = above, above = at.parent) {
    const [first] = parts(above);
    switch (above.kind) {
      case 'field_expression':
        // A pointer to a changed object is only read.
        if (at === first && above.children.some(({ kind }) => kind === '->')) return false;
        break;
      case 'subscript_expression':
        if (at !== first) return false;
        break;
      case 'parenthesized_expression':
      case 'cast_expression':
        break;
      case 'pointer_expression':
        if (operator(above) === '&') return true;
        break;
      case 'assignment_expression':
        return at === first;
      case 'update_expression':
        return true;
      case 'argument_list': {
        const call = above.parent;
        const called = call ? calledName(code, call) : '';
        if (call === undefined || models.accessesDevice(called)) return false;
        // The functions that the program contains are read themselves.
        if (models.transparent(called) === undefined) return isKnown(input, called) && !isMessage(call);
        above = call;
        break;
      }
      default:
        return false;
    }
  }
  return false;
}

/** Whether a call's text is for people. */
function isMessage(call: CodeNode): boolean {
  const [, list] = parts(call);
  return list !== undefined && parts(list).some(({ kind }) => /string/.test(kind));
}
