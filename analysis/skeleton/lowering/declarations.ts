import type { CType } from '../../base/ctype.js';
import type { Span } from '../../base/span.js';
import { freedBy } from '../../models/records/scope-names.js';
import { isSpecifier, typeOfSpecifier } from '../expressions/ctypes.js';
import { lowerInto, lowerUnused, lowerValue } from './grammar.js';
import type { Lowering } from './lowering.js';
import { NamedCall } from './scopes.js';
import { EVERY_MEMBER } from '../expressions/operators.js';
import type { ExprId } from '../types.js';

/** Lowers a declaration: variables become locals, initialisers assignments. */
export function lowerDeclaration(l: Lowering, node: number): void {
  let base: CType = '';
  let isExtern = false;
  let isStatic = false;
  for (const child of l.children(node)) {
    const kind = l.type(child);
    if (isSpecifier(kind)) base = typeOfSpecifier(l, child);
    else if (kind === 'storage_class_specifier') {
      isExtern ||= l.text(child) === 'extern';
      isStatic ||= l.text(child) === 'static';
    } else if (kind === 'init_declarator') {
      const variable = isExtern ? undefined : declare(l, child + 1, base);
      const value = l.tree.next[child + 1]!;
      // A static variable is initialised before the function first runs.
      if (!isStatic && value < l.tree.next[child]!) initialise(l, value, variable, child);
      noteCleanup(l, child + 1, variable);
    } else if (kind.endsWith('declarator') || kind === 'identifier') {
      if (!isExtern) noteCleanup(l, child, declare(l, child, base));
    }
  }
}

function initialise(l: Lowering, value: number, variable: ExprId | undefined, declarator: number): void {
  if (l.type(value) === 'initializer_list') lowerRecord(l, value, variable, l.span(declarator));
  else if (variable === undefined) lowerUnused(l, value);
  else lowerInto(l, variable, value, l.span(declarator));
}

/** Declares the variable of a declarator; `undefined` for a prototype. */
function declare(l: Lowering, node: number, base: CType): ExprId | undefined {
  const found = nameOf(l, node, base);
  if (found === undefined) return undefined;
  // A record without a tag is named after its variable.
  return l.declare(found.name, found.type.replace(/ ::(?=[*[(]|$)/u, ` ::${found.name}`));
}

interface Declared {
  readonly name: string;
  readonly node: number;
  readonly type: CType;
}

function nameOf(l: Lowering, node: number, base: CType): Declared | undefined {
  let type = base;
  let at = node;
  /** Inside the parentheses of `(*f)(…)`: the first star belongs to the `(*)`. */
  let isFunction = false;
  for (;;) {
    const inner = declaratorIn(l, at);
    switch (l.type(at)) {
      case 'identifier':
        return isFunction ? undefined : { name: l.text(at), node: at, type };
      case 'pointer_declarator':
        if (isFunction) {
          isFunction = false;
          type += '(*)';
        } else type += '*';
        break;
      case 'array_declarator':
        if (!isFunction) type += '[]';
        break;
      case 'function_declarator':
        isFunction = true;
        break;
      default:
        break;
    }
    if (inner < 0) return undefined;
    at = inner;
  }
}

function declaratorIn(l: Lowering, node: number): number {
  for (const child of l.children(node)) {
    const kind = l.type(child);
    if (kind === 'identifier' || kind.endsWith('declarator')) return child;
  }
  return -1;
}

function noteCleanup(l: Lowering, declarator: number, variable: ExprId | undefined): void {
  if (variable === undefined || l.source.sanitised.marks.size === 0) return;
  const name = nameOf(l, declarator, '');
  const mark = name === undefined ? undefined : l.source.sanitised.marks.get(l.startOf(name.node));
  if (mark?.k === 'cleanup') {
    l.cleanups.push(new NamedCall(freedBy(l.models, mark.by), [variable]));
  }
}

/** Lowers the initialiser of a whole object. First zeroes the members, since those it does not name are zero. */
export function lowerRecord(l: Lowering, list: number, object: ExprId | undefined, at: Span): void {
  if (object !== undefined && !/[*\]]$/u.test(l.typeOf(object)))
    l.assign(l.table.field(object, EVERY_MEMBER), l.table.constant(0), at);
  lowerInitializer(l, list, object);
}

/**
 * Lowers `{ .a = x, .b.c = y }` to assignments to the fields of `object`; without an object, only to its side effects.
 * Of positional values (`#0`), only named constants are kept: they tell a callee what the record is for.
 */
export function lowerInitializer(l: Lowering, list: number, object: ExprId | undefined): void {
  for (const [place, item] of l.children(list).entries()) {
    if (l.type(item) !== 'initializer_pair') {
      if (l.type(item) === 'initializer_list') lowerInitializer(l, item, undefined);
      else if (object !== undefined && place < FEW && isNamedConstant(l, item))
        l.assign(l.table.field(object, `#${place}`), lowerValue(l, item), l.span(item));
      else lowerUnused(l, item);
      continue;
    }
    const parts = l.children(item);
    const value = parts.pop();
    if (value === undefined) continue;
    const target = object === undefined ? undefined : designated(l, parts, object);
    if (l.type(value) === 'initializer_list') lowerInitializer(l, value, target);
    else if (target === undefined) lowerUnused(l, value);
    else l.assign(target, lowerValue(l, value), l.span(item));
  }
}

/** Positional values beyond this many belong to a table. */
const FEW = 8;

/** `MODE`; not NULL, which most initialisers use and which carries no information. */
function isNamedConstant(l: Lowering, item: number): boolean {
  if (l.type(item) !== 'identifier') return false;
  const text = l.text(item);
  return /^[A-Z][A-Z0-9_]+$/.test(text) && text !== 'NULL';
}

function designated(l: Lowering, designators: readonly number[], object: ExprId): ExprId | undefined {
  let target = object;
  for (const designator of designators) {
    const kind = l.type(designator);
    if (kind === 'field_designator') target = l.table.field(target, l.text(designator + 1));
    else if (kind === 'field_identifier') target = l.table.field(target, l.text(designator));
    else if (kind === 'subscript_designator') target = l.table.index(target, lowerValue(l, designator + 1));
    else return undefined;
  }
  return target;
}
