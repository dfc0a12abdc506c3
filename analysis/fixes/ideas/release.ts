import type { Location } from '../../base/span.js';
import type { FunctionRef } from '../../link/types.js';
import { shortName } from '../../graph/orders/side.js';
import { agrees, classCalls, isSameLock, type ClassCall, type ShownClass } from '../moves/class-calls.js';
import { followsAtOnce, isErrorExit, readsMemory } from '../moves/error-return.js';
import { givenToIterator } from '../moves/iterators.js';
import { endedUnbegun, leavingMembers, releasePlaces, releasingLabel, toLabel } from '../moves/leaves.js';
import { functionsBelow } from '../moves/below.js';
import { functionOf } from '../text/callers.js';
import { lockCall, lockCalls, text } from '../text/calls.js';
import { all, identifiers, parts, walk, type CodeNode, type FunctionCode } from '../text/code.js';
import { overlap, toFileEdits, type TextEdit } from '../text/edits.js';
import { operator } from '../text/forms.js';
import { insertBefore, insertBehind } from '../text/insert.js';
import { declaredName, valuePath } from '../text/path.js';
import { openFunction } from '../text/source.js';
import { statesOf, type States } from '../text/states.js';
import type { FixInput, FixOutcome, ProposedFix } from '../types.js';
import { eventsOf } from '../../skeleton/lowering/events.js';

export const RELEASE = 'release';
/** The same, only for exits that return an error the function has just encountered. */
export const RELEASE_ON_ERROR = 'release-on-error';

/** Maximum number of exits in one repair of that kind. For more, a maintainer adds a label. */
const MOST_EXITS = 4;

/**
 * Proposes to release a lock on the exits that forget it: by a jump to a label that releases it and returns the same
 * value, otherwise by inserting the release that other exits use before the return. A repair of error exits only is a
 * separate kind: its findings are the certain ones.
 */
export function proposeRelease(input: FixInput): FixOutcome {
  const [id] = input.finding.locks;
  const { file } = input.finding.at;
  const whole = input.textOf(file);
  const plan = whole === undefined || id === undefined ? `the source is not available` : planAll(input, id);
  if (typeof plan === 'string' || whole === undefined) {
    return { fixes: [], refusals: [{ kind: RELEASE, reason: typeof plan === 'string' ? plan : '' }] };
  }
  const fix: ProposedFix = {
    title: `Release ${shortName(id ?? '').replace(/\/\?$/, '')} before ${input.finding.at.function}() returns`,
    kind: plan.isOnError && plan.exits <= MOST_EXITS ? RELEASE_ON_ERROR : RELEASE,
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
  /** Number of places that get a release or another jump. */
  exits: number;
  /** Whether all exits leave with an error. */
  isOnError: boolean;
}

/** Plans the finding, and with it the others of the same class and function that can be repaired as well. */
function planAll(input: FixInput, id: string): ReleasePlan | string {
  const { finding, analysis } = input;
  const { at, rule } = finding;
  const plan = planRelease(input, id);
  if (typeof plan === 'string') return plan;
  const beside = analysis.findings.filter(
    (other) =>
      other.id !== finding.id &&
      other.rule === rule &&
      other.at.file === at.file &&
      other.at.function === at.function &&
      other.locks[0] === id,
  );
  return beside.reduce<ReleasePlan>((all, other) => {
    const more = planRelease({ ...input, finding: other }, id);
    if (typeof more === 'string' || overlap([...all.edits, ...more.edits])) return all;
    return {
      edits: [...all.edits, ...more.edits],
      regions: [...all.regions, ...more.regions],
      exits: all.exits + more.exits,
      isOnError: all.isOnError && more.isOnError,
    };
  }, plan);
}

function planRelease(input: FixInput, id: string): ReleasePlan | string {
  const { finding } = input;
  const [taken, ...leaves] = finding.story;
  if (!taken || leaves.length === 0) return `where ${id} is taken is not known`;
  if (taken.file !== finding.at.file || taken.function !== finding.at.function) {
    return `${id} is taken inside ${taken.function}()`;
  }
  if (finding.confidence !== 'high') return `${finding.at.function}() may leave ${id} held on purpose`;
  const code = openFunction(input, finding.at.file, finding.at);
  if (typeof code === 'string') return code;
  const fn = functionOf(input, code);
  const exits = (fn && input.analysis.summary(fn)?.exits) ?? [];
  const lockClass = exits.flatMap(({ held }) => held).find((lock) => lock.id === id);
  if (lockClass === undefined) return `which lock is held is not known`;
  const caller = releasingCaller(input, code, lockClass.key);
  if (caller !== undefined) return `${caller}() calls ${finding.at.function}() and releases ${id}`;
  const misnamed = fn && endedUnbegun(input, fn);
  if (misnamed !== undefined)
    return `${misnamed.api}() may be meant for ${id}: ${code.item.name}() does not begin what it ends`;
  const section = sectionOf(input, code, lockClass, taken);
  if (typeof section === 'string') return section;
  const moving = moves(
    input,
    code,
    section,
    leaves.map((leave) => statementAt(code, leave)),
  );
  if (moving !== undefined) return `${moving} may refer to another object when ${code.item.name}() returns`;

  const plan: ReleasePlan = { edits: [], regions: [], exits: 0, isOnError: true };
  for (const leave of leaves) {
    const statement = statementAt(code, leave);
    if (!statement) return `${id} is still held at the end of ${code.item.name}()`;
    const reason = readsMemory(input, code, statement);
    if (reason !== undefined)
      return `the value returned in line ${leave.line} is read with ${id} held: ${reason}`;
    const found = releasePlaces(code, section.states, statement, (node) =>
      isOuterRelease(input, code, section, node),
    );
    if (typeof found === 'string') return found;
    if (found.places.some(({ exit }) => followsAtOnce(exit, section.take.node)))
      return `${id} is taken right before a jump, and the code at the label may need it`;
    for (const place of found.places) {
      plan.exits += 1;
      plan.isOnError &&= !place.behind && isErrorExit(input, code, section, place.exit, statement);
      const edits = place.behind
        ? (insertBehind(code, place.statement, section.release) ?? unfit(code, place.statement))
        : editsAt(input, code, id, section, place.statement);
      if (typeof edits === 'string') return edits;
      plan.edits.push(...edits);
      plan.regions.push({
        start: Math.min(place.statement.start, ...edits.map((edit) => edit.start)),
        end: place.statement.end,
      });
    }
    plan.regions.push({ start: found.from, end: statement.end });
  }
  return overlap(plan.edits) ? `the edits would overlap` : plan;
}

/** Name of a caller that releases the lock: the function may leave it held on purpose. */
function releasingCaller(input: FixInput, code: FunctionCode, key: string): string | undefined {
  const fn = functionOf(input, code);
  return (fn ? input.program.callers(fn) : []).find((caller) => releases(input, caller, key))?.name;
}

function releases({ analysis, program }: FixInput, fn: FunctionRef, key: string): boolean {
  const lockOf = analysis.summary(fn)?.lockOf;
  return eventsOf(program.skeleton(fn)).some(
    (event) => event.k === 'release' && lockOf?.get(event.id) === key,
  );
}

function statementAt(code: FunctionCode, at: Pick<Location, 'line' | 'column'>): CodeNode | undefined {
  const start = code.lines.offsetOf(at.line, at.column);
  return all(code.body, 'return_statement').find((node) => node.start === start);
}

/** One lock of a function: where it is taken, how the function releases it, and where it is held. */
interface Section {
  readonly take: ClassCall;
  /** The statements that release the lock. */
  readonly gives: readonly CodeNode[];
  /** The statement with which all other exits release the lock. */
  readonly release: string;
  /** Arguments of the release. */
  readonly given: readonly CodeNode[];
  readonly states: States;
}

function sectionOf(
  input: FixInput,
  code: FunctionCode,
  lockClass: ShownClass,
  taken: Pick<Location, 'line' | 'column'>,
): Section | string {
  const { id } = lockClass;
  const calls = classCalls(input, code, lockClass);
  const start = code.lines.offsetOf(taken.line, taken.column);
  const take = calls.find(({ node, op }) => node.start === start && op === 'take');
  if (!take) return `${id} is not taken by a plain call`;
  const own = calls.filter((call) => call === take || isSameLock(call, take));
  const gives = own.filter(({ op }) => op === 'give').map(({ node }) => node);
  const unclear = `it is not clear how ${id} is released`;
  const statements = gives.map(({ parent }) => parent);
  const [statement] = statements;
  const written = new Set(statements.map((each) => each && text(code, each)));
  if (statement === undefined || written.size !== 1 || usesInnerScope(code, statement)) return unclear;
  if (statements.some((each) => each?.kind !== 'expression_statement')) return unclear;
  const list = gives[0] && parts(gives[0])[1];
  const states = statesOf(code, (node) => own.find((call) => call.node === node));
  const ofClass = statesOf(code, (node) => calls.find((call) => call.node === node));
  if (!states || !ofClass || !agrees(input, code, ofClass, id))
    return `the text of ${code.item.name}() does not show which paths hold ${id}`;
  return {
    take,
    gives: statements.flatMap((each) => each ?? []),
    release: text(code, statement),
    given: list ? parts(list) : [],
    states,
  };
}

/** Whether a statement only releases a lock that was taken earlier. */
function isOuterRelease(
  { models }: FixInput,
  code: FunctionCode,
  { take }: Section,
  node: CodeNode,
): boolean {
  const [call] = node.kind === 'expression_statement' ? parts(node) : [];
  const release = call && lockCall(code, models, call);
  if (release?.api.op !== 'release') return false;
  return lockCalls(code, models, code.body).some(
    ({ name, api, node: at }) =>
      name === release.name && (api.op === 'acquire' || api.op === 'try') && at.start < take.node.start,
  );
}

/** Whether a statement uses a variable of an inner scope. */
function usesInnerScope(code: FunctionCode, statement: CodeNode): boolean {
  const scoped = new Set<string>();
  for (const declaration of all(code.body, 'declaration')) {
    if (declaration.parent === code.body) continue;
    // Names in its initial value mean the same outside the scope.
    for (const declarator of parts(declaration)) {
      const name = declaredName(declarator);
      if (name) scoped.add(text(code, name));
    }
  }
  return [...identifiers(code, statement)].some((name) => scoped.has(name));
}

/** A variable or member in the release that changes after the lock was taken. */
function moves(
  input: FixInput,
  code: FunctionCode,
  { take, given }: Section,
  leaves: readonly (CodeNode | undefined)[],
): string | undefined {
  const locals = new Set<string>();
  for (const argument of given) {
    const path = valuePath({ ...input, code }, argument);
    if (path.opaque) return path.opaque.text;
    for (const name of path.locals) locals.add(name);
  }
  // The last member of `&a->b->lock` is the lock, which nothing replaces.
  const members = new Set(
    given.flatMap((node) => {
      const names = all(node, 'field_identifier').map((at) => text(code, at));
      return node.kind === 'pointer_expression' ? names.slice(0, -1) : names;
    }),
  );
  const around = enclosingLoop(take.node);
  // Statements that leave within the same iteration see the same object.
  const isOneRound = leaves.every(
    (leave) => leave && around && leave.start > take.node.end && leave.end < around.end,
  );
  const loop = isOneRound ? undefined : around;
  const from = loop ? loop.start : take.node.end;
  for (const node of walk(code.body)) {
    if (node.start < from) continue;
    if (isOnOtherWayOut(node, leaves)) continue;
    const isStored = /^(assignment|update)_expression$/.test(node.kind);
    if (!isStored && !(node.kind === 'pointer_expression' && operator(node) === '&')) continue;
    const target = parts(node)[0];
    if (!target) continue;
    const name = text(code, target);
    if (target.kind === 'identifier' && locals.has(name)) return name;
    const member = target.kind === 'field_expression' ? parts(target)[1] : undefined;
    if (member && members.has(text(code, member))) return name;
  }
  for (const head of all(code.body, 'macro_head')) {
    const name = givenToIterator(input, code, head).find((word) => locals.has(word));
    if (name !== undefined) return name;
  }
  return undefined;
}

/** Whether a node is in a block that returns and contains none of the leaves. */
function isOnOtherWayOut(node: CodeNode, leaves: readonly (CodeNode | undefined)[]): boolean {
  for (let at: CodeNode | undefined = node; at?.parent !== undefined; at = at.parent) {
    if (at.kind !== 'compound_statement' || parts(at).at(-1)?.kind !== 'return_statement') continue;
    const { start, end } = at;
    if (!leaves.some((leave) => leave && start <= leave.start && leave.end <= end)) return true;
  }
  return false;
}

function enclosingLoop(node: CodeNode): CodeNode | undefined {
  let found: CodeNode | undefined;
  for (let at = node.parent; at; at = at.parent) {
    if (/^(for|while|do)_statement$|^macro_head$/.test(at.kind)) found = at;
  }
  return found;
}

/** The edits that release the lock before a return or jump; a string is the reason against it. */
function editsAt(
  input: FixInput,
  code: FunctionCode,
  id: string,
  section: Section,
  statement: CodeNode,
): readonly TextEdit[] | string {
  const { release } = section;
  const roots = new Set(section.given.flatMap((node) => [...identifiers(code, node)]));
  const isGiven = (list: CodeNode | undefined): boolean =>
    list !== undefined && [...identifiers(code, list)].some((word) => roots.has(word));
  const gone = testsAround(section.take.node, statement)
    .flatMap((test) => all(test, 'call_expression'))
    .map((call) => parts(call))
    .find(
      ([callee, list]) => callee && isGiven(list) && mayFree(input, code.file, text(code, callee), false),
    );
  if (gone?.[0])
    return `${text(code, gone[0])}() may free the object that contains the lock before ${code.item.name}() returns`;
  for (const member of leavingMembers(section.take.node, statement)) {
    for (const call of all(member, 'call_expression')) {
      const [callee, list] = parts(call);
      const name = callee ? text(code, callee) : '';
      if (isHarmless(input, name)) continue;
      // Code that takes the lock itself must not run with it held, unless the same task may take it again.
      if (section.take.lock?.api.recursive !== true && takesClass(input, code.file, name, id))
        return insertBefore(code, member, release) ?? unfit(code, statement);
      if (isGiven(list) && mayFree(input, code.file, name, true))
        return `${name}() may free the object that contains the lock before ${code.item.name}() returns`;
    }
  }
  // A jump must not skip the declaration of a variable with a cleanup attribute.
  const isScoped = lockCalls(code, input.models, code.body).some(({ form }) => form === 'guard');
  if (!isScoped) {
    const jump = statement.kind === 'return_statement' ? toLabel(code, statement, release) : undefined;
    if (jump !== undefined) return jump;
    const label = statement.kind === 'goto_statement' ? releasingLabel(code, statement, release) : undefined;
    if (label !== undefined) return [{ start: statement.start, end: statement.end, text: `goto ${label};` }];
  }
  return insertBefore(code, statement, release) ?? unfit(code, statement);
}

function unfit(code: FunctionCode, { start }: CodeNode): string {
  return `a release does not fit at line ${code.lines.span(start, start).line}`;
}

function isHarmless({ models }: FixInput, name: string): boolean {
  return (
    models.isInert(name) || models.transparent(name) !== undefined || models.errorTest(name) !== undefined
  );
}

function takesClass(input: FixInput, file: string, name: string, id: string): boolean {
  const [target, ...others] = input.program.resolveCall(name, file);
  const summary = target && others.length === 0 ? input.analysis.summary(target) : undefined;
  return (
    summary !== undefined && summary.needs.every((lock) => lock.id !== id) && acquiresBelow(input, target, id)
  );
}

/** Whether a function or one of its callees takes the lock. */
function acquiresBelow(input: FixInput, from: FunctionRef | undefined, id: string): boolean {
  for (const fn of functionsBelow(input.program, from === undefined ? [] : [from]))
    if (input.analysis.summary(fn)?.acquires.some((lock) => lock.id === id) === true) return true;
  return false;
}

/** The conditions of the enclosing `if`s after the acquisition. */
function testsAround(take: CodeNode, statement: CodeNode): readonly CodeNode[] {
  const found: CodeNode[] = [];
  for (let at = statement.parent; at !== undefined && at.start > take.end; at = at.parent)
    if (at.kind === 'if_statement') found.push(...parts(at).slice(0, 1));
  return found;
}

/** Whether a call may free its argument; `unseen` is the answer for functions without a visible body. */
function mayFree({ models, program }: FixInput, file: string, name: string, unseen: boolean): boolean {
  const frees = (one: string): boolean =>
    models.api(one)?.k === 'free' || models.referencePut(one) !== undefined;
  if (frees(name)) return true;
  if (models.isInert(name) || models.transparent(name) !== undefined || models.lockApi(name)) return false;
  const called = program.resolveCall(name, file);
  // A function without a visible body may do anything to its arguments.
  if (called.length === 0) return unseen;
  for (const { item, macro } of functionsBelow(program, called))
    if ((item?.calls ?? macro?.calls ?? []).some(frees)) return true;
  return false;
}
