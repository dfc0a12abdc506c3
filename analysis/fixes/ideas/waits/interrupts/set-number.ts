import { baseOf } from '../../../../base/ctype.js';
import { lastWord, wholeWord } from '../../../../base/words.js';
import type { FunctionItem } from '../../../../outline/types.js';
import { driverFiles } from '../../../moves/driver.js';
import { calledName, text } from '../../../text/calls.js';
import { all, parts, plainText, type CodeNode, type FunctionCode } from '../../../text/code.js';
import { operator } from '../../../text/forms.js';
import { localTypes, setTo } from '../../../text/path.js';
import { openFunction } from '../../../text/source.js';
import type { FixInput } from '../../../types.js';

/** What a number that no interrupt has is written as. */
const NO_NUMBER = /^(?:-?0|-\d+|-E[A-Z]+)$/;

/**
 * Why a call may name no interrupt of the driver at all: the number is a member that the driver neither registers a handler
 * for nor sets. Nothing is disabled then, and another way to disable it is no repair. Two members of one name in different
 * structures are different numbers. `undefined` if the number is known to be set, or is not a name.
 */
export function unsetNumber(input: FixInput, code: FunctionCode, object: CodeNode): string | undefined {
  for (const value of valuesOf(code, object)) {
    const named = value.kind === 'subscript_expression' ? (parts(value)[0] ?? value) : value;
    if (named.kind === 'field_expression' || named.kind === 'identifier') {
      if (!isSet(input, code, named)) return `nothing in sight sets ${text(code, named)}`;
    }
  }
  return undefined;
}

/** What the number may be: an expression itself, or what the function sets the local variable to. */
function valuesOf(code: FunctionCode, object: CodeNode): readonly CodeNode[] {
  if (object.kind !== 'identifier' || !localTypes(code).has(text(code, object))) return [object];
  return setTo(code, text(code, object)).filter((value) => !localTypes(code).has(text(code, value)));
}

function isSet(input: FixInput, code: FunctionCode, named: CodeNode): boolean {
  const { program, models } = input;
  const name = named.kind === 'identifier' ? text(code, named) : (lastWord(text(code, named)) ?? '');
  const owner = ownerOf(input, code, named);
  if (owner !== '' && models.isInterruptNumber(owner, name)) return true;
  // A constant.
  if (named.kind === 'identifier' && program.resolveVariable(name, code.file) === undefined) return true;
  const wanted: Wanted = { name, owner, isMember: named.kind === 'field_expression' };
  return driverFiles(program, code.file).some((file) => {
    const whole = input.textOf(file) ?? '';
    if (!wholeWord(name).test(whole)) return false;
    const functions = program.outline(file)?.functions ?? [];
    if (isInTable(whole, functions, wanted)) return true;
    return functions.some((item) => isSetIn(input, file, whole, item, wanted));
  });
}

interface Wanted {
  readonly name: string;
  /** The type of the structure with the member; `''` if it is not known. */
  readonly owner: string;
  readonly isMember: boolean;
}

/** Whether a table or the declaration of a variable at file scope gives the value, or a macro there names the variable. */
function isInTable(whole: string, functions: readonly FunctionItem[], { name, isMember }: Wanted): boolean {
  const given = isMember
    ? new RegExp(`[{,\\s]\\.${name}\\s*=(?!=)([^,;}]*)`, 'g')
    : new RegExp(`(?<![.>]\\s*)\\b${name}\\b(?:[^;,(){}=]*=(?!=)|\\s*,)([^,;}]*)`, 'g');
  return [...whole.matchAll(given)].some(
    ({ index, 1: value = '' }) =>
      !NO_NUMBER.test(value.trim()) && functions.every(({ start, end }) => index < start || index >= end),
  );
}

/** Whether a function sets the number to what one may be, hands out its address, or registers a handler for it. */
function isSetIn(input: FixInput, file: string, whole: string, item: FunctionItem, wanted: Wanted): boolean {
  if (!wholeWord(wanted.name).test(whole.slice(item.bodyStart, item.end))) return false;
  const code = openFunction(input, file, { file, ...item.nameSpan });
  if (typeof code === 'string') return false;
  const isSame = (node: CodeNode | undefined): boolean =>
    node !== undefined && names(input, code, node, wanted);
  const isAssigned = all(code.body, 'assignment_expression').some((node) => {
    const [target, value] = parts(node);
    return isSame(target) && value !== undefined && !NO_NUMBER.test(plainText(code, value));
  });
  const isHandedOut = all(code.body, 'pointer_expression').some(
    (node) => operator(node) === '&' && isSame(parts(node)[0]),
  );
  return (
    isAssigned ||
    isHandedOut ||
    all(code.body, 'initializer_pair').some((node) => {
      const [designator] = parts(node);
      return wanted.isMember && designator !== undefined && lastWord(text(code, designator)) === wanted.name;
    }) ||
    all(code.body, 'call_expression').some((call) => {
      const api = input.models.api(calledName(code, call));
      const [, list] = parts(call);
      if (api?.runsIn !== 'hardirq' || api.handlerArg === undefined || !list) return false;
      const given = parts(list)[typeof api.objectArg === 'number' ? api.objectArg : api.handlerArg - 1];
      return given !== undefined && valuesOf(code, given).some(isSame);
    })
  );
}

/** Whether an expression is the number, or an element of it. */
function names(input: FixInput, code: FunctionCode, node: CodeNode, wanted: Wanted): boolean {
  const [base] = node.kind === 'subscript_expression' ? parts(node) : [node];
  if (base?.kind === 'identifier')
    return !wanted.isMember && text(code, base) === wanted.name && !localTypes(code).has(wanted.name);
  if (base?.kind !== 'field_expression' || !wanted.isMember || lastWord(text(code, base)) !== wanted.name)
    return false;
  const owner = ownerOf(input, code, base);
  return owner === '' || wanted.owner === '' || owner === wanted.owner;
}

/** The type of the structure that a member belongs to; `''` if it is not known. */
function ownerOf(input: FixInput, code: FunctionCode, member: CodeNode): string {
  const [base] = member.kind === 'field_expression' ? parts(member) : [];
  return base === undefined ? '' : input.program.expand(typeOf(input, code, base), code.file);
}

/** The type of an expression without its pointers. */
function typeOf(input: FixInput, code: FunctionCode, node: CodeNode): string {
  const { program } = input;
  const [first, second] = parts(node);
  switch (node.kind) {
    case 'identifier':
      return (
        localTypes(code).get(text(code, node)) ??
        baseOf(program.resolveVariable(text(code, node), code.file)?.item.type ?? '')
      );
    case 'field_expression': {
      const record = first === undefined ? '' : typeOf(input, code, first);
      const field = second && record !== '' && program.resolveField(record, text(code, second), code.file);
      return field ? baseOf(field.type) : '';
    }
    case 'call_expression': {
      const name = calledName(code, node);
      const [target] = program.resolveCall(name, code.file);
      return baseOf(target?.item?.returns ?? program.resolvePrototype(name, code.file)?.returns ?? '');
    }
    case 'parenthesized_expression':
    case 'pointer_expression':
    case 'subscript_expression':
      return first === undefined ? '' : typeOf(input, code, first);
    default:
      return '';
  }
}
