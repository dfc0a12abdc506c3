import type { FunctionRef } from '../../../link/types.js';
import { text } from '../../text/calls.js';
import { all, parts, walk, type CodeNode, type FunctionCode } from '../../text/code.js';
import type { TextEdit } from '../../text/edits.js';
import { openFunction } from '../../text/source.js';
import type { FixInput } from '../../types.js';
import {
  acquiredAt,
  changed,
  replaced,
  takenIn,
  together,
  type Acquired,
  type Attempt,
  withoutAddress,
} from './attempt.js';
import { outerLocks, type OuterLocks } from './outer-locks.js';
import { notRepeatable } from './repeatable.js';

/** The kind of functions that serve a file. */
const FILE = 'file';

/** Functions that change together. */
const MOST_FUNCTIONS = 8;

/**
 * Whether a function serves a system call on a file, an attribute or what a sequence shows, so that its result reaches
 * the kernel's code for system calls; not where the result is lost, as that of a release.
 */
export function servesFile(input: Pick<FixInput, 'program' | 'models'>, fn: FunctionRef): boolean {
  return kindOf(input, fn) !== undefined;
}

/** What a function serves: attributes of one kind, or a file; `undefined` for any other function. */
function kindOf(
  { program, models }: Pick<FixInput, 'program' | 'models'>,
  { file, name, item }: FunctionRef,
): string | undefined {
  if (item === undefined) return undefined;
  const shape = models.handlerShapes.find(
    ({ runsIn, returns, parameters }) =>
      runsIn === 'process' &&
      item.returns === returns &&
      parameters.every((type, at) => item.parameters[at]?.type === type),
  );
  if (shape !== undefined) return shape.registrars.length > 0 ? FILE : shape.parameters.join();
  const stored = (program.outline(file)?.variables ?? []).flatMap(({ type, members }) =>
    members.flatMap(({ field, value }) => (value === name ? [models.operation(type, field)] : [])),
  );
  return stored.length > 0 && stored.every((operation) => operation?.restarts === true) ? FILE : undefined;
}

/**
 * Plans that a function of a file tries the lock, and lets the kernel repeat the system call if it is taken. With
 * `others`, all functions of this kind in its file change that take the lock: whoever removes one file may wait for them.
 */
export function planServing(
  input: FixInput,
  handler: FunctionRef,
  lock: string,
  others: boolean,
): Attempt | string {
  const { program } = input;
  const own = attemptIn(input, handler, lock);
  if (typeof own === 'string') return own;
  if (own === undefined) return `${handler.name}() does not take ${lock} by a call`;
  const kind = kindOf(input, handler);
  const attempts: Attempt[] = [];
  for (const [at] of (program.outline(handler.file)?.functions ?? []).entries()) {
    const fn = program.functionAt(handler.file, at);
    if (!fn?.item || kindOf(input, fn) !== kind) continue;
    const attempt = attemptIn(input, fn, lock);
    if (typeof attempt === 'object') attempts.push(attempt);
    else if (attempt !== undefined || names(input, fn, lock))
      return `in ${fn.name}(), ${attempt ?? `${withoutAddress(lock)} is used in another way`}`;
  }
  if (!others) return own;
  return attempts.length > MOST_FUNCTIONS
    ? `${attempts.length} functions of the file take the lock`
    : together(attempts, handler.file);
}

/** Whether a function names the lock: it may pass it on to code that takes it. */
function names(input: FixInput, { file, item }: FunctionRef, lock: string): boolean {
  return input.textOf(file)?.slice(item?.bodyStart, item?.end).includes(withoutAddress(lock)) === true;
}

function attemptIn(input: FixInput, fn: FunctionRef, lock: string): Attempt | string | undefined {
  const { file, item } = fn;
  const code = item && openFunction(input, file, { file, ...item.nameSpan });
  if (typeof code !== 'object') return code;
  const plan = triedIn(input, code, lock);
  if (plan !== undefined && input.program.callers(fn).length > 0)
    return `${fn.name}() is also called directly`;
  return plan;
}

/** The change of one function that returns to a system call; `undefined` if it does not take the lock. */
export function triedIn(input: FixInput, code: FunctionCode, lock: string): Attempt | string | undefined {
  return takenByCall(input, code, lock) ?? takenByScope(input, code, lock);
}

function takenByCall(input: FixInput, code: FunctionCode, lock: string): Attempt | string | undefined {
  const [took] = takenIn(input, code, lock);
  if (took === undefined) return undefined;
  const acquired = acquiredAt(input, code, took);
  if (typeof acquired === 'string') return acquired;
  const { failure } = acquired.found;
  const outer = outerLocks(input, code, acquired.front);
  const instead = leaving(input, code, acquired, outer);
  if (instead === undefined) return `the error path of ${text(code, took.node)} does more than leave`;
  // A jump leads to code that undoes what the code in front did.
  const isUndone = failure?.jump.kind === 'goto_statement';
  const reason = isUndone ? undefined : notRepeatable(input, code, outer.front);
  const zero = failure?.result === undefined ? undefined : zeroed(code, failure.result, acquired);
  const attempt = replaced(input, acquired, instead);
  if (typeof attempt === 'string' || typeof zero === 'string' || reason !== undefined)
    return reason ?? (typeof zero === 'string' ? zero : attempt);
  return zero === undefined ? attempt : { ...attempt, edits: [...attempt.edits, zero] };
}

/** What a function does instead if the lock is taken; `undefined` if its error path does more than leave. */
function leaving(
  input: FixInput,
  code: FunctionCode,
  acquired: Acquired,
  { releases }: OuterLocks,
): readonly string[] | undefined {
  const restart = `${input.models.restart}()`;
  const { failure } = acquired.found;
  if (failure === undefined) return [...releases, `return ${restart};`];
  // Its own error path releases what it holds.
  if (releases.length > 0 && failure.jump.kind === 'return_statement') return undefined;
  if (failure.jump.kind === 'return_statement') {
    const isPlain = failure.statements.length === 1 && parts(failure.jump).length > 0;
    return isPlain ? [`return ${restart};`] : undefined;
  }
  const returned = returnedBy(code, acquired);
  return returned === undefined ? undefined : [`${returned} = ${restart};`, text(code, failure.jump)];
}

/**
 * A variable that received the result of the acquisition is zero behind it: the edit that makes it zero, if one is
 * needed, or why that cannot be done.
 */
function zeroed(
  code: FunctionCode,
  variable: string,
  { found: { first, last }, front }: Acquired,
): TextEdit | string | undefined {
  const uses = all(code.body, 'identifier').filter(
    (node) => text(code, node) === variable && (node.end <= first.start || last.end <= node.start),
  );
  const [declared, ...others] = uses;
  if (declared === undefined || others.length === 0) return `${variable} would not be used any more`;
  if (others.every(({ start }) => last.end <= start)) {
    const isPlain = declared.parent?.kind === 'declaration';
    return isPlain
      ? { start: declared.end, end: declared.end, text: ' = 0' }
      : `${variable} may not be zero behind the acquisition`;
  }
  const tested = front.at(-1);
  const [condition, branch, otherwise] = tested?.kind === 'if_statement' ? parts(tested) : [];
  const isZero =
    condition !== undefined &&
    text(code, condition).replaceAll(/[()\s]/g, '') === variable &&
    branch !== undefined &&
    all(branch, 'return_statement').length === 1 &&
    otherwise === undefined;
  return isZero ? undefined : `${variable} may not be zero behind the acquisition`;
}

/** The variable with which a failed acquisition jumps to the end, where the function returns it. */
function returnedBy(code: FunctionCode, { found: { failure } }: Acquired): string | undefined {
  if (failure?.jump.kind !== 'goto_statement') return undefined;
  const set = failure.statements.slice(0, -1);
  const variable = set.length === 0 ? failure.result : interruptedBy(code, set);
  const last = parts(code.body).at(-1);
  const returned = last && all(last, 'return_statement').at(-1);
  const value = returned && parts(returned)[0];
  const given = value && text(code, value);
  return variable !== undefined && (given === variable || given?.startsWith(`${variable} ?: `) === true)
    ? variable
    : undefined;
}

/** The variable that the only statement sets to the error of an interrupted call. */
function interruptedBy(code: FunctionCode, statements: readonly CodeNode[]): string | undefined {
  const [statement] = statements;
  const [assignment] = statement?.kind === 'expression_statement' ? parts(statement) : [];
  const [target, value] = assignment?.kind === 'assignment_expression' ? parts(assignment) : [];
  const isError = value !== undefined && /^-\s*E[A-Z]+$/.test(text(code, value));
  return statements.length === 1 && target?.kind === 'identifier' && isError ? text(code, target) : undefined;
}

/** A scope whose head takes the lock or returns: `scope(class, return error, &lock)`. */
function takenByScope(input: FixInput, code: FunctionCode, lock: string): Attempt | string | undefined {
  const { models } = input;
  const prefix = 'cond_guard:';
  const plans = [...walk(code.body)].flatMap((node): readonly (Attempt | string)[] => {
    if (node.kind !== 'macro_head') return [];
    const head = code.text.slice(node.start, parts(node)[0]?.end ?? node.end);
    const [, scope = '', made = '', front = '', given = '', middle = '', named = ''] =
      /^(\w+)((\()(\w+)(,\s*)return [^,;]+,\s*([^,;]+)\))$/.exec(head) ?? [];
    if (models.scopeMacro(scope)?.form !== 'scoped-conditional') return [];
    if (withoutAddress(named) !== withoutAddress(lock) || made === '') return [];
    const tries = models.attempt(prefix + given)?.name.slice(prefix.length);
    if (tries === undefined) return [`${given} has no variant that gives up`];
    if (node.parent !== code.body) return [`${lock} is taken under a condition`];
    const members = parts(code.body);
    const reason = notRepeatable(input, code, members.slice(0, members.indexOf(node)));
    const written = `${scope}${front}${tries}${middle}return ${models.restart}(), ${named})`;
    return [
      reason ?? changed(input, code, { start: node.start, end: node.start + head.length, text: written }),
    ];
  });
  return plans.length > 1 ? `${lock} is taken more than once` : plans[0];
}
