import type { StoryStep } from '../../checks/types.js';
import type { FunctionRef } from '../../link/types.js';
import { functionsBelow } from '../moves/below.js';
import { calledOtherwise, isHeldAround, stepsBetween } from '../text/callers.js';
import { callAt, lockCall, lockCallAt, text } from '../text/calls.js';
import { isAsWritten, parts, walk, type CodeNode, type FunctionCode } from '../text/code.js';
import { toFileEdits, type TextEdit } from '../text/edits.js';
import { headOf } from '../text/head.js';
import { openFunction } from '../text/source.js';
import { declareHere } from './exported-variant.js';
import type { FixInput, FixOutcome, ProposedFix } from '../types.js';

export const LOCKED_VARIANT = 'locked-variant';

/**
 * Proposes to call the variant that does the same without taking the lock, for a caller that already holds it. Requires
 * proof from the source: the called function only takes the lock, calls the variant with its own arguments, and
 * releases the lock.
 */
export function proposeLockedVariant(input: FixInput): FixOutcome {
  const { finding } = input;
  const [id = 'the lock'] = finding.locks;
  const [, ...below] = finding.story;
  const [call, taken] = below.slice(-2);
  const plan =
    call && taken && below.length >= 2
      ? planCall(input, id, call, taken, stepsBetween(finding.story))
      : `${id} is not taken again in another function`;
  if (typeof plan === 'string') {
    return { fixes: [], refusals: [{ kind: LOCKED_VARIANT, reason: plan }] };
  }
  const { code, name, variant, declaration } = plan;
  const replaced: TextEdit = { start: name.start, end: name.end, text: variant };
  const fix: ProposedFix = {
    title: `Call ${variant}(), since ${id} is held here`,
    kind: LOCKED_VARIANT,
    verified: false,
    edits: toFileEdits(code.file, code.text, declaration ? [declaration, replaced] : [replaced]),
    regions: [{ file: code.file, start: name.start, end: name.end }],
    untaken: id,
  };
  return { fixes: [fix], refusals: [] };
}

interface Replacement {
  readonly code: FunctionCode;
  /** The callee's name in the call. */
  readonly name: CodeNode;
  readonly variant: string;
  /** Declares a variant that is defined below the caller. */
  readonly declaration?: TextEdit;
}

function planCall(
  input: FixInput,
  id: string,
  call: StoryStep,
  taken: StoryStep,
  between: readonly StoryStep[],
): Replacement | string {
  const { program } = input;
  if (input.finding.confidence !== 'high') return `it is not certain that ${id} is the lock held`;
  const code = openFunction(input, call.file, call);
  if (typeof code === 'string') return code;
  const node = callAt(code, call);
  const name = node && parts(node)[0];
  if (!name || name.kind !== 'identifier' || text(code, name) !== taken.function) {
    return `${taken.function}() is not called by its name`;
  }
  const [target, ...others] = program.resolveCall(taken.function, call.file);
  if (!target || others.length > 0 || target.file !== taken.file)
    return `${taken.function}() shares its name with another function`;
  const callee = openFunction(input, taken.file, taken);
  if (typeof callee === 'string') return callee;
  const isUnused = node.parent?.kind === 'expression_statement';
  const variant = onlyCalls(input, callee, { mayInitialise: true, mayReturnConstant: isUnused });
  if (variant === undefined)
    return `${taken.function}() does more than call another function with ${id} held`;
  const mode = lockCallAt(callee, input.models, taken)?.api.mode;
  const isHeld = between.length === 0 || (mode !== undefined && isHeldAround(input, call, { id, mode }));
  if (!isHeld) return `${code.item.name}() does not hold ${id} on every path to the call`;
  // Another caller may hold the lock of another object.
  const shared = calledOtherwise(input, between);
  if (shared !== undefined) return shared;
  const reason = isUnused ? notOne(input, code, target, variant) : notSame(input, code, target, variant);
  if (reason !== undefined) return reason;
  const below = functionsBelow(program, program.resolveCall(variant, code.file));
  if ([...below].some(({ file, item }) => file === code.file && item?.start === code.item.start))
    return `${variant}() leads to ${code.item.name}()`;
  if (isDeclared(input, code, variant)) return { code, name, variant };
  const declaration = declarationOf(input, callee, variant);
  return declaration && callee.file === code.file
    ? { code, name, variant, declaration }
    : `${variant}() is not declared before ${code.item.name}()`;
}

/** Declares a variant next to the declaration of the function that takes the lock for it. */
function declarationOf(input: FixInput, callee: FunctionCode, variant: string): TextEdit | undefined {
  const [fn] = input.program.resolveCall(variant, callee.file);
  if (fn?.item === undefined || fn.file !== callee.file) return undefined;
  const own = openFunction(input, fn.file, { file: fn.file, ...fn.item.nameSpan });
  const head = typeof own === 'string' ? own : headOf(own);
  return typeof head === 'string' || /\binline\b/.test(head.own) ? undefined : declareHere(callee, head.own);
}

/** What else than the section a function may do. */
interface Leeway {
  /** Variables may have values at first that call nothing: the lock may be reached through them. */
  readonly mayInitialise?: boolean;
  /** It may return a constant, since nobody uses its result. */
  readonly mayReturnConstant?: boolean;
}

/**
 * The function called in `take(lock); [ret =] variant(own arguments); release(lock); [return ret;]`. Allows
 * declarations and scope-bound locks. `undefined` if the body has another shape.
 */
export function onlyCalls(
  input: FixInput,
  code: FunctionCode,
  { mayInitialise, mayReturnConstant }: Leeway = {},
): string | undefined {
  if (!isAsWritten(code, code.body.start, code.body.end)) return undefined;
  const barred = mayInitialise === true ? 'call_expression' : 'init_declarator';
  const statements = parts(code.body).filter((part) => !isPlainDeclaration(part, barred));
  const [take, work, ...rest] = statements;
  const held = take && lockOf(input, code, take);
  if (!held || !work || held.api.op !== 'acquire') return undefined;
  const done = work.kind === 'return_statement' ? undefined : assigned(code, work);
  if (held.form === 'guard') {
    const value = parts(work)[0];
    const returns = work.kind === 'return_statement' || work.kind === 'expression_statement';
    return returns && rest.length === 0 && value ? variantOf(code, value) : undefined;
  }
  const [drop, leave, ...behind] = rest;
  const released = drop && lockOf(input, code, drop);
  if (!done || !released || released.api.op !== 'release' || behind.length > 0) return undefined;
  if (released.name !== held.name) return undefined;
  const returned = leave && parts(leave)[0];
  if (mayReturnConstant === true && done.variable === undefined && leave?.kind === 'return_statement')
    return returned?.kind === 'number_literal' ? variantOf(code, done.value) : undefined;
  const fits = done.variable === undefined ? !leave : leave?.kind === 'return_statement' && returned;
  if (!fits || (returned && text(code, returned) !== done.variable)) return undefined;
  return variantOf(code, done.value);
}

/** Whether a statement declares variables, without what is barred there. */
function isPlainDeclaration(statement: CodeNode, barred: string): boolean {
  return statement.kind === 'declaration' && ![...walk(statement)].some(({ kind }) => kind === barred);
}

function lockOf(input: FixInput, code: FunctionCode, statement: CodeNode): ReturnType<typeof lockCall> {
  const call = statement.kind === 'expression_statement' ? parts(statement)[0] : undefined;
  return call && lockCall(code, input.models, call);
}

function assigned(
  code: FunctionCode,
  statement: CodeNode,
): { readonly value: CodeNode; readonly variable: string | undefined } | undefined {
  if (statement.kind !== 'expression_statement') return undefined;
  const [value] = parts(statement);
  if (value?.kind !== 'assignment_expression') return value && { value, variable: undefined };
  const [variable, result] = parts(value);
  return variable && result && { value: result, variable: text(code, variable) };
}

/** The callee's name if a call passes on exactly the function's own parameters. */
function variantOf(code: FunctionCode, call: CodeNode): string | undefined {
  const [callee, list] = call.kind === 'call_expression' ? parts(call) : [];
  if (callee?.kind !== 'identifier' || !list) return undefined;
  const given = parts(list).map((argument) => text(code, argument));
  const own = code.item.parameters.map((parameter) => parameter.name);
  return given.length === own.length && given.every((word, at) => word === own[at])
    ? text(code, callee)
    : undefined;
}

/**
 * Why the caller cannot call the variant, or `undefined`: it must resolve to the same function and be declared before
 * the call.
 */
export function notCallable(
  input: FixInput,
  code: FunctionCode,
  target: FunctionRef,
  variant: string,
): string | undefined {
  const reason = notSame(input, code, target, variant);
  if (reason !== undefined || isDeclared(input, code, variant)) return reason;
  return `${variant}() is not declared before ${code.item.name}()`;
}

function notSame(
  input: FixInput,
  code: FunctionCode,
  target: FunctionRef,
  variant: string,
): string | undefined {
  const reason = notOne(input, code, target, variant);
  if (reason !== undefined) return reason;
  const [fn] = input.program.resolveCall(variant, code.file);
  return fn?.item?.returns === target.item?.returns ? undefined : `${variant}() returns something else`;
}

/** Why a name does not mean one and the same function for the caller and for the function that takes the lock. */
function notOne(
  { program }: FixInput,
  code: FunctionCode,
  target: FunctionRef,
  variant: string,
): string | undefined {
  const seen = program.resolveCall(variant, code.file);
  const meant = program.resolveCall(variant, target.file);
  const [item] = seen;
  return !item?.item || seen.length !== 1 || meant.length !== 1 || meant[0]?.id !== item.id
    ? `${variant}() is not the same function in ${code.file}`
    : undefined;
}

function isDeclared({ program }: FixInput, code: FunctionCode, variant: string): boolean {
  const [fn] = program.resolveCall(variant, code.file);
  const isAbove = fn?.item !== undefined && fn.file === code.file && fn.item.start < code.item.start;
  return isAbove || program.resolvePrototype(variant, code.file) !== undefined;
}
