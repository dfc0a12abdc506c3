import { absolute } from '../../base/span.js';
import { shortName } from '../../graph/orders/side.js';
import type { FunctionRef } from '../../link/types.js';
import { eventsOf } from '../../skeleton/lowering/events.js';
import { callersOf } from '../text/callers.js';
import { callAt, lockCall, lockCallAt, text, type LockCall } from '../text/calls.js';
import { isList, parts, plainText, type CodeNode, type FunctionCode } from '../text/code.js';
import { overlap, toFileEdits, type TextEdit } from '../text/edits.js';
import { insertBefore, insertBehind } from '../text/insert.js';
import { movedBehind, withoutStatement } from '../text/layout.js';
import { nextMember, previousMember } from '../text/pair.js';
import { isConstant, localTypes } from '../text/path.js';
import { openFunction } from '../text/source.js';
import type { FixInput, FixOutcome, ProposedFix } from '../types.js';

/** Of a release that directly follows the call. */
const RELEASE_FIRST = 'release-first';
/** Of a section that consists of the call. */
const ALONE = 'release-first-alone';
/** Of a call in a branch, which gets a release and a way out of the function of its own. */
const LEAVING = 'release-first-leaving';

/**
 * Proposes to release a lock before the last call of its section, if the function that is called there takes the lock
 * for itself and everyone else calls it without. If the section consists of the call, the lock is not taken at all.
 */
export function proposeReleaseFirst(input: FixInput): FixOutcome {
  const plan = planRelease(input);
  return typeof plan === 'string'
    ? { fixes: [], refusals: [{ kind: RELEASE_FIRST, reason: plan }] }
    : { fixes: [plan], refusals: [] };
}

function planRelease(input: FixInput): ProposedFix | string {
  const { finding, models } = input;
  const [id = 'the lock'] = finding.locks;
  const [holds, step, ...below] = finding.story;
  const isAround = holds?.function === step?.function && holds?.file === step?.file && below.length > 0;
  if (finding.confidence !== 'high' || !holds || !step || !isAround) return `${id} is not held around a call`;
  const code = openFunction(input, step.file, step);
  if (typeof code === 'string') return code;
  const call = callAt(code, step);
  const took = lockCallAt(code, models, holds);
  const [callee] = call ? parts(call) : [];
  const statement = call?.parent;
  if (!call || callee?.kind !== 'identifier' || statement?.kind !== 'expression_statement')
    return `what takes ${id} again is part of a larger statement`;
  const name = text(code, callee);
  const take = took?.node.parent;
  if (took?.form !== 'call' || took.api.op !== 'acquire' || take?.kind !== 'expression_statement')
    return `${id} is not taken by a plain call`;
  const [target, ...others] = input.program.resolveCall(name, code.file);
  if (!target || others.length > 0) return `${name}() may be several functions`;
  const needed = calledWith(input, target, id);
  if (needed !== undefined) return needed;
  const given = parts(call).slice(1).flatMap(parts);
  const changing = given.find((one) => !isFixed(input, code, one));
  if (changing) return `${text(code, changing)} may be something else where ${id} is not held`;
  const release = releaseBehind(input, code, statement, took);
  if (typeof release === 'string') return release;
  const isAlone = previousMember(statement) === take && nextMember(statement) === release;
  const isNext = nextMember(statement) === release;
  const edits = isAlone
    ? both(withoutStatement(code, take), withoutStatement(code, release))
    : isNext
      ? movedBehind(code, statement, release)
      : leaving(code, statement, release);
  if (edits === undefined || overlap(edits)) return `other code shares the lines of ${name}()`;
  const lock = shortName(id);
  return {
    title: isAlone ? `Do not hold ${lock} around ${name}()` : `Release ${lock} before ${name}() is called`,
    kind: isAlone ? ALONE : isNext ? RELEASE_FIRST : LEAVING,
    verified: false,
    edits: toFileEdits(code.file, code.text, edits),
    regions: [{ file: code.file, start: isAlone ? take.start : statement.start, end: release.end }],
    ...(isAlone ? { untaken: id } : {}),
  };
}

/** Why a function may need a lock of its callers: another one holds it, or none is known to do without. */
function calledWith(input: FixInput, fn: FunctionRef, id: string): string | undefined {
  const { program, analysis, finding } = input;
  const callers = callersOf(input, fn);
  if (typeof callers === 'string') return callers;
  const reported = new Set(
    analysis.findings
      .filter(({ rule, locks }) => rule === finding.rule && locks[0] === id)
      .flatMap(({ story }) => story.map(({ file, line, column }) => `${file}:${line}:${column}`)),
  );
  let without = 0;
  for (const caller of callers) {
    // A caller that is known by its outline only takes no lock.
    if (!program.hasSkeleton(caller)) without++;
    const summary = analysis.summary(caller);
    for (const event of eventsOf(program.skeleton(caller))) {
      if (event.k !== 'call' || event.callee !== fn.name) continue;
      const { line, column } = absolute(event.at, caller.line);
      const held = [...(summary?.heldAt.get(event.id) ?? []), ...(summary?.needs ?? [])];
      if (!held.some((lock) => lock.id === id)) without++;
      else if (!reported.has(`${caller.file}:${line}:${column}`))
        return `${caller.name}() calls ${fn.name}() with ${id} held as well`;
    }
  }
  return without > 0 ? undefined : `no code calls ${fn.name}() without ${id}`;
}

/** Whether an argument has the same value behind the section: a constant or a variable of the function. */
function isFixed(input: FixInput, code: FunctionCode, given: CodeNode): boolean {
  if (/_literal$|^(?:true|false|null)$/.test(given.kind)) return true;
  const word = text(code, given);
  const context = { code, models: input.models, program: input.program };
  return given.kind === 'identifier' && (localTypes(code).has(word) || isConstant(context, word));
}

/** The release that follows a statement on its only way on, at the end of the function or in front of its return. */
function releaseBehind(
  { models }: FixInput,
  code: FunctionCode,
  statement: CodeNode,
  took: LockCall,
): CodeNode | string {
  const early = `${code.item.name}() does more before it releases the lock`;
  let at: CodeNode | undefined = statement;
  while (at !== undefined && at !== code.body) {
    const next: CodeNode | undefined = isList(at.parent) ? nextMember(at) : undefined;
    if (next !== undefined) {
      const own: CodeNode = next.kind === 'labeled_statement' ? (parts(next)[1] ?? next) : next;
      const [call] = own.kind === 'expression_statement' ? parts(own) : [];
      const done = call && lockCall(code, models, call);
      return done?.form === 'call' && done.api.op === 'release' && done.name === took.name ? own : early;
    }
    const up: CodeNode | undefined = at.parent;
    if (up !== code.body && !/^(?:compound_statement|else_clause|if_statement)$/.test(up?.kind ?? ''))
      return early;
    at = up;
  }
  return early;
}

function both(...edits: readonly (TextEdit | undefined)[]): TextEdit[] | undefined {
  const found = edits.flatMap((edit) => edit ?? []);
  return found.length === edits.length ? found : undefined;
}

/** The release in front of the call, and behind it a way out of the function of its own. */
function leaving(code: FunctionCode, statement: CodeNode, release: CodeNode): TextEdit[] | undefined {
  const label = release.parent?.kind === 'labeled_statement' ? release.parent : release;
  const last = nextMember(label);
  const isEnd = last === undefined && label.parent === code.body && code.item.returns === 'void';
  const [value] = last ? parts(last) : [];
  const isReturn = last?.kind === 'return_statement' && (!value || /^[-\w]+$/.test(plainText(code, value)));
  if (!isEnd && !isReturn) return undefined;
  const before = insertBefore(code, statement, text(code, release));
  const behind = insertBehind(code, statement, last ? text(code, last) : 'return;');
  return before && behind ? [...before, ...behind] : undefined;
}
