import type { FunctionRef } from '../../../../link/types.js';
import type { Deferral } from '../../../../models/types.js';
import { calledName, text } from '../../../text/calls.js';
import { all, parts, type CodeNode, type FunctionCode } from '../../../text/code.js';
import { localTypes } from '../../../text/path.js';
import { openFunction } from '../../../text/source.js';
import type { FixInput } from '../../../types.js';

/** What sets something in the body of a macro. */
const SETS = /(?<![=!<>])=(?!=)|\+\+|--/;

/** The same for a member, or for what a pointer leads to. */
const SETS_MEMBER = /(?:->|\.)\s*\w+\s*(?:[-+|&^]?=(?!=)|\+\+|--)|\*\s*\w+\s*=(?!=)/;

/** What does more than its expressions tell: assembler, and variables that stay. */
const OPAQUE = /\basm\b|__asm__|\bstatic\b/;

/** Functions followed below the one that is asked about. */
const MOST_FUNCTIONS = 100;

/**
 * Why a function that does not start the queue again may change what other code uses; `undefined` if it and all that it calls
 * only read, print, wait and write to the device.
 */
export function changesOther(input: FixInput, from: FunctionRef, { data }: Deferral): string | undefined {
  const seen = new Set<FunctionRef>([from]);
  const isRead = (name: string, written: string): boolean =>
    name === data || isHarmless(input, name, written);
  for (const fn of seen) {
    const changing =
      seen.size > MOST_FUNCTIONS ? `${fn.name}() calls too much` : changesIn(input, fn, seen, isRead);
    if (changing !== undefined) return `${from.name}() does not start the queue again, and ${changing}`;
  }
  return undefined;
}

function changesIn(
  input: FixInput,
  fn: FunctionRef,
  seen: Set<FunctionRef>,
  isRead: (name: string, written: string) => boolean,
): string | undefined {
  const { program } = input;
  const follow = (name: string): string | undefined => {
    const reached = program.resolveCall(name, fn.file);
    for (const each of reached) seen.add(each);
    return reached.length === 0 ? `what ${name}() does is not known` : undefined;
  };
  if (fn.macro !== undefined) {
    const { body, calls } = fn.macro;
    if (OPAQUE.test(body)) return `what ${fn.name}() does cannot be seen`;
    if (SETS_MEMBER.test(body)) return `${fn.name}() sets a member`;
    return first(calls, (name) => {
      const sets = program.resolveCall(name, fn.file).some(({ macro }) => macro && SETS.test(macro.body));
      return isRead(name, body) ? undefined : sets ? `${name}() sets what it is given` : follow(name);
    });
  }
  const code = fn.item && openFunction(input, fn.file, { file: fn.file, ...fn.item.nameSpan });
  if (code === undefined || typeof code === 'string') return `${fn.name}() could not be analysed completely`;
  if (OPAQUE.test(code.text.slice(code.body.start, code.body.end)))
    return `what ${fn.name}() does cannot be seen`;
  const set = [...all(code.body, 'assignment_expression'), ...all(code.body, 'update_expression')].find(
    (node) => !isOwn(code, parts(node)[0]),
  );
  if (set !== undefined) return `\`${text(code, set)}\` in ${fn.name}() changes something`;
  return first(all(code.body, 'call_expression'), (call) => {
    const name = calledName(code, call);
    if (parts(call)[0]?.kind !== 'identifier') return `${fn.name}() calls through a pointer`;
    if (isRead(name, text(code, call))) return undefined;
    const given = parts(call).slice(1).flatMap(parts);
    const sets = program.resolveCall(name, fn.file).some(({ macro }) => macro && SETS.test(macro.body));
    return sets && !given.every((each) => isOwn(code, each))
      ? `${name}() sets what it is given`
      : follow(name);
  });
}

function first<T>(all: readonly T[], why: (one: T) => string | undefined): string | undefined {
  for (const one of all) {
    const reason = why(one);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

/** Whether a node is a variable of the function itself. */
function isOwn(code: FunctionCode, target: CodeNode | undefined): boolean {
  return target?.kind === 'identifier' && localTypes(code).has(text(code, target));
}

/** Whether the models say that a call only reads, prints, waits or writes to the device. */
function isHarmless({ models }: FixInput, name: string, written: string): boolean {
  const api = models.api(name);
  if (api !== undefined) return (api.k === 'sleep' && api.gfpArg === undefined) || api.k === 'query';
  if (models.lockApi(name) !== undefined) return false;
  return (
    models.computes(name) ||
    models.accessesDevice(name) ||
    models.delays(name) ||
    models.errorTest(name) !== undefined ||
    models.transparent(name) !== undefined ||
    (models.soundsLikeTelling(name) && /"[^"]*(?:%|\\n)/.test(written))
  );
}
