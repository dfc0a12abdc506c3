import { lowerGuarded, lowerGuardedName } from './annotated.js';
import { baseOf, type CType } from '../../base/ctype.js';
import type { Span } from '../../base/span.js';
import { lowerCall } from './calls.js';
import { lowerBlockValue, lowerChoice } from './composed.js';
import { operatorOf } from '../lowering/branches.js';
import { lowerCondition, lowerTruth } from '../lowering/conditions.js';
import { lowerInitializer, lowerRecord } from '../lowering/declarations.js';
import { openBlock } from '../lowering/flow.js';
import type { Lowering } from '../lowering/lowering.js';
import { expandIdentifier } from '../macros/macros.js';
import { BINARY_OPERATORS } from './operators.js';
import { otherOfTwo } from './other-of-two.js';
import type { BinaryOperator, ExprId } from '../types.js';
import { typeOfDescriptor } from './ctypes.js';

/** Lowers an expression: its effects become events. Returns its value, or the object it denotes. */
export function lowerValue(l: Lowering, node: number): ExprId {
  return lower(l, node, true);
}

/** Lowers an expression for its effects only. */
export function lowerUnused(l: Lowering, node: number): void {
  lower(l, node, false);
}

function lower(l: Lowering, node: number, isWanted: boolean): ExprId {
  const { table } = l;
  switch (l.type(node)) {
    case 'identifier':
    case 'type_identifier':
    case 'primitive_type':
      return lowerName(l, node);
    case 'number_literal':
      return lowerNumber(l, node);
    case 'char_literal':
      return lowerCharacter(l, node);
    case 'string_literal':
    case 'concatenated_string':
      return table.string();
    case 'true':
      return table.constant(1);
    case 'false':
    case 'null':
      return table.constant(0);
    case 'parenthesized_expression': {
      const inner = l.first(node);
      if (inner < 0) return table.unknown();
      return l.type(inner) === 'compound_statement' ? lowerBlockValue(l, inner) : lower(l, inner, isWanted);
    }
    case 'comma_expression':
      if (l.source.sanitised.marks.get(l.startOf(node))?.k === 'call') return lowerCall(l, node, false);
      lowerUnused(l, node + 1);
      return lower(l, l.tree.next[node + 1]!, isWanted);
    case 'assignment_expression':
      return lowerAssignment(l, node);
    case 'update_expression':
      return lowerUpdate(l, node, isWanted);
    case 'unary_expression':
      return lowerUnary(l, node);
    case 'pointer_expression': {
      const isAddress = l.source.sanitised.text[l.startOf(node)] === '&';
      const isField = isAddress && l.type(node + 1) === 'field_expression';
      const isName = isAddress && l.type(node + 1) === 'identifier';
      const base = isField
        ? lowerField(l, node + 1, true)
        : isName
          ? lowerName(l, node + 1, true)
          : lowerValue(l, node + 1);
      return isAddress ? table.address(base) : table.deref(base);
    }
    case 'binary_expression':
      return lowerBinary(l, node, isWanted);
    case 'conditional_expression':
      return lowerConditional(l, node, isWanted);
    case 'cast_expression':
      return lowerCast(l, node, isWanted);
    case 'subscript_expression': {
      const base = lowerValue(l, node + 1);
      const index = l.tree.next[node + 1]!;
      return table.index(base, index < l.tree.next[node]! ? lowerValue(l, index) : table.unknown());
    }
    case 'call_expression':
      return lowerCall(l, node, isWanted);
    case 'field_expression':
      return lowerField(l, node, false);
    case 'compound_literal_expression': {
      const descriptor = node + 1;
      const literal = l.hidden('literal', typeOfDescriptor(l, descriptor));
      const list = l.tree.next[descriptor]!;
      if (list < l.tree.next[node]!) lowerRecord(l, list, literal, l.span(node));
      return literal;
    }
    case 'initializer_list':
      lowerInitializer(l, node, undefined);
      return table.unknown();
    case 'compound_statement':
      return lowerBlockValue(l, node);
    case 'extension_expression': {
      const inner = l.first(node);
      return inner < 0 ? table.unknown() : lower(l, inner, isWanted);
    }
    case 'ERROR':
      for (const child of l.children(node)) lowerUnused(l, child);
      return table.unknown();
    default:
      // sizeof and similar operators evaluate nothing.
      return table.unknown();
  }
}

function lowerName(l: Lowering, node: number, isAddressed = false): ExprId {
  const start = l.startOf(node);
  const mark = l.source.sanitised.marks.get(start);
  if (mark?.k === 'type') return l.table.unknown();
  if (mark?.k === 'call') {
    return expandIdentifier(l, l.wordAt(start), node) ?? lowerCall(l, node, false);
  }
  const name = l.text(node);
  const known = l.variable(name) ?? expandIdentifier(l, name, node);
  if (known !== undefined) return known;
  if (!isAddressed) lowerGuardedName(l, name, node);
  return l.table.global(name);
}

function lowerNumber(l: Lowering, node: number): ExprId {
  // Placeholder numbers of the sanitised text do not exist in the original.
  if (l.source.sanitised.marks.has(l.startOf(node))) return l.table.unknown();
  const text = l.text(node).replace(/[uUlL']+/gu, '');
  const value = /^0[0-7]+$/u.test(text) ? Number.parseInt(text, 8) : Number(text);
  return Number.isSafeInteger(value) ? l.table.constant(value) : l.table.unknown();
}

const ESCAPES: Readonly<Record<string, number>> = { n: 10, t: 9, r: 13, a: 7, b: 8, f: 12, v: 11 };

function lowerCharacter(l: Lowering, node: number): ExprId {
  const match = /^'(?:([^\\])|\\(?:x([\da-fA-F]+)|([0-7]+)|(.)))'$/su.exec(l.text(node));
  if (match === null) return l.table.unknown();
  const [, plain, hex, octal, escape] = match;
  if (plain !== undefined) return l.table.constant(plain.charCodeAt(0));
  if (hex !== undefined) return l.table.constant(Number.parseInt(hex, 16));
  if (octal !== undefined) return l.table.constant(Number.parseInt(octal, 8));
  return l.table.constant(ESCAPES[escape!] ?? escape!.charCodeAt(0));
}

function lowerAssignment(l: Lowering, node: number): ExprId {
  const left = node + 1;
  const right = l.tree.next[left]!;
  const operator = operatorOf(l, node);
  if (operator === '=' && l.type(left) === 'identifier') {
    const variable = l.variable(l.text(left));
    if (variable !== undefined) {
      lowerInto(l, variable, right, l.span(node));
      return variable;
    }
  }
  let value = right < l.tree.next[node]! ? lowerValue(l, right) : l.table.unknown();
  const target = lowerValue(l, left);
  if (operator !== '=') value = valueOf(l, operator.slice(0, -1), target, value);
  l.assign(target, value, l.span(node));
  return target;
}

/** Assigns the value of an expression to a variable. */
export function lowerInto(l: Lowering, variable: ExprId, node: number, at: Span): void {
  const inner = l.withoutParentheses(node);
  if (l.type(inner) === 'conditional_expression') lowerConditional(l, inner, true, variable);
  else if (isLogical(l, inner) || isNegatedLogical(l, inner)) lowerTruth(l, inner, variable);
  else l.assign(variable, lowerValue(l, node), at);
}

function lowerUpdate(l: Lowering, node: number, isWanted: boolean): ExprId {
  const operand = node + 1;
  const isPrefix = l.startOf(operand) > l.startOf(node);
  const sign = l.source.sanitised.text[isPrefix ? l.startOf(node) : l.endOf(operand)];
  const target = lowerValue(l, operand);
  const at = l.span(node);
  let value = target;
  if (!isPrefix && isWanted) {
    value = l.hidden('before', l.typeOf(target));
    l.assign(value, target, at);
  }
  l.assign(target, l.table.binary(sign === '-' ? '-' : '+', target, l.table.constant(1)), at);
  return value;
}

function lowerUnary(l: Lowering, node: number): ExprId {
  const operand = node + 1;
  switch (l.source.sanitised.text[l.startOf(node)]) {
    case '!':
      return isNegatedLogical(l, node) ? lowerTruth(l, node) : l.table.unary('!', lowerValue(l, operand));
    case '-':
      return l.table.unary('-', lowerValue(l, operand));
    case '~':
      return l.table.unary('~', lowerValue(l, operand));
    default:
      return lowerValue(l, operand);
  }
}

/** Whether control flow determines the value. */
function isLogical(l: Lowering, node: number): boolean {
  const at = l.withoutParentheses(node);
  if (l.type(at) !== 'binary_expression') return false;
  const operator = operatorOf(l, at);
  return operator === '&&' || operator === '||';
}

/** `!(a && b)` */
function isNegatedLogical(l: Lowering, node: number): boolean {
  const isNot = l.type(node) === 'unary_expression' && l.source.sanitised.text[l.startOf(node)] === '!';
  return isNot && isLogical(l, node + 1);
}

const BINARY: ReadonlySet<string> = new Set(BINARY_OPERATORS);

/** The value of a binary operation. Half-typed code may contain unknown operators. */
function valueOf(l: Lowering, operator: string, left: ExprId, right: ExprId): ExprId {
  return BINARY.has(operator) ? l.table.binary(operator as BinaryOperator, left, right) : l.table.unknown();
}

function lowerBinary(l: Lowering, node: number, isWanted: boolean): ExprId {
  const operator = operatorOf(l, node);
  const left = node + 1;
  const right = l.tree.next[left]!;
  if (operator === '&&' || operator === '||') {
    if (isWanted) return lowerTruth(l, node);
    // `a && f();` is an if.
    const join = openBlock();
    lowerCondition(l, node, join, join);
    l.begin(join);
    return l.table.unknown();
  }
  const a = lowerValue(l, left);
  if (right >= l.tree.next[node]!) return l.table.unknown();
  return valueOf(l, operator, a, lowerValue(l, right));
}

/** `c ? a : b`, `c ?: b`. */
function lowerConditional(l: Lowering, node: number, isWanted: boolean, into?: ExprId): ExprId {
  const other = isWanted ? otherOfTwo(l, node) : undefined;
  if (other === undefined)
    return lowerChoice(l, node, isWanted, (chosen) => lower(l, chosen, isWanted), into);
  if (into === undefined) return other;
  l.assign(into, other, l.span(node));
  return into;
}

function lowerCast(l: Lowering, node: number, isWanted: boolean): ExprId {
  const descriptor = node + 1;
  const operand = l.tree.next[descriptor]!;
  if (operand >= l.tree.next[node]!) return l.table.unknown();
  const type = typeOfDescriptor(l, descriptor);
  const value = lower(l, operand, isWanted);
  return isObjectPointer(type) ? l.table.cast(value, type) : value;
}

const SCALARS =
  /^(void|_Bool|bool|char|short|int|long|float|double|signed|unsigned|s?size_t|u?int(8|16|32|64)_t|u?intptr_t|[usb]?(8|16|32|64))\b/u;

/** Whether the type is a pointer to something that may contain a lock, not to bytes, numbers or functions. */
export function isObjectPointer(type: CType): boolean {
  return type.endsWith('*') && baseOf(type) !== '' && !SCALARS.test(type) && !type.includes('(');
}

/** `isAddressed`: the member's address is wanted, not its value. */
function lowerField(l: Lowering, node: number, isAddressed: boolean): ExprId {
  const object = node + 1;
  const name = l.tree.next[object]!;
  const base = lowerValue(l, object);
  if (name >= l.tree.next[node]!) return l.table.unknown();
  // In a macro's body, a parameter may name the member.
  if (l.macros?.isMacro === true && l.parameters.some((parameter) => parameter.name === l.text(name))) {
    return l.table.unknown();
  }
  const isArrow = l.source.sanitised.text.slice(l.endOf(object), l.startOf(name)).includes('>');
  const held = isArrow ? l.table.deref(base) : base;
  if (!isAddressed) lowerGuarded(l, held, l.text(name), node);
  return l.table.field(held, l.text(name));
}
