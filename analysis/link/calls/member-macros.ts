import { fieldType } from '../ctypes/field-type.js';
import { baseOf, type CType } from '../../base/ctype.js';
import type { MacroItem } from '../../outline/types.js';
import type { CallEvent, ExprId, Skeleton } from '../../skeleton/types.js';
import { expandCall } from '../ctypes/macro-expansion.js';
import { typeOf } from '../ctypes/expression-types.js';
import type { FunctionRef, Program } from '../types.js';

/** A call of a member that a macro of a header makes of its arguments: `op_of(dev, start, 3)`. */
export interface MemberCall {
  /** The object or pointer with which the access begins. */
  readonly object: ExprId;
  /** The members on the way, the called one last. */
  readonly path: readonly string[];
  /** The arguments of the call; -1 for those that are no argument of the macro. */
  readonly args: readonly ExprId[];
}

type Asked = Pick<Program, 'resolveCall' | 'expand' | 'resolveField'>;

/** `->f(` or `.f(`, where `f` may be pasted together. */
const MEMBER_CALL = /(?:->|\.)\s*\w+(?:\s*##\s*\w+)*\s*\)?\s*\(/u;
const calls = new WeakMap<MacroItem, boolean>();

function callsMember(macro: MacroItem): boolean {
  let known = calls.get(macro);
  if (known === undefined) calls.set(macro, (known = MEMBER_CALL.test(macro.body)));
  return known;
}

/** Whether a name, called in a file, is a macro that calls a member. */
export function isMemberMacro(program: Pick<Program, 'resolveCall'>, name: string, file: string): boolean {
  const macro = program.resolveCall(name, file)[0]?.macro;
  return macro !== undefined && callsMember(macro);
}

/** Whether a name is such a macro, and calls the member on a condition: of some objects, it is not set. */
export function isOptionalMember(program: Pick<Program, 'resolveCall'>, name: string, file: string): boolean {
  const macro = program.resolveCall(name, file)[0]?.macro;
  return macro !== undefined && callsMember(macro) && /\bif\b|\?|&&/u.test(macro.body);
}

/** Stands for the argument of a macro in its expansion. */
const ARGUMENT = '__arg';

/** The call of a member for which a call by name stands; `undefined` if it stands for none. */
export function memberCallOf(
  program: Asked,
  { file }: FunctionRef,
  skeleton: Skeleton,
  { callee, args }: CallEvent,
): MemberCall | undefined {
  const macro = typeof callee === 'string' ? program.resolveCall(callee, file)[0]?.macro : undefined;
  if (macro === undefined || macro.lockSites > 0 || !callsMember(macro)) return undefined;
  const texts = args.map((id, i) => {
    const expr = skeleton.exprs[id];
    return expr?.k === 'global' ? expr.name : `${ARGUMENT}${i}`;
  });
  const find = (name: string): MacroItem | undefined => program.resolveCall(name, file)[0]?.macro;
  const text = plain(expandCall(macro, texts, find), texts);
  for (const found of text.matchAll(/(?<!->\s*|\.\s*)\b(\w+)((?:\s*(?:->|\.)\s*\w+)+)\s*\(/gu)) {
    const object = args[texts.indexOf(found[1] ?? '')];
    if (object === undefined) continue;
    return {
      object,
      path: (found[2] ?? '').match(/\w+/gu) ?? [],
      args: argumentsAt(text, found.index + found[0].length).map((one) => args[texts.indexOf(one)] ?? -1),
    };
  }
  return undefined;
}

/** An expansion without parentheses around arguments, and with arguments in place of the locals that hold them. */
function plain(text: string, args: readonly string[]): string {
  let shown = text;
  for (let before = ''; before !== shown;) {
    before = shown;
    shown = shown.replace(/(?<!\w\s*)\(\s*(\w+)\s*\)/gu, '$1');
  }
  for (const [, local = '', arg = ''] of shown.matchAll(/\b([A-Za-z_]\w*)\s*=\s*(\w+)\s*;/gu))
    if (args.includes(arg)) shown = shown.replace(new RegExp(`\\b${local}\\b`, 'gu'), arg);
  return shown;
}

/** The arguments of a call whose first one begins at an offset. */
function argumentsAt(text: string, from: number): readonly string[] {
  const list: string[] = [];
  let depth = 0;
  let start = from;
  for (let at = from; at < text.length; at++) {
    const letter = text[at];
    if (letter === '(') depth++;
    else if ((letter === ')' || letter === ',') && depth === 0) {
      list.push(text.slice(start, at).trim());
      if (letter === ')') break;
      start = at + 1;
    } else if (letter === ')') depth--;
  }
  return list.length === 1 && list[0] === '' ? [] : list;
}

/** The type of the record with the called member; `''` if unknown. */
export function recordOfCall(
  program: Asked & Program,
  fn: FunctionRef,
  skeleton: Skeleton,
  call: MemberCall,
): CType {
  let type = typeOf(skeleton, call.object, fn, program);
  for (const name of call.path.slice(0, -1)) {
    const record = baseOf(program.expand(type, fn.file));
    type = record === '' ? '' : fieldType(program, record, name, fn.file);
  }
  return baseOf(program.expand(type, fn.file));
}
