import { folderOf } from '../../../base/paths.js';
import { lastWord } from '../../../base/words.js';
import type { FunctionRef } from '../../../link/types.js';
import type { FunctionItem } from '../../../outline/types.js';
import { text } from '../../text/calls.js';
import { all, parts, type CodeNode, type FunctionCode } from '../../text/code.js';
import { localTypes, setTo } from '../../text/path.js';
import { openFunction } from '../../text/source.js';
import type { FixInput } from '../../types.js';

/** A function that runs as the handler of a struct member or of an interrupt. */
export interface Handler {
  readonly fn: FunctionRef;
  /** Whether it is the threaded half of an interrupt handler. */
  readonly isThread: boolean;
}

/**
 * Functions registered as handlers for an object of this name: in the file itself, or in files that share a record of a
 * header of its folder. A header without records is one of helpers, for any number of drivers. If there is no handler in
 * the file and it includes no header with records: in all files of the folder.
 */
export function handlersFor(
  input: FixInput,
  of: FunctionCode,
  object: CodeNode | undefined,
): readonly Handler[] {
  const named = object === undefined ? [] : namesOf(of, object);
  if (named.every((words) => memberPath(words) === undefined)) return [];
  const found = named.map((words) => handlersNamed(input, of, words));
  // One of the objects that a variable may stand for has handlers that are not known.
  if (found.some((some) => some.length === 0)) return [];
  return [...new Map(found.flat().map((one) => [one.fn, one])).values()];
}

function handlersNamed(input: FixInput, of: FunctionCode, wanted: string): readonly Handler[] {
  const { program } = input;
  const folder = folderOf(of.file);
  const all = program.filesIn(folder);
  const hasRecord = (header: string): boolean =>
    program.outline(header)?.records.some(({ fields }) => fields.length > 0) === true;
  const own = program.included(of.file).filter((header) => folderOf(header) === folder && hasRecord(header));
  const related = all.filter(
    (other) =>
      other === of.file ||
      own.includes(other) ||
      program.included(other).some((header) => own.includes(header)),
  );
  const found = registeredIn(input, of, wanted, related);
  return found.length > 0 || own.length > 0 ? found : registeredIn(input, of, wanted, all);
}

function registeredIn(
  input: FixInput,
  of: FunctionCode,
  wanted: string,
  files: readonly string[],
): readonly Handler[] {
  const found = new Map<FunctionRef, Handler>();
  const { program, models } = input;
  const isRegistering = ({ calls }: FunctionItem): boolean =>
    calls.some((name) => models.api(name)?.handlerArg !== undefined);
  const registering = files.flatMap((file) =>
    (program.outline(file)?.functions ?? []).filter(isRegistering).map((item) => ({ file, item })),
  );
  for (const fn of registering) {
    const code = codeOf(input, fn);
    if (code === undefined) continue;
    for (const [name, given] of callsIn(code)) {
      const api = models.api(name);
      if (api?.handlerArg === undefined) continue;
      const { objectArg } = api;
      const at = typeof objectArg === 'number' ? objectArg : api.handlerArg - 1;
      const object = given[at];
      const isOwn = code.file === of.file && code.item.start === of.item.start;
      const names = object === undefined ? [] : givenNames(code, object, isOwn);
      if (!names.some((words) => isSameMember(words, wanted))) continue;
      for (const handlerArg of [api.handlerArg, api.threadArg]) {
        const handler = handlerArg === undefined ? undefined : given[handlerArg];
        if (handler === undefined || NOTHING.test(text(code, handler))) continue;
        const named = lastWord(text(code, handler));
        const [target] = named === undefined ? [] : program.resolveCall(named, fn.file);
        // A variable may hold any handler.
        if (target === undefined) return [];
        found.set(target, { fn: target, isThread: handlerArg === api.threadArg });
      }
    }
  }
  return [...found.values()];
}

/** What is given instead of a handler. */
const NOTHING = /^(?:NULL|0)$/;

/** How often a variable is replaced by what it is set to. */
const MOST_REPLACED = 2;

/**
 * The expressions that an object may be: what a variable of the function is set to, `priv->pdev->irq` for `irq` and for
 * `pdev->irq`. A variable that a call returns keeps its name.
 */
function namesOf(code: FunctionCode, object: CodeNode, level = 0): readonly string[] {
  const words = text(code, object);
  const root = all(object, 'identifier').at(0);
  const name = root && text(code, root);
  const isGiven = code.item.parameters.some((parameter) => parameter.name === name);
  if (root === undefined || name === undefined || isGiven || level === MOST_REPLACED) return [words];
  const values = setTo(code, name).filter(({ kind }) => kind !== 'number_literal');
  if (object === root) {
    const isKnown = values.length > 0 && values.every(isMember);
    return isKnown ? values.flatMap((value) => namesOf(code, value, level + 1)) : [words];
  }
  const [value, ...others] = values;
  if (value === undefined || others.length > 0 || value.kind !== 'field_expression') return [words];
  const front = words.slice(0, root.start - object.start);
  const behind = words.slice(root.end - object.start);
  return namesOf(code, value, level + 1).map((owner) => front + owner + behind);
}

function isMember({ kind }: CodeNode): boolean {
  return kind === 'field_expression' || kind === 'subscript_expression';
}

/**
 * The same for a handler's object where it is registered, and the members that it is stored in there. In another function a
 * variable's own name means nothing.
 */
function givenNames(code: FunctionCode, object: CodeNode, isOwn: boolean): readonly string[] {
  const words = text(code, object);
  const stored = all(code.body, 'assignment_expression').flatMap((node) => {
    const [target, value] = parts(node);
    const isStored = target && value && isMember(target) && text(code, value) === words;
    return isStored ? [text(code, target)] : [];
  });
  const known = [words, ...namesOf(code, object), ...(object.kind === 'identifier' ? stored : [])];
  const locals = isOwn ? new Map<string, string>() : localTypes(code);
  return known.filter((name) => !locals.has(name.replace(/^&/, '')));
}

/**
 * `timer->irq` of `hcd->timer->irq`, `->irq` of `hcd->irq`: each function names the containing object differently. An
 * element keeps its index, `->irq[1]` of `hcd->irq[1]`.
 */
function memberPath(words: string): string | undefined {
  const [, inner = '', last] = /(?:(?:->|\.)(\w+))?(?:->|\.)(\w+(?:\[\w+\])?)\W*$/.exec(words) ?? [];
  return last === undefined ? lastWord(words) : `${inner}->${last}`;
}

/** Whether two expressions name the same member, of an object that only one of them may reach through another one. */
function isSameMember(one: string, other: string): boolean {
  const [a, b] = [memberPath(one), memberPath(other)];
  if (a === undefined || a === b) return a !== undefined;
  // `pdev->irq` and `priv->pdev->irq`.
  const whole = (words: string): string => words.replace(/^(\w+)(?:->|\.)(\w+)$/, '$1->$2');
  return whole(one) === b || whole(other) === a;
}

/** The text of a function; `undefined` if it cannot be read. */
export function codeOf(
  input: FixInput,
  { file, item }: Pick<FunctionRef, 'file' | 'item'>,
): FunctionCode | undefined {
  if (item === undefined) return undefined;
  const code = openFunction(input, file, { file, ...item.nameSpan });
  return typeof code === 'string' ? undefined : code;
}

/** The calls by name in a function, with their arguments. */
export function callsIn(code: FunctionCode): (readonly [string, readonly CodeNode[]])[] {
  return all(code.body, 'call_expression').flatMap((node) => {
    const [callee, list] = parts(node);
    return callee?.kind === 'identifier' && list ? [[text(code, callee), parts(list)] as const] : [];
  });
}
