import type { TakePlan } from '../../../checks/engine/plans.js';
import { shortName } from '../../../graph/orders/side.js';
import { callAt, text } from '../../text/calls.js';
import {
  all,
  identifiers,
  isAsWritten,
  memberOf,
  parts,
  walk,
  type CodeNode,
  type FunctionCode,
} from '../../text/code.js';
import { operator } from '../../text/forms.js';
import { declaredName, localTypes } from '../../text/path.js';
import { wholeWord } from '../../../base/words.js';
import { toFileEdits, type TextEdit } from '../../text/edits.js';
import { linesOf } from '../../text/layout.js';
import { notCallable, onlyCalls } from '../locked-variant.js';
import { openFunction } from '../../text/source.js';
import type { FixInput, FixOutcome, ProposedFix } from '../../types.js';

export const TAKE = 'take';

/**
 * Proposes to hold the lock where it is needed: by calling the function that only takes it around the call, otherwise
 * by taking and releasing it around the statement, in the form that other code uses.
 */
export function proposeTaking(input: FixInput, plan: TakePlan): FixOutcome {
  const refused = (reason: string): FixOutcome => ({ fixes: [], refusals: [{ kind: TAKE, reason }] });
  const [id = 'the lock'] = input.finding.locks;
  if (input.finding.confidence !== 'high') return refused(`${id} may already be held`);
  const code = openFunction(input, plan.at.file, plan.at);
  if (typeof code === 'string') return refused(code);
  const start = code.lines.offsetOf(plan.at.line, plan.at.column);
  const wanted = plan.callee === '' ? 'field_expression' : 'call_expression';
  const node = [...walk(code.body)].find(
    (each) =>
      each.start === start && (each.kind === wanted || (wanted !== 'call_expression' && isName(each))),
  );
  if (node === undefined) return refused(`the code that needs ${id} is changed by a macro`);
  const variant = lockingVariant(input, plan, code, node);
  if (variant !== undefined)
    return proposed(id, code, `Call ${variant.name}(), which takes ${shortName(id)}`, [variant.edit]);
  if (plan.onlyByHolder)
    return refused(`${code.item.name}() takes ${id} elsewhere, and may release it too early`);
  const lock = lockFor(input, plan, code, node);
  if (lock === undefined) return refused(`the expression for ${id} in ${code.item.name}() is not clear`);
  let statement: CodeNode | undefined = node;
  while (statement !== undefined && statement.kind !== 'expression_statement') statement = statement.parent;
  const lines =
    statement && memberOf(statement) === statement ? linesOf(code, statement, statement) : undefined;
  if (!statement || !lines || !isAsWritten(code, lines.start, lines.end))
    return refused(`the code that needs ${id} is part of a larger statement`);
  if (node.parent !== statement && returnsObject(input, plan.callee, code.file))
    return refused(`what ${plan.callee}() returns is used where ${id} would not be held`);
  const other = otherNeed(input, plan, code, node, id);
  if (other !== undefined) return refused(`${other}() needs ${id} there as well`);
  const indent = /^[ \t]*/.exec(code.text.slice(lines.start))?.[0] ?? '';
  const end = code.text.slice(lines.start, lines.end).endsWith('\r\n') ? '\r\n' : '\n';
  return proposed(id, code, `Take ${shortName(id)} in ${code.item.name}()`, [
    { start: lines.start, end: lines.start, text: `${indent}${plan.take}(${lock});${end}` },
    { start: lines.end, end: lines.end, text: `${indent}${plan.give}(${lock});${end}` },
  ]);
}

/** Another function that is called with the same object and needs its lock, so that one section has to reach over both. */
function otherNeed(
  { program, analysis }: FixInput,
  { callee }: TakePlan,
  code: FunctionCode,
  node: CodeNode,
  id: string,
): string | undefined {
  const [, own] = parts(node);
  const given = new Set(own && parts(own).map((arg) => text(code, arg)));
  for (const call of all(code.body, 'call_expression')) {
    const [called, list] = parts(call);
    if (call === node || !called || !list || !parts(list).some((arg) => given.has(text(code, arg)))) continue;
    const name = text(code, called);
    const needs = program.resolveCall(name, code.file).flatMap((fn) => analysis.summary(fn)?.needs ?? []);
    if (name !== callee && needs.some((lock) => lock.id === id)) return name;
  }
  return undefined;
}

/** Whether a function returns a pointer: what a lock protects while it is found, it protects while it is used. */
function returnsObject({ program }: FixInput, callee: string, file: string): boolean {
  return program.resolveCall(callee, file).some(({ item }) => item?.returns.endsWith('*') === true);
}

function isName(node: CodeNode): boolean {
  return node.kind === 'identifier';
}

function proposed(id: string, code: FunctionCode, title: string, edits: readonly TextEdit[]): FixOutcome {
  const start = Math.min(...edits.map((edit) => edit.start));
  const end = Math.max(...edits.map((edit) => edit.end));
  const fix: ProposedFix = {
    title,
    kind: TAKE,
    verified: false,
    edits: toFileEdits(code.file, code.text, edits),
    regions: [{ file: code.file, start, end }],
    taken: id,
  };
  return { fixes: [fix], refusals: [] };
}

/** The existing function that does the same with the lock held, if there is one. */
function lockingVariant(
  input: FixInput,
  { holder, callee }: TakePlan,
  code: FunctionCode,
  node: CodeNode,
): { readonly name: string; readonly edit: TextEdit } | undefined {
  const [name] = parts(node);
  const [target, ...others] = input.program.resolveCall(callee, code.file);
  if (!holder?.item || !name || !target || others.length > 0 || name.kind !== 'identifier') return undefined;
  const of = openFunction(input, holder.file, { file: holder.file, ...holder.item.nameSpan });
  if (typeof of === 'string' || onlyCalls(input, of) !== callee) return undefined;
  if (notCallable(input, code, target, holder.name) !== undefined) return undefined;
  return { name: holder.name, edit: { start: name.start, end: name.end, text: holder.name } };
}

/** The lock's expression in terms of the function that is to take it. */
export function lockFor(
  input: FixInput,
  { argument, parameters, callee }: Pick<TakePlan, 'argument' | 'parameters' | 'callee'>,
  code: FunctionCode,
  node: CodeNode,
): string | undefined {
  let words = typeof argument === 'string' ? argument : assertedAt(input, argument);
  if (words === undefined) return undefined;
  words = words.replaceAll(/\s+/g, '');
  const root = /^[&*(]*([A-Za-z_]\w*)/.exec(words)?.[1];
  if (root === undefined || /[[(),]/.test(words.replace(/^\(|\)$/g, ''))) return undefined;
  if (callee === '') {
    const [object] = node.kind === 'field_expression' ? parts(node) : [];
    if (object === undefined) return words;
    if (!isSimple(text(code, object))) return undefined;
    const step = code.text.slice(object.end).trimStart().startsWith('->') ? '->' : '.';
    return words.replace(root, `${text(code, object)}${step}${root}`);
  }
  const at = parameters.indexOf(root);
  if (at < 0) return words;
  const list = parts(node)[1];
  const given = list && parts(list)[at];
  const value = given && text(code, given);
  if (value === undefined || isUntyped(code, value)) return undefined;
  if (isSimple(value)) return words.replace(root, value);
  // `&main->part` for a parameter that is followed by an arrow.
  const inner = /^&([\w>.-]+)$/.exec(value)?.[1];
  return inner !== undefined && words.includes(`${root}->`)
    ? words.replace(`${root}->`, `${inner}.`)
    : undefined;
}

/** Whether it is a variable that points to an object of no type, whose members it does not name. */
function isUntyped(code: FunctionCode, value: string): boolean {
  return localTypes(code).get(value) === 'void';
}

/** Whether an expression consists of names and members only, so that it can be evaluated twice. */
function isSimple(words: string): boolean {
  return /^[A-Za-z_]\w*(?:(?:->|\.)[A-Za-z_]\w*)*$/.test(words);
}

/**
 * The argument of the assertion at a place, in terms of parameters: a local variable stands for its initial value. Its
 * name may mean something else in a caller.
 */
function assertedAt(input: FixInput, at: Exclude<TakePlan['argument'], string>): string | undefined {
  const code = openFunction(input, at.file, at);
  if (typeof code === 'string') return undefined;
  const call = callAt(code, at);
  const list = call && parts(call)[1];
  const first = list && parts(list)[0];
  if (first === undefined) return undefined;
  let words = text(code, first);
  const isOfCaller = (name: string): boolean => code.item.parameters.some((one) => one.name === name);
  const locals = localTypes(code);
  for (const name of identifiers(code, first)) {
    if (!locals.has(name) || isOfCaller(name)) continue;
    const value = onlyValueOf(code, name);
    if (value === undefined || !isSimple(value)) return undefined;
    words = words.replaceAll(wholeWord(name, 'g'), value);
  }
  return words;
}

/** The initial value of a variable that nothing else sets. */
function onlyValueOf(code: FunctionCode, name: string): string | undefined {
  const declared = all(code.body, 'init_declarator').filter((node) => {
    const made = declaredName(node);
    return made !== undefined && text(code, made) === name;
  });
  const isSet = [...all(code.body, 'assignment_expression'), ...all(code.body, 'update_expression')].some(
    (node) =>
      parts(node).some((part) => part.kind === 'identifier' && text(code, part) === name && part.index === 0),
  );
  const isPassed = all(code.body, 'pointer_expression').some(
    (node) => operator(node) === '&' && parts(node).some((part) => text(code, part) === name),
  );
  const [only, ...more] = declared;
  const value = only && more.length === 0 ? parts(only).at(-1) : undefined;
  return value === undefined || isSet || isPassed ? undefined : text(code, value);
}
