import { lastWord, wholeWord } from '../../../base/words.js';
import { isDeclared } from '../../../link/names/declared.js';
import type { FunctionRef } from '../../../link/types.js';
import type { FunctionItem } from '../../../outline/types.js';
import { functionsBelow } from '../../moves/below.js';
import { driverFiles, isPartial } from '../../moves/driver.js';
import { text } from '../../text/calls.js';
import { all, identifiers, parts, plainText, type CodeNode, type FunctionCode } from '../../text/code.js';
import { localTypes } from '../../text/path.js';
import { openFunction } from '../../text/source.js';
import type { FixInput } from '../../types.js';

/** A call that queues the work item. */
interface Queueing {
  readonly code: FunctionCode;
  readonly callee: string;
  readonly given: readonly CodeNode[];
  /** The argument with the work item. */
  readonly at: number;
  /** The last name of the queue. */
  readonly queue: string | undefined;
  /** The argument with the time to wait, if the item is a delayed one. */
  readonly delay: CodeNode | undefined;
}

/** How long a delayed item waits before another attempt, in ticks. */
const SOON = '1';

/**
 * The statements with which a work item queues itself again; a reason if it must not. The wait takes back what is
 * queued, so that the item stops there. No other code may rely on the end of a run that gave up: none may flush the item
 * or its queue, and none may queue it for a later time while an attempt is pending, which would be lost.
 */
export function requeued(
  input: FixInput,
  handler: FunctionRef,
  code: FunctionCode,
  wait: string,
): readonly string[] | string {
  const { models } = input;
  if (models.withoutWait(wait) === undefined) return `${wait}() relies on the end of ${handler.name}()`;
  const set = setUp(input, handler);
  if (set === undefined) return `where ${handler.name}() is set up is not known`;
  const member = lastWord(set.object);
  if (member === undefined) return `the work item of ${handler.name}() has no name`;
  if (isIncomplete(input, handler.file, set))
    return `files that are not visible may rely on ${handler.name}()`;
  const calls = queueings(input, handler, member);
  if (typeof calls === 'string') return calls;
  const relied = reliedOn(input, handler, member, calls);
  if (relied !== undefined) return relied;
  for (const call of calls) {
    const lost = lostBy(input, handler, member, call);
    if (lost !== undefined) return lost;
  }
  for (const call of calls) {
    const again = asIn(input, code, call, set);
    if (again === undefined) continue;
    if (call.delay !== undefined) return [again];
    const { name, given } = models.pause;
    return [`${name}(${given});`, again];
  }
  return `how ${handler.name}() is queued cannot be written there`;
}

/**
 * Why a work item may not run again soon, whatever it did before: one of the statements has to queue it. The wait takes
 * back what is queued, and no other code may rely on the end of a run.
 */
export function queuesItself(
  input: FixInput,
  handler: FunctionRef,
  code: FunctionCode,
  statements: readonly CodeNode[],
  wait: string,
): string | undefined {
  const member = lastWord(setUp(input, handler)?.object ?? '');
  if (member === undefined) return `where ${handler.name}() is set up is not known`;
  if (input.models.withoutWait(wait) === undefined) return `${wait}() relies on the end of ${handler.name}()`;
  const queues = statements.flatMap((statement): readonly Queueing[] => {
    const [call] = statement.kind === 'expression_statement' ? parts(statement) : [];
    const own = call?.kind === 'call_expression' ? queueingOf(input, code, call, member) : undefined;
    return own === undefined ? [] : [own];
  });
  const leaves = statements.some((statement) => all(statement, 'return_statement').length > 0);
  if (queues.length === 0 || leaves) return `${handler.name}() does not always queue itself again`;
  return reliedOn(input, handler, member, queues);
}

interface SetUp {
  /** The expression of the work item where it is set up. */
  readonly object: string;
  /** The type of the record that it starts from, `undefined` for a variable. */
  readonly type: string | undefined;
}

/** The only call that makes the function the handler of a work item. */
function setUp(input: FixInput, handler: FunctionRef): SetUp | undefined {
  const found: SetUp[] = [];
  for (const [file, item] of functionsOf(input, handler.file)) {
    if (!item.references.includes(handler.name)) continue;
    const code = openFunction(input, file, { file, ...item.nameSpan });
    if (typeof code === 'string') return undefined;
    for (const call of all(code.body, 'call_expression')) {
      const [callee, list] = parts(call);
      const api = callee && input.models.api(text(code, callee));
      const given = list ? parts(list) : [];
      const at = api?.handlerArg;
      const handled = at === undefined ? undefined : given[at];
      if (at === undefined || !handled || lastWord(text(code, handled)) !== handler.name) continue;
      const object = given[typeof api?.objectArg === 'number' ? api.objectArg : at - 1];
      if (object === undefined) return undefined;
      found.push({ object: plainText(code, object), type: rootType(code, object) });
    }
  }
  const [first, ...more] = found;
  return more.every(({ object }) => lastWord(object) === lastWord(first?.object ?? '')) ? first : undefined;
}

/** The type of the local variable from which an expression starts. */
function rootType(code: FunctionCode, node: CodeNode): string | undefined {
  const [root = ''] = identifiers(code, node);
  return localTypes(code).get(root);
}

/** All calls of the driver that queue an item of this name, apart from the handler's own. */
function queueings(input: FixInput, handler: FunctionRef, member: string): readonly Queueing[] | string {
  const found: Queueing[] = [];
  for (const [file, item] of functionsOf(input, handler.file)) {
    if (!item.calls.some((name) => startedBy(input, name, handler.file) !== undefined)) continue;
    const code = openFunction(input, file, { file, ...item.nameSpan });
    if (typeof code === 'string') {
      const body = input.textOf(file)?.slice(item.bodyStart, item.end) ?? '';
      if (wholeWord(member).test(body)) return `${item.name}() may queue ${member}, and ${code}`;
      continue;
    }
    if (file === handler.file && item.start === handler.item?.start) continue;
    for (const call of all(code.body, 'call_expression')) {
      const queueing = queueingOf(input, code, call, member);
      if (queueing !== undefined) found.push(queueing);
    }
  }
  return found.length > 0 ? found : `what queues ${member} is not known`;
}

/** A call as one that queues an item of this name. */
function queueingOf(
  input: FixInput,
  code: FunctionCode,
  call: CodeNode,
  member: string,
): Queueing | undefined {
  const [callee, list] = parts(call);
  const name = callee?.kind === 'identifier' ? text(code, callee) : '';
  const started = startedBy(input, name, code.file);
  const given = list ? parts(list) : [];
  const work = started && given[started.at];
  if (!started || !work || lastWord(text(code, work)) !== member) return undefined;
  const { at } = started;
  const named = at > 0 ? lastWord(text(code, given[0] ?? work)) : input.models.api(name)?.queueName;
  const { queue = named } = started;
  return { code, callee: name, given, at, queue, delay: given[at + 1] };
}

interface Started {
  /** The argument with the work item. */
  readonly at: number;
  /** The last name of the queue, if the called function names it. */
  readonly queue?: string;
}

/** What a call queues, itself or by the one call that the function consists of. */
function startedBy(input: FixInput, name: string, file: string): Started | undefined {
  const { models, program } = input;
  const known = models.startedArg(name);
  if (known !== undefined) return { at: known };
  if (models.api(name) !== undefined) return undefined;
  for (const { item, file: own } of program.resolveCall(name, file)) {
    if (!item?.calls.some((one) => models.startedArg(one) !== undefined)) continue;
    const code = openFunction(input, own, { file: own, ...item.nameSpan });
    if (typeof code === 'string' || parts(code.body).length !== 1) continue;
    for (const call of all(code.body, 'call_expression')) {
      const [callee, list] = parts(call);
      const at = callee && models.startedArg(text(code, callee));
      const given = list ? parts(list) : [];
      const work = at === undefined ? undefined : given[at];
      const index = work && item.parameters.findIndex((each) => each.name === text(code, work));
      if (index === undefined || index < 0) continue;
      const [first] = given;
      const queue = at === 0 || first === undefined ? undefined : lastWord(text(code, first));
      return queue === undefined ? { at: index } : { at: index, queue };
    }
  }
  return undefined;
}

/** Whether files of the driver may be missing that queue the item or wait for it: those that see its record. */
function isIncomplete({ program }: FixInput, file: string, { type }: SetUp): boolean {
  const record = type === undefined ? undefined : program.resolveRecord(type, file)?.file;
  if (record?.endsWith('.h') !== true) return false;
  const seeing = program.includedBy(record);
  return isPartial(program, [...new Set([file, ...seeing])], [record, ...seeing]);
}

function functionsOf({ program }: FixInput, file: string): (readonly [string, FunctionItem])[] {
  return driverFiles(program, file).flatMap((each) =>
    (program.outline(each)?.functions ?? []).map((item) => [each, item] as const),
  );
}

/** Why other code relies on the end of a run: it waits for the item or its queue without taking the item back. */
function reliedOn(
  input: FixInput,
  handler: FunctionRef,
  member: string,
  calls: readonly Queueing[],
): string | undefined {
  const { models } = input;
  const queues = new Set(calls.map(({ queue }) => queue));
  const isMember = calls.every(({ code, given, at }) => /->/.test(text(code, given[at] ?? code.body)));
  const below = new Set([...functionsBelow(input.program, [handler])].map((fn) => fn.item));
  for (const [file, item] of functionsOf(input, handler.file)) {
    if (!item.calls.some((name) => models.api(name)?.k === 'wait')) continue;
    // Before a module begins and when it ends, no object has an item; a variable has one.
    if (isMember && item.section !== '' && models.isProcessEntry(item.section, '')) continue;
    const code = openFunction(input, file, { file, ...item.nameSpan });
    if (typeof code === 'string') {
      const body = input.textOf(file)?.slice(item.bodyStart, item.end) ?? '';
      if (wholeWord(member).test(body)) return `${item.name}() may wait for ${handler.name}(), and ${code}`;
      continue;
    }
    const waits = all(code.body, 'call_expression').flatMap((call) => {
      const [callee, list] = parts(call);
      const name = callee ? text(code, callee) : '';
      const api = models.api(name);
      const object = api?.arg === undefined || !list ? undefined : parts(list)[api.arg];
      const isUsed = call.parent?.kind !== 'expression_statement';
      return api?.k === 'wait' ? [{ name, api, isUsed, object: object && lastWord(text(code, object)) }] : [];
    });
    for (const [at, { name, api, isUsed, object }] of waits.entries()) {
      // It would hang as soon as it gets the lock.
      if (api.awaits === 'work' && object === member && below.has(item))
        return `${item.name}(), to which ${handler.name}() leads, waits for the same work item`;
      // A run that gave up and may not queue itself again counts as one that ended, and has not done its part.
      if (api.awaits === 'work' && object === member && isUsed)
        return `${item.name}() uses what ${name}() tells of ${handler.name}()`;
      if (api.awaits === 'work' && object === member && models.withoutWait(name) === undefined)
        return `${name}() in ${item.name}() relies on the end of ${handler.name}()`;
      const queue = object ?? api.queueName;
      const isOfQueue = api.awaits === 'queue' && queue !== undefined && queues.has(queue);
      const isTakenBack = waits
        .slice(0, at)
        .some((one) => one.object === member && models.withoutWait(one.name) !== undefined);
      if (isOfQueue && !isTakenBack)
        return `${name}() in ${item.name}() relies on the end of ${handler.name}()`;
    }
  }
  return undefined;
}

/** Why queueing for a later time would be lost while another attempt is pending. */
function lostBy(
  { models }: FixInput,
  { name }: FunctionRef,
  member: string,
  { code, delay }: Queueing,
): string | undefined {
  if (delay === undefined || text(code, delay) === '0') return undefined;
  const isFresh = all(code.body, 'call_expression').some((call) => {
    const [callee, list] = parts(call);
    const api = callee && models.api(text(code, callee));
    const isBefore = call.end <= delay.start;
    const isOfItem = list && parts(list).some((each) => lastWord(text(code, each)) === member);
    const takesBack = callee && models.withoutWait(text(code, callee)) !== undefined;
    return isBefore && isOfItem === true && (api?.handlerArg !== undefined || takesBack === true);
  });
  return isFresh
    ? undefined
    : `${code.item.name}() queues ${name}() for a later time, which is lost while an attempt is pending`;
}

/** A call that queues the item, in terms of the handler. */
function asIn(
  input: FixInput,
  code: FunctionCode,
  { code: from, callee, given, at, delay }: Queueing,
  set: SetUp,
): string | undefined {
  const { program, models } = input;
  const work = given[at];
  if (work === undefined) return undefined;
  const theirs = localTypes(from);
  const [root = ''] = identifiers(from, work);
  const type = theirs.get(root);
  if (type !== set.type) return undefined;
  const name = type === undefined ? undefined : onlyOf(localTypes(code), type);
  if (type !== undefined && name === undefined) return undefined;
  const isKnown = isDeclared(program, callee, code.file);
  const isModelled = models.api(callee) !== undefined || models.startedArg(callee) !== undefined;
  if (!isKnown && !isModelled) return undefined;
  const called = new Map<string, string>(name === undefined ? [] : [[root, name]]);
  const written: string[] = [];
  for (const each of given) {
    if (each === delay) {
      written.push(SOON);
      continue;
    }
    for (const word of identifiers(from, each)) {
      if (called.has(word)) continue;
      const mine = theirs.has(word) ? ownerIn(code, from, word, name) : undefined;
      if (mine !== undefined && (isKnown || from.file === code.file)) called.set(word, mine);
      else if (theirs.has(word) || localTypes(code).has(word)) return undefined;
      else if (from.file !== code.file && word !== root && /[a-z]/.test(word)) return undefined;
    }
    written.push(renamed(plainText(from, each), called));
  }
  return `${callee}(${written.join(', ')});`;
}

/** The only local variable of a type. */
function onlyOf(types: ReadonlyMap<string, string>, type: string): string | undefined {
  const [name, ...more] = [...types].flatMap(([each, own]) => (own === type ? [each] : []));
  return more.length === 0 ? name : undefined;
}

/**
 * The variable of the handler for what the item belongs to, as the device with the queue: the only one of its type on both
 * sides, which the handler finds from the item's own record where it declares it, and does not set again.
 */
function ownerIn(
  code: FunctionCode,
  from: FunctionCode,
  word: string,
  record: string | undefined,
): string | undefined {
  const theirs = localTypes(from);
  const type = theirs.get(word);
  if (type === undefined || record === undefined || onlyOf(theirs, type) !== word) return undefined;
  const mine = onlyOf(localTypes(code), type);
  if (mine === undefined) return undefined;
  const target = (node: CodeNode): string => text(code, parts(node)[0] ?? node).replace(/^[\s*]+/, '');
  const [declared] = parts(code.body)
    .filter(({ kind }) => kind === 'declaration')
    .flatMap((node) => all(node, 'init_declarator'))
    .filter((node) => target(node) === mine);
  const value = declared && parts(declared)[1];
  const isFound = value !== undefined && identifiers(code, value).has(record);
  const isSet = all(code.body, 'assignment_expression').some((node) => target(node) === mine);
  return isFound && !isSet ? mine : undefined;
}

/** An expression with other names for variables. */
function renamed(words: string, names: ReadonlyMap<string, string>): string {
  return words.replaceAll(/(?<![\w.>])[a-zA-Z_]\w*/g, (word) => names.get(word) ?? word);
}
