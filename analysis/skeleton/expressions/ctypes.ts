import { type CType, pointee } from '../../base/ctype.js';
import type { Lowering } from '../lowering/lowering.js';

/** The type of a specifier node, without declarators. */
export function typeOfSpecifier(l: Lowering, node: number): CType {
  switch (l.type(node)) {
    case 'primitive_type':
    case 'type_identifier': {
      const start = l.startOf(node);
      const mark = l.source.sanitised.marks.get(start);
      return mark?.k === 'type' ? typeOfText(l, mark.text) : l.wordAt(start);
    }
    case 'struct_specifier':
      return `struct ${tagOf(l, node)}`;
    case 'union_specifier':
      return `union ${tagOf(l, node)}`;
    case 'enum_specifier':
      return `enum ${tagOf(l, node)}`;
    case 'sized_type_specifier':
      return l.source.sanitised.text.slice(l.startOf(node), l.endOf(node)).trim().replace(/\s+/gu, ' ');
    default:
      return '';
  }
}

function tagOf(l: Lowering, node: number): string {
  const name = l.first(node);
  return name >= 0 && l.type(name) === 'type_identifier' ? l.text(name) : '::';
}

export function isSpecifier(type: string): boolean {
  return (
    type === 'primitive_type' ||
    type === 'type_identifier' ||
    type === 'struct_specifier' ||
    type === 'union_specifier' ||
    type === 'enum_specifier' ||
    type === 'sized_type_specifier' ||
    type === 'macro_type_specifier'
  );
}

/** The type of a type_descriptor node, such as `struct foo *`. */
export function typeOfDescriptor(l: Lowering, node: number): CType {
  let type: CType = '';
  for (const child of l.children(node)) {
    const kind = l.type(child);
    if (isSpecifier(kind)) type = typeOfSpecifier(l, child);
    else if (kind.startsWith('abstract_')) type = withAbstract(l, child, type);
  }
  return type;
}

function withAbstract(l: Lowering, node: number, type: CType): CType {
  const kind = l.type(node);
  let result = type;
  if (kind === 'abstract_pointer_declarator') result += '*';
  else if (kind === 'abstract_array_declarator') result += '[]';
  else if (kind === 'abstract_function_declarator') return `${type}(*)`;
  for (const child of l.children(node))
    if (l.type(child).startsWith('abstract_')) result = withAbstract(l, child, result);
  return result;
}

const QUALIFIERS = /\b(const|volatile|static|register|restrict|__restrict|__restrict__|__extension__)\b/gu;
const TYPEOF = /^(?:__typeof__|__typeof|typeof|typeof_unqual)\s*\(([\s\S]*)\)$/u;

/** The type that a text names: a macro argument, or the operand of typeof. */
export function typeOfText(l: Lowering, text: string): CType {
  const plain = text
    .replace(/\/\*[\s\S]*?\*\//gu, ' ')
    .replace(QUALIFIERS, ' ')
    .trim();
  const inner = TYPEOF.exec(plain)?.[1];
  if (inner !== undefined) return typeOfOperand(l, inner.trim());
  if (plain === '__auto_type') return '';
  const match =
    /^((?:struct|union|enum)\s+\w+|[A-Za-z_]\w*(?:\s+[A-Za-z_]\w*)*)\s*((?:\*|\s|\[\s*\w*\s*\])*)(\w*)$/u.exec(
      plain,
    );
  if (match === null) return '';
  const base = match[1]!.replace(/\s+/gu, ' ');
  return base + match[2]!.replace(/\s+/gu, '').replace(/\[\w*\]/gu, '[]');
}

/** The type of a typeof operand: a variable with at most one `*` or `&`, or a type name. */
function typeOfOperand(l: Lowering, operand: string): CType {
  const bare = operand.replace(/^\((.*)\)$/su, '$1').trim();
  const match = /^([*&]?)\s*\(?\s*([A-Za-z_]\w*)\s*\)?$/u.exec(bare);
  if (match === null) return typeOfText(l, bare);
  const variable = l.variable(match[2]!);
  if (variable === undefined) return match[1] === '' ? typeOfText(l, bare) : '';
  const type = l.typeOf(variable);
  if (type === '') return '';
  if (match[1] === '&') return `${type}*`;
  return match[1] === '*' ? (pointee(type) ?? '') : type;
}
