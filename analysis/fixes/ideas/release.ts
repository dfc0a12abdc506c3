import type { Location } from '../../base/span.js';
import type { FunctionRef } from '../../link/types.js';
import { OWNED_KINDS } from '../../models/records/kinds.js';
import type { LockKind } from '../../models/types.js';
import { shortName } from '../../graph/orders/side.js';
import { lockCallAt, lockCalls, text, type LockCall } from '../text/calls.js';
import {
  all,
  identifiers,
  isAsWritten,
  isList,
  parts,
  walk,
  type CodeNode,
  type FunctionCode,
} from '../text/code.js';
import { indentAt, lineBreakAt, lineStart, overlap, toFileEdits, type TextEdit } from '../text/edits.js';
import { nextMember } from '../text/pair.js';
import { declaredName, localTypes, lockPath } from '../text/path.js';
import { openFunction } from '../text/source.js';
import type { FixInput, FixOutcome, ProposedFix } from '../types.js';
import { eventsOf } from '../../skeleton/lowering/events.js';

export const RELEASE = 'release';

/** Lock kinds that only their owner releases. */
const OWNED = new Set<LockKind>(OWNED_KINDS);

/**
 * Proposes to release a lock on the exits that forget it: by a jump to a label that releases it and returns the same
 * value, otherwise by inserting the release of the other exits before the return.
 */
export function proposeRelease(input: FixInput): FixOutcome {
  const [id] = input.finding.locks;
  const { file } = input.finding.at;
  const whole = input.textOf(file);
  const plan = whole === undefined || id === undefined ? `the source is not there` : planRelease(input, id);
  if (typeof plan === 'string' || whole === undefined) {
    return { fixes: [], refusals: [{ kind: RELEASE, reason: typeof plan === 'string' ? plan : '' }] };
  }
  const fix: ProposedFix = {
    title: `Release ${shortName(id ?? '')} before ${input.finding.at.function}() returns`,
    kind: RELEASE,
    verified: false,
    edits: toFileEdits(file, whole, plan.edits),
    regions: plan.regions.map((region) => ({ file, ...region })),
    released: id ?? '',
  };
  return { fixes: [fix], refusals: [] };
}

interface ReleasePlan {
  readonly edits: TextEdit[];
  readonly regions: { start: number; end: number }[];
}

function planRelease(input: FixInput, id: string): ReleasePlan | string {
  const { finding } = input;
  const [taken, ...leaves] = finding.story;
  if (!taken || leaves.length === 0) return `where ${id} is taken is not known`;
  if (taken.file !== finding.at.file || taken.function !== finding.at.function) {
    return `${id} is taken inside ${taken.function}()`;
  }
  if (finding.confidence === 'low') return `${finding.at.function}() may leave ${id} held on purpose`;
  const code = openFunction(input, finding.at.file, finding.at);
  if (typeof code === 'string') return code;
  const key = [...input.analysis.graph.classes.values()].find((lock) => lock.id === id)?.key;
  if (key === undefined) return `which lock is held is not known`;
  const caller = releasingCaller(input, code, key);
  if (caller !== undefined) return `${caller}() calls ${finding.at.function}() and releases ${id}`;
  const call = lockCallAt(code, input.models, taken);
  if (!call || call.form !== 'call') return `${id} is taken by something other than a plain call`;
  // The finding is certain for a semaphore that no other function releases.
  const isOwned =
    OWNED.has(call.api.kind) || (call.api.kind === 'semaphore' && finding.confidence === 'high');
  if (!isOwned) return `a ${call.api.kind} may be released by the context it was handed to`;
  const release = releaseText(input, code, call);
  if (release === undefined) return `how ${id} is to be released is not clear`;
  const moving = moves(input, code, call);
  if (moving !== undefined) return `${moving} may refer to another object when ${code.item.name}() returns`;

  // A jump must not skip the declaration of a variable with a cleanup attribute.
  const isScoped = lockCalls(code, input.models, code.body).some(({ form }) => form === 'guard');
  const isHandedOver = finding.confidence !== 'high' && foreignReleaser(input, code.file, key) !== undefined;
  const plan: ReleasePlan = { edits: [], regions: [] };
  for (const leave of leaves) {
    const statement = statementAt(code, leave);
    if (!statement) return `${id} is still held at the end of ${code.item.name}()`;
    if (isHandedOver && !returnsError(input, code, statement)) {
      return `${code.item.name}() may leave ${id} held on purpose`;
    }
    const reason = readsMemory(input, code, statement);
    if (reason !== undefined) return `what line ${leave.line} returns is read with ${id} held: ${reason}`;
    const given = givenAway(input, code, call, statement);
    if (given !== undefined) return given;
    const jump = isScoped ? undefined : toLabel(code, statement, release);
    const edits = jump ? [jump] : insertBefore(code, statement, release);
    if (!edits) return `a release does not fit at line ${leave.line}`;
    plan.edits.push(...edits);
    plan.regions.push({ start: statement.start, end: statement.end });
  }
  return overlap(plan.edits) ? `the edits would overlap` : plan;
}

/** Name of a caller that releases the lock: the function may leave it held on purpose. */
function releasingCaller(input: FixInput, code: FunctionCode, key: string): string | undefined {
  const { program } = input;
  const index = program.outline(code.file)?.functions.indexOf(code.item) ?? -1;
  const fn = index < 0 ? undefined : program.functionAt(code.file, index);
  return (fn ? program.callers(fn) : []).find((caller) => does(input, caller, key).releases)?.name;
}

/** Name of a function of the file that releases the lock without taking it: the lock is then handed over. */
function foreignReleaser(input: FixInput, file: string, key: string): string | undefined {
  const { program } = input;
  const count = program.outline(file)?.functions.length ?? 0;
  for (let index = 0; index < count; index++) {
    const fn = program.functionAt(file, index);
    const done = fn && does(input, fn, key);
    if (done && done.releases && !done.takes) return fn.name;
  }
  return undefined;
}

function does(
  { analysis, program }: FixInput,
  fn: FunctionRef,
  key: string,
): { readonly takes: boolean; readonly releases: boolean } {
  const summary = analysis.summary(fn);
  const events = eventsOf(program.skeleton(fn));
  const own = events.filter((event) => summary?.lockOf.get(event.id) === key);
  return {
    takes: own.some((event) => event.k === 'acquire' || event.k === 'try'),
    releases: own.some((event) => event.k === 'release'),
  };
}

function statementAt(code: FunctionCode, at: Pick<Location, 'line' | 'column'>): CodeNode | undefined {
  const start = code.lines.offsetOf(at.line, at.column);
  return all(code.body, 'return_statement').find((node) => node.start === start);
}

/**
 * The statement by which all other exits release the lock; `undefined` if they differ or if it uses a variable of an
 * inner scope.
 */
function releaseText(input: FixInput, code: FunctionCode, call: LockCall): string | undefined {
  const statements = lockCalls(code, input.models, code.body)
    .filter((other) => other.api.op === 'release' && other.name === call.name)
    .map((other) => other.node.parent);
  if (statements.some((statement) => statement?.kind !== 'expression_statement')) return undefined;
  const [statement] = statements;
  if (!statement || new Set(statements.map((each) => each && text(code, each))).size !== 1) return undefined;
  const scoped = new Set<string>();
  for (const declaration of all(code.body, 'declaration')) {
    if (declaration.parent === code.body) continue;
    // Names in its initial value mean the same outside the scope.
    for (const declarator of parts(declaration)) {
      const name = declaredName(declarator);
      if (name) scoped.add(text(code, name));
    }
  }
  return [...identifiers(code, statement)].some((name) => scoped.has(name))
    ? undefined
    : text(code, statement);
}

/** A variable in the lock's expression that is assigned after the lock was taken, or a pointer that is loaded. */
function moves(input: FixInput, code: FunctionCode, call: LockCall): string | undefined {
  const path = lockPath({ ...input, code }, call);
  if (path.opaque) return path.opaque.text;
  const [load] = path.loads.keys();
  if (load !== undefined) return load;
  const loop = enclosingLoop(call.node);
  const from = loop ? loop.start : call.node.end;
  for (const node of walk(code.body)) {
    if (node.start < from || !/^(assignment|update)_expression$/.test(node.kind)) continue;
    const target = parts(node)[0];
    const name = target?.kind === 'identifier' ? text(code, target) : '';
    if (path.locals.has(name)) return name;
  }
  for (const head of all(code.body, 'macro_head')) {
    const name = [...identifiers(code, parts(head)[0] ?? head)].find((word) => path.locals.has(word));
    if (name !== undefined) return name;
  }
  return undefined;
}

function enclosingLoop(node: CodeNode): CodeNode | undefined {
  let found: CodeNode | undefined;
  for (let at = node.parent; at; at = at.parent) {
    if (/^(for|while|do)_statement$|^macro_head$/.test(at.kind)) found = at;
  }
  return found;
}

/** Depth of the calls followed below one that gets the object with the lock. */
const MAX_DOWN = 4;

/**
 * Why the lock may be freed before a return: code before it in its block, and on no other exit, may free the object. A
 * release before the return would be too late, and an earlier one would leave the call without the lock.
 */
function givenAway(
  input: FixInput,
  code: FunctionCode,
  lock: LockCall,
  statement: CodeNode,
): string | undefined {
  const { locals } = lockPath({ ...input, code }, lock);
  const { parent } = statement;
  if (!isList(parent) || parent === code.body) return undefined;
  for (const member of parts(parent ?? code.body)) {
    if (member.start >= statement.start) return undefined;
    for (const call of all(member, 'call_expression')) {
      const [callee, list] = parts(call);
      const name = callee ? text(code, callee) : '';
      const isGiven = list !== undefined && [...identifiers(code, list)].some((word) => locals.has(word));
      if (isGiven && mayFree(input, code.file, name))
        return `${name}() may free what the lock is in before ${code.item.name}() returns`;
    }
  }
  return undefined;
}

function mayFree({ models, program }: FixInput, file: string, name: string): boolean {
  if (models.api(name)?.k === 'free') return true;
  if (models.isInert(name) || models.transparent(name) !== undefined || models.lockApi(name)) return false;
  let level: readonly FunctionRef[] = program.resolveCall(name, file);
  // A function without a body in sight may do anything to its arguments.
  if (level.length === 0) return true;
  const seen = new Set(level);
  for (let calls = 0; calls <= MAX_DOWN && level.length > 0; calls++) {
    const names = level.flatMap(({ item, macro }) => item?.calls ?? macro?.calls ?? []);
    if (names.some((one) => models.api(one)?.k === 'free')) return true;
    level = level.flatMap((fn) => program.callees(fn)).filter((fn) => !seen.has(fn) && seen.add(fn));
  }
  return false;
}

/** The expression in a return that the lock may protect: anything but locals and constants. */
function readsMemory(input: FixInput, code: FunctionCode, statement: CodeNode): string | undefined {
  const types = localTypes(code);
  for (const node of walk(statement)) {
    if (node.kind === 'call_expression') {
      const callee = parts(node)[0];
      const name = callee ? text(code, callee) : '';
      if (input.models.transparent(name) === undefined) return `${name}()`;
    }
    if (/^(field|pointer|subscript)_expression$/.test(node.kind)) return text(code, node);
    if (node.kind !== 'identifier') continue;
    const word = text(code, node);
    if (!types.has(word) && input.program.resolveVariable(word, code.file)) return word;
  }
  return undefined;
}

/** Whether it returns an error such as `-EINVAL`: no caller expects to hold a lock then. */
function returnsError(input: FixInput, code: FunctionCode, statement: CodeNode): boolean {
  let value = parts(statement)[0];
  while (value?.kind === 'call_expression') {
    const [callee, list] = parts(value);
    const position = callee && input.models.transparent(text(code, callee));
    value = position === undefined || !list ? undefined : parts(list)[position];
  }
  return value !== undefined && /^-\s*\w+$/.test(text(code, value));
}

/** Replaces `return ret;` by `goto unlock;` if that label does `release; return ret;`. */
function toLabel(code: FunctionCode, statement: CodeNode, release: string): TextEdit | undefined {
  const leaving = text(code, statement);
  for (const label of all(code.body, 'labeled_statement')) {
    const [name, first] = parts(label);
    const next = first && nextMember(first);
    const isIt = first && next && text(code, first) === release && text(code, next) === leaving;
    if (!name || !isIt || !isAsWritten(code, label.start, next.end) || label.parent !== code.body) continue;
    if (statement.end > label.start) continue;
    return { start: statement.start, end: statement.end, text: `goto ${text(code, name)};` };
  }
  return undefined;
}

/** Inserts the release before a return, with braces if the return is the only statement of an arm. */
function insertBefore(code: FunctionCode, statement: CodeNode, release: string): TextEdit[] | undefined {
  const whole = code.text;
  const lineBreak = lineBreakAt(whole, statement.start);
  const isAlone = whole.slice(lineStart(whole, statement.start), statement.start).trim() === '';
  const { parent } = statement;
  if (isList(parent) || parent?.kind === 'labeled_statement') {
    const gap = isAlone ? lineBreak + indentAt(whole, statement.start) : ' ';
    return [{ start: statement.start, end: statement.start, text: release + gap }];
  }
  const opens =
    parent?.kind === 'else_clause' ? parent.start + 'else'.length : parent && parts(parent)[0]?.end;
  if (!parent || opens === undefined || !/^(if_statement|else_clause)$/.test(parent.kind)) return undefined;
  const outer = indentAt(whole, parent.start);
  const closing = { start: endWithComment(code, statement), text: `${lineBreak}${outer}}` };
  const close = { ...closing, end: closing.start };
  if (isAlone) {
    const gap = lineBreak + indentAt(whole, statement.start);
    return [
      { start: opens, end: opens, text: ' {' },
      { start: statement.start, end: statement.start, text: release + gap },
      close,
    ];
  }
  if (whole.slice(opens, statement.start).trim() !== '') return undefined;
  const gap = `${lineBreak}${outer}\t`;
  return [{ start: opens, end: statement.start, text: ` {${gap}${release}${gap}` }, close];
}

/** End of a statement, or of the comment after it on the same line. */
function endWithComment(code: FunctionCode, statement: CodeNode): number {
  const comment = code.comments.find(({ start }) => start >= statement.end);
  const gap = comment && code.text.slice(statement.end, comment.start);
  return comment && gap?.trim() === '' && !gap.includes('\n') ? comment.end : statement.end;
}
