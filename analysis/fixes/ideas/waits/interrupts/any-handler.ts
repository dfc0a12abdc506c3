import { lastWord } from '../../../../base/words.js';
import type { Finding } from '../../../../checks/types.js';
import { waitRank } from '../../../../graph/orders/side.js';
import type { FunctionRef } from '../../../../link/types.js';
import { functionsBelow } from '../../../moves/below.js';
import { driverFiles } from '../../../moves/driver.js';
import { functionAt, functionOf } from '../../../text/callers.js';
import { calledName, text } from '../../../text/calls.js';
import { all, parts, type CodeNode, type FunctionCode } from '../../../text/code.js';
import { withoutWords } from '../../../text/layout.js';
import { setTo } from '../../../text/path.js';
import { openFunction } from '../../../text/source.js';
import type { FixInput } from '../../../types.js';
import { heldAbove } from '../held-above.js';

/** What a driver registers for its interrupts. */
interface Registered {
  /** Last words of their numbers. */
  readonly numbers: ReadonlySet<string>;
  readonly handlers: readonly FunctionRef[];
}

/**
 * The handlers that a driver registers for interrupts, if a call may spin for any of them: none has a thread, none leads to
 * the call, and nobody holds a lock around it that a handler may take. A reason in words otherwise.
 */
export function anyHandlerOf(
  input: FixInput,
  code: FunctionCode,
  object: CodeNode,
  { locks, story }: Finding,
): readonly FunctionRef[] | string {
  const unknown = 'the handler that the call waits for is not known';
  const own = functionOf(input, code);
  const registered = own && registeredBy(input, own);
  if (own === undefined || registered === undefined) return unknown;
  if (typeof registered === 'string') return registered;
  const numbers = numbersOf(code, object);
  if (numbers.length === 0 || !numbers.every((word) => registered.numbers.has(word))) return unknown;
  const [first] = story.filter(({ path }) => path === 0);
  const above = heldAbove(input, [own, first && functionAt(input, first)]);
  const held = [...locks, ...above.keys()].find((lock) => !sleeps(input, lock));
  if (held !== undefined) return `${unknown}, and may take ${held}`;
  const { handlers } = registered;
  const leading = handlers.find((fn) => [...functionsBelow(input.program, [fn])].includes(own));
  return leading ? `${leading.name}() leads to the call, and would wait for itself` : handlers;
}

/** Whether a lock, by its shown id, is known to be one that sleeps, which no handler takes. */
export function sleeps({ analysis }: FixInput, id: string): boolean {
  return [...analysis.graph.classes.values()].some((lock) => lock.id === id && waitRank(lock.kind) === 2);
}

/** Last words of the members that a number may be: a member, or those that a variable of the function is set to. */
function numbersOf(code: FunctionCode, object: CodeNode): readonly string[] {
  if (object.kind === 'field_expression') return [lastWord(text(code, object)) ?? ''];
  const name = text(code, object);
  if (object.kind !== 'identifier' || code.item.parameters.some((parameter) => parameter.name === name))
    return [];
  return valuesOf(code, name).map((value) =>
    value.kind === 'field_expression' ? (lastWord(text(code, value)) ?? '') : '',
  );
}

/** What a variable of a function is set to, other than a constant. */
function valuesOf(code: FunctionCode, name: string): readonly CodeNode[] {
  return setTo(code, name).filter(({ kind }) => kind !== 'number_literal');
}

/** What the files of a driver register for interrupts; a reason in words if a handler is not known or has a thread. */
function registeredBy(input: FixInput, own: FunctionRef): Registered | string | undefined {
  const { program, models } = input;
  const numbers = new Set<string>();
  const handlers: FunctionRef[] = [];
  const isForInterrupt = (name: string): boolean => models.api(name)?.runsIn === 'hardirq';
  for (const file of driverFiles(program, own.file))
    for (const item of program.outline(file)?.functions ?? []) {
      if (!item.calls.some(isForInterrupt)) continue;
      const code = openFunction(input, file, { file, ...item.nameSpan });
      if (typeof code === 'string') return `${item.name}() registers a handler, and ${code}`;
      for (const call of all(code.body, 'call_expression')) {
        const api = models.api(calledName(code, call));
        const [, list] = parts(call);
        if (api?.runsIn !== 'hardirq' || api.handlerArg === undefined || !list) continue;
        const given = parts(list);
        const thread = api.threadArg === undefined ? undefined : given[api.threadArg];
        if (thread && text(code, thread) !== 'NULL') return `${text(code, thread)}() runs in a thread`;
        const found = handlersIn(input, code, given[api.handlerArg]);
        const number = given[typeof api.objectArg === 'number' ? api.objectArg : api.handlerArg - 1];
        if (found.length === 0) return `which handler ${item.name}() registers is not known`;
        handlers.push(...found);
        numbers.add((number && lastWord(text(code, number))) ?? '');
      }
    }
  return handlers.length > 0 ? { numbers, handlers } : undefined;
}

/** The functions that an argument may be: one by its name, or those that a variable of the function is set to. */
function handlersIn(
  input: FixInput,
  code: FunctionCode,
  given: CodeNode | undefined,
): readonly FunctionRef[] {
  if (given === undefined) return [];
  const resolved = (node: CodeNode): FunctionRef | undefined => {
    const name = /^&?(\w+)$/.exec(text(code, node))?.[1];
    return name === undefined ? undefined : input.program.resolveCall(name, code.file)[0];
  };
  const one = resolved(given);
  if (one !== undefined) return [one];
  if (given.kind === 'field_expression') return storedHandlers(input, code.file, text(code, given));
  const set = valuesOf(code, text(code, given)).map(resolved);
  const known = set.filter((fn) => fn !== undefined);
  return known.length === set.length ? known : [];
}

/**
 * The functions that the files of a driver store in members of this name, of whatever object; none if it stores anything else
 * there.
 */
export function storedHandlers(input: FixInput, file: string, expression: string): readonly FunctionRef[] {
  const member = lastWord(expression);
  if (member === undefined) return [];
  const stores = new RegExp(`(?:->|\\.)\\s*${member}\\s*=(?!=)\\s*([^;,}]*)`, 'g');
  const found = new Set<FunctionRef>();
  const { program } = input;
  for (const each of driverFiles(program, file))
    for (const [, value = ''] of withoutWords(input.textOf(each) ?? '').matchAll(stores)) {
      const name = /^&?(\w+)\s*$/.exec(value)?.[1];
      const [fn, ...others] = name === undefined ? [] : program.resolveCall(name, each);
      if (fn === undefined || others.length > 0) return [];
      found.add(fn);
    }
  return [...found];
}
