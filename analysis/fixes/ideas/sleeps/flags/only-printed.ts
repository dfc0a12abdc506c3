import { nextMember } from '../../../text/pair.js';
import { localTypes } from '../../../text/path.js';
import { calledName, text } from '../../../text/calls.js';
import {
  all,
  identifiers,
  memberOf,
  parts,
  plainText,
  walk,
  type CodeNode,
  type FunctionCode,
} from '../../../text/code.js';
import type { FixInput } from '../../../types.js';

/**
 * Whether a function allocates only room for a message: without it, it returns at once, and otherwise it does nothing but
 * print. Then it does not matter if the allocation fails.
 */
export function isOnlyPrinted(input: FixInput, code: FunctionCode, call: CodeNode): boolean {
  const [target] = call.parent ? parts(call.parent) : [];
  const statement = memberOf(call);
  const room = target ? text(code, target).replace(/^[*\s]+/, '') : '';
  const isKept = /^(?:assignment_expression|init_declarator)$/.test(call.parent?.kind ?? '');
  if (!isKept || !statement || !localTypes(code).has(room) || code.item.returns !== 'void') return false;
  return (
    givesUp(code, nextMember(statement), room) &&
    all(code.body, 'call_expression').every((one) => one === call || prints(input, code, one, room)) &&
    [...walk(code.body)].every((node) => node === call.parent || setsOwn(code, node, room)) &&
    all(code.body, 'call_expression').some((one) => frees(input, code, one, room))
  );
}

/** `if (!room) return;` */
function givesUp(code: FunctionCode, statement: CodeNode | undefined, room: string): boolean {
  if (statement?.kind !== 'if_statement') return false;
  const [test, then, otherwise] = parts(statement);
  const only = then?.kind === 'compound_statement' && parts(then).length === 1 ? parts(then)[0] : then;
  const isTest = test && [`(!${room})`, `(${room} == NULL)`].includes(plainText(code, test));
  return isTest === true && only?.kind === 'return_statement' && otherwise === undefined;
}

function prints(input: FixInput, code: FunctionCode, call: CodeNode, room: string): boolean {
  const { models } = input;
  const name = calledName(code, call);
  if (models.transparent(name) !== undefined || frees(input, code, call, room)) return true;
  if (models.api(name) !== undefined || models.lockApi(name) !== undefined) return false;
  if (isName(input, code, name)) return true;
  const isMessage = /"[^"]*(?:%|\\n)/.test(text(code, call));
  const isGiven = identifiers(code, call).has(room);
  const tells = isMessage && models.soundsLikeTelling(name);
  return tells || (isGiven && models.soundsLikeWritingText(name));
}

function frees({ models }: FixInput, code: FunctionCode, call: CodeNode, room: string): boolean {
  const [first] = parts(call).slice(1).flatMap(parts);
  const isFree = models.api(calledName(code, call))?.k === 'free';
  return isFree && first !== undefined && plainText(code, first) === room;
}

/** Whether a node sets nothing but variables of the function and the room. */
function setsOwn(code: FunctionCode, node: CodeNode, room: string): boolean {
  if (!/^(?:assignment|update)_expression$/.test(node.kind)) return true;
  const target = parts(node)[0];
  const set = target ? plainText(code, target).replace(/\[.*$|^\*/g, '') : '';
  return (
    target !== undefined && (set === room || (target.kind === 'identifier' && localTypes(code).has(set)))
  );
}

/** Whether a macro only gives a name to a value: it calls nothing and sets nothing. */
function isName({ program }: FixInput, { file }: FunctionCode, name: string): boolean {
  const found = program.resolveCall(name, file);
  return (
    found.length > 0 &&
    found.every(({ macro }) => macro?.calls.length === 0 && !/(?<![=!<>])=(?!=)|\+\+|--/.test(macro.body))
  );
}
