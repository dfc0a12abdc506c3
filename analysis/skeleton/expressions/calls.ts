import type { Span } from '../../base/span.js';
import type { AssignMacro, OtherApi } from '../../models/types.js';
import { lowerWithin } from './annotated.js';
import { lowerBlockValue, lowerChoice, lowerContainer, lowerMember, typeArgument } from './composed.js';
import { type LoopHead, type OpenBlock, openBlock } from '../lowering/flow.js';
import { lowerBits } from './bits.js';
import { lowerElement } from './elements.js';
import { lowerCondition, lowerUnused, lowerValue } from '../lowering/grammar.js';
import { enterGuard, guardError } from '../lowering/guards.js';
import { commaParts } from '../lowering/heads.js';
import { NEST_LOCK } from '../../models/asserted.js';
import { isOtherFunction, lockPointer } from './locks.js';
import type { Call, Lowering } from '../lowering/lowering.js';
import { aliasOf, expandCall, expandCondition, macrosFor } from '../macros/macros.js';
import { EVERY_MEMBER } from './operators.js';
import type { CallEvent, ExprId } from '../types.js';

export function lowerCall(l: Lowering, node: number, isWanted: boolean): ExprId {
  const call = readCall(l, node);
  const callee = l.withoutParentheses(call.callee);
  // In half-typed code, the text before a call may make its name look like a field or a type.
  const isBare = l.type(node) !== 'call_expression';
  if (isBare || l.type(callee) === 'identifier') {
    const name = isBare ? l.wordAt(l.startOf(callee)) : l.text(callee);
    const variable = l.variable(name);
    if (variable !== undefined) {
      // Looks like a lock call, but the name is a variable.
      l.noteSite(l.startOf(callee));
      return emitCall(l, variable, call);
    }
    if (callee !== call.callee && call.args.length === 1 && isTypeName(name)) {
      // `(type_t)(x)` looks like a call.
      return lowerValue(l, call.args[0]!);
    }
    return lowerNamedCall(l, aliasOf(l, name, callee), callee, call, isWanted);
  }
  if (l.type(callee) === 'conditional_expression' && l.children(callee).length === 3)
    return lowerChoice(l, callee, isWanted, (chosen) => lowerCallOf(l, chosen, call, isWanted));
  return lowerCallOf(l, callee, call, isWanted);
}

function lowerCallOf(l: Lowering, given: number, call: Call, isWanted: boolean): ExprId {
  const callee = l.withoutParentheses(given);
  const name = l.type(callee) === 'identifier' ? l.text(callee) : undefined;
  if (name !== undefined && l.variable(name) === undefined)
    return lowerNamedCall(l, aliasOf(l, name, callee), callee, call, isWanted);
  if (l.type(callee) === 'call_expression') {
    const scoped = lowerScopeMacro(l, callee, call);
    if (scoped !== undefined) return scoped;
  }
  const target = lowerValue(l, callee);
  const expr = l.table.get(target);
  // Calling a function and calling a pointer to it are the same.
  return emitCall(l, expr.k === 'deref' ? expr.base : target, call);
}

export function readCall(l: Lowering, node: number): Call {
  const callee = node + 1;
  const start = l.startOf(node);
  const end = l.endOf(node);
  if (l.type(node) !== 'call_expression') {
    // `name, a, b;` for `name(a, b)` without a semicolon.
    const [name, ...args] = commaParts(l, node);
    return { node, callee: name!, args, start, end: end + 1 };
  }
  const list = l.tree.next[callee]!;
  return { node, callee, args: list < l.tree.next[node]! ? l.children(list) : [], start, end };
}

function isTypeName(name: string): boolean {
  return name.endsWith('_t') || /^[usb]?(8|16|32|64)$|^__[usbl]e?(8|16|32|64)$/u.test(name);
}

function lowerArguments(l: Lowering, args: readonly number[]): ExprId[] {
  return args.map((arg) => lowerArgument(l, arg));
}

function lowerArgument(l: Lowering, arg: number): ExprId {
  return l.type(arg) === 'compound_statement' ? lowerBlockValue(l, arg) : lowerValue(l, arg);
}

function emitCall(l: Lowering, callee: string | ExprId, call: Call): ExprId {
  const commands = call.args.map((arg) => commandOf(l, arg));
  // Only a macro can take a lock call as an argument. It runs its arguments, and releases before it reacquires.
  const isDropping = commands.includes('acquire') && commands.includes('release');
  const isLate = (i: number): boolean => isDropping && commands[i] !== undefined;
  const args = call.args.map((arg, i) => (isLate(i) ? l.table.unknown() : lowerArgument(l, arg)));
  const run = (wanted: 'acquire' | 'release'): void => {
    if (isDropping) call.args.forEach((arg, i) => commands[i] === wanted && lowerArgument(l, arg));
  };
  run('release');
  const event: CallEvent = {
    k: 'call',
    id: l.newEvent(),
    callee,
    args,
    at: l.source.spanOf(call.start, call.end),
  };
  l.emit(event);
  run('acquire');
  const [first] = typeof callee === 'string' && l.models.givesArg(callee) ? args : [];
  return first ?? l.table.result(event.id);
}

/** Whether an argument consists only of an acquire or release call, which yields no value to pass to a function. */
function commandOf(l: Lowering, arg: number): 'acquire' | 'release' | undefined {
  if (l.type(arg) !== 'call_expression') return undefined;
  const callee = l.withoutParentheses(arg + 1);
  if (l.type(callee) !== 'identifier' || l.variable(l.text(callee)) !== undefined) return undefined;
  const name = aliasOf(l, l.text(callee), callee);
  const [macro] = l.models.lockApi(name) === undefined ? macrosFor(l, name, callee) : [];
  const op = l.models.lockApi(macro === undefined ? name : (soleCall(macro.body) ?? ''))?.op;
  return op === 'acquire' || op === 'release' ? op : undefined;
}

/** The name of the callee, if the text is a single call. */
function soleCall(text: string): string | undefined {
  return /^\s*(\w+)\s*\([^;{}]*\)\s*;?\s*$/u.exec(text)?.[1];
}

function lowerNamedCall(l: Lowering, name: string, callee: number, call: Call, isWanted: boolean): ExprId {
  const { models } = l;
  const at = l.source.spanOf(call.start, call.end);
  const lock = models.lockApi(name);
  if (lock !== undefined) {
    l.noteSite(l.startOf(callee));
    if (isOtherFunction(l, lock, call.args)) return emitCall(l, name, call);
    const args = lowerArguments(l, call.args);
    const outer = lock.nestArg === undefined || lock.kind === 'ww_mutex' ? undefined : args[lock.nestArg];
    if (outer !== undefined && isAddress(l, outer))
      l.emit({ k: 'assert-held', id: l.newEvent(), api: NEST_LOCK, lock: outer, args: [outer], at });
    const id = l.newEvent();
    l.emit({ k: lock.op, id, api: name, lock: lockPointer(l, lock, args, id, at), args, at });
    const other = lock.besides === undefined ? undefined : models.lockApi(lock.besides);
    if (other !== undefined) {
      const second = l.newEvent();
      const pointer = lockPointer(l, other, args, second, at);
      l.emit({ k: other.op, id: second, api: other.name, lock: pointer, args, at });
    }
    const joined = models.api(name);
    if (joined?.k === 'register' || joined?.k === 'complete' || joined?.k === 'wait')
      l.emit({ k: joined.k, id: l.newEvent(), api: name, args, at });
    if (lock.followed !== true) return l.table.result(id);
    const body = l.newEvent();
    l.emit({ k: 'call', id: body, callee: name, args, at });
    return l.table.result(body);
  }
  if (models.isCrash(name)) {
    for (const arg of call.args) lowerUnused(l, arg);
    l.end({ k: 'stop' });
    return l.table.unknown();
  }
  const bits = models.bits(name);
  if (bits !== undefined) return lowerBits(l, bits, lowerArguments(l, call.args));
  const found = macrosFor(l, name, callee);
  if (found.length > 0) return expandCall(l, found, call, isWanted);
  const element = call.args.length === 2 ? models.elementCall(name) : undefined;
  if (element !== undefined) return lowerElement(l, element, lowerArguments(l, call.args));
  const transparent = models.transparent(name);
  if (transparent !== undefined && transparent < call.args.length) {
    const args = lowerWithin(l, name, () => lowerArguments(l, call.args));
    return args[transparent]!;
  }
  const read = models.readsThrough(name);
  if (read !== undefined && read < call.args.length)
    return l.table.deref(lowerArguments(l, call.args)[read]!);
  const [pointer, member] = call.args;
  if (pointer !== undefined && member !== undefined && models.isMemberCall(name))
    return l.table.field(l.table.deref(lowerValue(l, pointer)), l.text(member));
  const assign = models.assignMacro(name);
  if (assign !== undefined) return lowerAssignMacro(l, assign, call);
  const container = models.container(name);
  if (container !== undefined) return lowerContainer(l, container, call);
  const companion = models.companion(name);
  const owner = companion === undefined ? undefined : call.args[companion.arg];
  if (companion !== undefined && owner !== undefined) {
    const member = lowerMember(l, lowerValue(l, owner), companion.field);
    const element = call.args[companion.indexArg ?? -1];
    return element === undefined ? member : l.table.index(member, lowerValue(l, element));
  }
  const tested = configTested(l, name, call);
  if (tested !== undefined) return l.table.config(tested);
  const test = models.errorTest(name);
  if (test !== undefined && call.args.length === 1) return l.table.unary(test, lowerValue(l, call.args[0]!));
  if (models.isConditionalBug(name) && call.args.length > 0) {
    const stop = openBlock();
    const go = openBlock();
    stop.exit = { k: 'stop' };
    lowerCondition(l, call.args[0]!, stop, go);
    l.begin(go);
    return l.table.constant(0);
  }
  if (name === models.guardAttempt?.failed && call.args.length === 2)
    return guardError(l, lowerValue(l, call.args[1]!), () => emitCall(l, name, call), at);
  if (declaresVariable(l, name, call)) return l.table.unknown();
  const api = models.api(name);
  const isOther = api?.withoutArgs === true && call.args.length > 0;
  if (api !== undefined && api.k !== 'transient' && !isOther) {
    // Code that runs without the lock must not be lowered at a place where the lock is held.
    const condition = api.conditionArg === undefined ? undefined : call.args[api.conditionArg];
    const apart = [api.unlockedArg, api.conditionArg, api.behindArg];
    const args = call.args.map((arg, i) =>
      apart.includes(i)
        ? l.table.unknown()
        : i === api.nameArg && l.type(arg) === 'string_literal'
          ? l.table.global(l.stringAt(arg))
          : lowerArgument(l, arg),
    );
    if (api.gfpDefault !== undefined && args.length === api.gfpArg) args.push(l.table.global(api.gfpDefault));
    const id = l.newEvent();
    l.emit({ k: api.k, id, api: name, args, at });
    const behind = api.behindArg === undefined ? undefined : call.args[api.behindArg];
    if (behind !== undefined) lowerArgument(l, behind);
    // A body that is visible says under which locks it calls back.
    if (models.callbackCalls(name).length > 0)
      l.emit({ k: 'call', id: l.newEvent(), callee: name, args, at });
    callBack(l, name, call, at);
    if (models.isNoReturn(name)) l.end({ k: 'stop' });
    if (condition !== undefined) return lowerAwaited(l, condition, api.givenUp, l.table.result(id), at);
    return (api.valueArg === undefined ? undefined : args[api.valueArg]) ?? l.table.result(id);
  }
  if (!isWanted && models.isInert(name) && isMessage(l, call)) {
    for (const arg of call.args) lowerUnused(l, arg);
    return l.table.unknown();
  }
  const result = emitCall(l, name, call);
  callBack(l, name, call, at);
  if (models.isNoReturn(name)) l.end({ k: 'stop' });
  else if (models.isFill(name)) lowerFill(l, call, at);
  return result;
}

/** Emits the calls of callbacks that the callee invokes. */
function callBack(l: Lowering, name: string, call: Call, at: Span): void {
  for (const model of l.models.callbackCalls(name)) {
    const given = call.args[model.functionArg];
    if (given === undefined) continue;
    const args = model.given.map((arg) => {
      const node = call.args[arg];
      return node === undefined ? l.table.unknown() : lowerArgument(l, node);
    });
    l.emit({ k: 'call', id: l.newEvent(), callee: lowerValue(l, given), args, at });
  }
}

/** A record filled with zeros: all of its members are zero. */
function lowerFill(l: Lowering, { args: [object, value] }: Call, at: Span): void {
  if (object === undefined || l.type(object) !== 'pointer_expression') return;
  if (value === undefined || l.text(value) !== '0') return;
  const record = l.table.deref(lowerValue(l, object));
  l.assign(l.table.field(record, EVERY_MEMBER), l.table.constant(0), at);
}

/**
 * The value of a wait's condition when the wait ends: true, or false if the wait gave up. Each wake-up tests the condition
 * again, with what a failed test left behind, such as a lock that it did not release.
 */
function lowerAwaited(
  l: Lowering,
  condition: number,
  givenUp: OtherApi['givenUp'],
  given: ExprId,
  at: Span,
): ExprId {
  const [test, yes, no, join] = [openBlock(), openBlock(), openBlock(), openBlock()];
  const value = l.hidden('waited', 'int');
  l.fallInto(test);
  lowerCondition(l, condition, yes, no);
  l.begin(yes);
  l.assign(value, givenUp === 'negative' ? l.table.constant(0) : given, at);
  l.fallInto(join);
  l.begin(no);
  if (givenUp === 'never') l.end({ k: 'goto', to: test });
  else {
    const over = openBlock();
    l.end({ k: 'branch', condition: l.table.unknown(), whenTrue: test, whenFalse: over, loop: false, at });
    l.begin(over);
    l.assign(value, givenUp === undefined ? given : l.table.constant(FAILED[givenUp]), at);
  }
  l.fallInto(join);
  return value;
}

const FAILED = { negative: -1, zero: 0 };

/** The option in `IS_…(CONFIG_NAME)`, which tests whether something is compiled in, as an `#if` does. */
function configTested(l: Lowering, name: string, call: Call): string | undefined {
  const [arg] = call.args;
  if (arg === undefined || call.args.length !== 1 || !/^IS_[A-Z]+$/u.test(name)) return undefined;
  const tested = l.text(arg);
  return /^CONFIG_\w+$/u.test(tested) ? tested : undefined;
}

/** Whether an inert call can write nothing through its arguments, like a log message. */
function isMessage(l: Lowering, call: Call): boolean {
  let hasText = call.args.length === 0;
  for (const arg of call.args) {
    const type = l.type(arg);
    if (type === 'pointer_expression') return false;
    if (type === 'string_literal' || type === 'concatenated_string') hasText = true;
  }
  return hasText;
}

/** Elements of one variable are locks of one class, but distinct locks. */
function lowerAssignMacro(l: Lowering, model: AssignMacro, call: Call): ExprId {
  const args = lowerArguments(l, call.args);
  const target = args[model.targetArg];
  const value = args[model.valueArg];
  if (target === undefined || value === undefined) return l.table.unknown();
  const whole = model.throughPointer === true ? l.table.deref(target) : target;
  const object = model.field === undefined ? whole : lowerMember(l, target, model.field);
  l.assign(object, value, l.source.spanOf(call.start, call.end));
  return object;
}

/** `DECLARE_…(name, …)` and `DEFINE_…(name)`. */
function declaresVariable(l: Lowering, name: string, call: Call): boolean {
  const model = l.models.declarator(name);
  const variable = model === undefined ? undefined : call.args[model.nameArg];
  if (model === undefined || variable === undefined || l.type(variable) !== 'identifier') return false;
  const typeNode = model.typeArg === undefined ? undefined : call.args[model.typeArg];
  const type = typeNode === undefined ? model.type : typeArgument(l, typeNode) + model.type;
  l.declare(l.text(variable), type);
  return true;
}

/** Lowers `guard(class)(…)` and `CLASS(class, variable)(…)`. */
function lowerScopeMacro(l: Lowering, inner: number, call: Call): ExprId | undefined {
  const head = readCall(l, inner);
  if (l.type(head.callee) !== 'identifier') return undefined;
  const macro = l.text(head.callee);
  const form = l.models.scopeMacro(macro)?.form;
  const [name, variable] = head.args;
  if (name === undefined || (form !== 'guard' && form !== 'class')) return undefined;
  const value = enterGuard(l, l.text(name), call.args, { macro, start: call.start, end: call.end });
  if (form === 'class' && variable !== undefined) {
    l.assign(l.declare(l.text(variable), ''), value, l.source.spanOf(call.start, call.end));
  }
  return value;
}

/** Lowers a call whose argument or expansion is itself a condition. Returns false for any other call. */
export function lowerConditionCall(
  l: Lowering,
  node: number,
  whenTrue: OpenBlock,
  whenFalse: OpenBlock,
  loop: LoopHead | undefined,
  isNegated: boolean,
): boolean {
  const call = readCall(l, node);
  if (l.type(call.callee) !== 'identifier') return false;
  const name = aliasOf(l, l.text(call.callee), call.callee);
  if (l.variable(name) !== undefined || l.models.lockApi(name) !== undefined) return false;
  const found = macrosFor(l, name, call.callee);
  if (found.length > 0) {
    expandCondition(l, found, call, whenTrue, whenFalse, loop, isNegated);
    return true;
  }
  const transparent = l.models.transparent(name);
  const inner = transparent === undefined ? undefined : call.args[transparent];
  if (inner === undefined) return false;
  lowerWithin(l, name, () => {
    for (const arg of call.args) if (arg !== inner) lowerUnused(l, arg);
    lowerCondition(l, inner, whenTrue, whenFalse, loop, isNegated);
  });
  return true;
}

/** Whether the lock is named at the call itself. A variable may hold no lock or NULL. */
function isAddress(l: Lowering, id: ExprId): boolean {
  return l.table.get(id).k === 'address';
}
