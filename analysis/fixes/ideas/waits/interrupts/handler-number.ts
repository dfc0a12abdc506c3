import { baseOf } from '../../../../base/ctype.js';
import { wholeWord } from '../../../../base/words.js';
import type { FunctionRef } from '../../../../link/types.js';
import { driverFiles } from '../../../moves/driver.js';
import { calledName, text } from '../../../text/calls.js';
import { all, parts, type CodeNode, type FunctionCode } from '../../../text/code.js';
import { lineStart, type TextEdit } from '../../../text/edits.js';
import { leadingDeclarations } from '../../../text/flags.js';
import { declaredName, localTypes } from '../../../text/path.js';
import { openFunction } from '../../../text/source.js';
import type { FixInput } from '../../../types.js';

/** The number under which a handler is registered, as an expression of a function that calls the handler itself. */
export interface HandlerNumber {
  readonly handler: FunctionRef;
  readonly words: string;
  readonly edits: readonly TextEdit[];
}

/** How the driver registers a handler: where, with the root of the number's expression and what follows it. */
interface Registration {
  readonly root: string;
  readonly type: string;
  readonly path: string;
  /** The type of the object that is handed to the handler, and whether that is the data itself. */
  readonly given: string;
  readonly isData: boolean;
}

/**
 * What a function should disable instead of a number that the driver never sets: the number of the handler that the
 * function calls next with the unset number and an object. The driver registers the handler for one member of its
 * data, with objects of the same type, and the handler gets its data from the object by one call, or receives the
 * data itself. `undefined` unless the function shows all of that in plain code.
 *
 * @param object - The unset number, as the function disables it.
 * @param within - The statements up to the one that enables the number again.
 */
export function handlerNumber(
  input: FixInput,
  code: FunctionCode,
  object: CodeNode,
  within: readonly CodeNode[],
): HandlerNumber | undefined {
  const number = text(code, object);
  const called = within
    .flatMap((statement) => all(statement, 'call_expression'))
    .filter((call) => {
      const [first] = argumentsOf(call);
      return first !== undefined && text(code, first) === number;
    });
  const [call, ...others] = called;
  const handed = call && argumentsOf(call);
  const [, device, more] = handed ?? [];
  if (call === undefined || device === undefined || more !== undefined || others.length > 0) return undefined;
  const [handler, ...further] = input.program.resolveCall(calledName(code, call), code.file);
  if (handler?.item === undefined || further.length > 0) return undefined;
  const registration = registrationOf(input, handler);
  const data = registration && dataIn(input, code, device, handler, registration);
  const written = placesOf(code, object);
  if (registration === undefined || data === undefined || written.length === 0) return undefined;
  // A variable of the number's own is declared behind the data.
  const isBehind = data.edits.length > 0 || written.every(({ start }) => start > declaredAt(code, data.name));
  if (!isBehind) return undefined;
  const words = data.name + registration.path;
  return {
    handler,
    words,
    edits: [...data.edits, ...written.map(({ start, end }) => ({ start, end, text: words }))],
  };
}

/** The variable of a function with the data of the object that it passes to a handler, or the declaration of one. */
function dataIn(
  input: FixInput,
  code: FunctionCode,
  device: CodeNode,
  handler: FunctionRef,
  { root, type, given, isData }: Registration,
): { readonly name: string; readonly edits: readonly TextEdit[] } | undefined {
  const object = text(code, device);
  if (localTypes(code).get(object) !== given) return undefined;
  if (isData) return { name: object, edits: [] };
  const getter = code.item.parameters.some(({ name }) => name === object)
    ? getterOf(input, handler, type)
    : undefined;
  if (getter === undefined) return undefined;
  const got = `${getter}(${object})`;
  const known = [...localTypes(code)].find(([name, own]) => {
    const values = valuesOf(code, name);
    return own === type && values.length === 1 && values.every((one) => text(code, one) === got);
  })?.[0];
  if (known !== undefined) return { name: known, edits: [] };
  if (wholeWord(root).test(code.text.slice(code.item.start, code.body.end))) return undefined;
  return { name: root, edits: declaration(code, leadingDeclarations(code)[0], `${type} *${root} = ${got};`) };
}

/** The values that a function assigns to one of its variables, a pointer or not. */
function valuesOf(code: FunctionCode, name: string): readonly CodeNode[] {
  const nodes = [...all(code.body, 'init_declarator'), ...all(code.body, 'assignment_expression')];
  return nodes.flatMap((node) => {
    const [target, value] = parts(node);
    const set = target && (node.kind === 'init_declarator' ? declaredName(target) : target);
    return set && value && text(code, set) === name ? [value] : [];
  });
}

function argumentsOf(call: CodeNode): readonly CodeNode[] {
  const list = parts(call)[1];
  return list === undefined ? [] : parts(list);
}

/** The only way in which the driver registers a handler. */
function registrationOf(
  { program, models, ...input }: FixInput,
  handler: FunctionRef,
): Registration | undefined {
  const found: Registration[] = [];
  for (const file of driverFiles(program, handler.file))
    for (const item of program.outline(file)?.functions ?? []) {
      if (!item.calls.some((name) => models.api(name)?.runsIn === 'hardirq')) continue;
      const code = openFunction({ program, models, ...input }, file, { file, ...item.nameSpan });
      if (typeof code === 'string') return undefined;
      for (const call of all(code.body, 'call_expression')) {
        const api = models.api(calledName(code, call));
        const given = argumentsOf(call);
        const named = api?.handlerArg === undefined ? undefined : given[api.handlerArg];
        if (api?.runsIn !== 'hardirq' || named === undefined || !mayBe(code, named, handler)) continue;
        const number = given[typeof api.objectArg === 'number' ? api.objectArg : (api.handlerArg ?? 0) - 1];
        const device = given.at(-1);
        const [, root = '', path = ''] = MEMBER.exec(number ? rooted(code, text(code, number)) : '') ?? [];
        const types = localTypes(code);
        const [type, kind] = [types.get(root), device && types.get(text(code, device))];
        if (type === undefined || kind === undefined) return undefined;
        found.push({
          root,
          type,
          path,
          given: kind,
          isData: device !== undefined && text(code, device) === root,
        });
      }
    }
  // `pdev->irq` of a function that is given the device is the same member as `priv->pdev->irq`.
  const whole = found.find((outer) => found.every((one) => isSameNumber(one, outer)));
  return whole !== undefined && found.every(({ given }) => given === whole.given) ? whole : undefined;
}

function isSameNumber({ root, type, path }: Registration, outer: Registration): boolean {
  const isSame = type === outer.type && path === outer.path;
  return isSame || `${outer.root}${outer.path}`.endsWith(`->${root}${path}`);
}

/** A member that is reached from a variable, with the variable. */
const MEMBER = /^(\w+)(->\w+(?:(?:->|\.)\w+)*)$/;

/** Maximum number of times that a variable is replaced by its value. */
const MOST_REPLACED = 3;

/** An expression from the data on: `np->pci_dev->irq` for `irq` and for `pdev->irq`, with variables that are set once. */
function rooted(code: FunctionCode, words: string): string {
  let found = words;
  for (let level = 0; level < MOST_REPLACED; level++) {
    const name = /^\w+/.exec(found)?.[0] ?? '';
    const isGiven = code.item.parameters.some((parameter) => parameter.name === name);
    const [value, ...others] = isGiven ? [] : valuesOf(code, name);
    if (value === undefined || others.length > 0 || !MEMBER.test(text(code, value))) break;
    found = text(code, value) + found.slice(name.length);
  }
  return found;
}

/** Whether a registration names a handler, or a variable that holds this one among others. */
function mayBe(code: FunctionCode, named: CodeNode, { name }: FunctionRef): boolean {
  const isIt = (node: CodeNode): boolean => text(code, node).replace(/^&\s*/, '') === name;
  return isIt(named) || (named.kind === 'identifier' && valuesOf(code, text(code, named)).some(isIt));
}

/** An expression without a cast around it. */
function uncast(code: FunctionCode, value: CodeNode): string {
  const inner = value.kind === 'cast_expression' ? parts(value).at(-1) : undefined;
  return text(code, inner ?? value);
}

/** The call by which a handler gets its data of this type from the object that it is given. */
function getterOf(input: FixInput, handler: FunctionRef, type: string): string | undefined {
  if (handler.item === undefined) return undefined;
  const code = openFunction(input, handler.file, { file: handler.file, ...handler.item.nameSpan });
  const object = handler.item.parameters[1];
  if (typeof code === 'string' || object === undefined || baseOf(object.type) !== 'void') return undefined;
  const types = localTypes(code);
  const same = [...types.keys()].filter((name) => {
    const values = valuesOf(code, name);
    return name === object.name
      ? values.length === 0
      : values.length === 1 && values.every((value) => uncast(code, value) === object.name);
  });
  const getters = [...types]
    .filter(([, own]) => own === type)
    .flatMap(([name]) => valuesOf(code, name))
    .map((value) => {
      const [given, more] = value.kind === 'call_expression' ? argumentsOf(value) : [];
      return given && !more && same.includes(text(code, given)) ? calledName(code, value) : undefined;
    });
  return new Set(getters).size === 1 ? getters[0] : undefined;
}

/** Where the function writes the number: its only value, if it has a variable for it, otherwise each place. */
function placesOf(code: FunctionCode, object: CodeNode): readonly CodeNode[] {
  const number = text(code, object);
  if (object.kind === 'identifier') {
    const values = valuesOf(code, number);
    return values.length === 1 && localTypes(code).has(number) ? values : [];
  }
  return all(code.body, 'field_expression').filter((node) => text(code, node) === number);
}

function declaredAt(code: FunctionCode, name: string): number {
  const found = leadingDeclarations(code).find((one) => wholeWord(name).test(text(code, one)));
  return (
    found?.start ?? (code.item.parameters.some((parameter) => parameter.name === name) ? 0 : code.body.end)
  );
}

/** Declares a variable in front of the others of the function. */
function declaration(code: FunctionCode, first: CodeNode | undefined, words: string): readonly TextEdit[] {
  const statement = first ?? parts(code.body)[0];
  if (statement === undefined) return [];
  const at = lineStart(code.text, statement.start);
  const indent = code.text.slice(at, statement.start);
  const gap = first === undefined ? '\n\n' : '\n';
  return [{ start: at, end: at, text: indent + words + gap }];
}
