import { shortName } from '../../graph/orders/side.js';
import { callsOfLock, type ClassCall } from '../moves/class-calls.js';
import { callAt, lockCall, lockCalls, text } from '../text/calls.js';
import { all, isList, memberOf, parts, type CodeNode, type FunctionCode } from '../text/code.js';
import { toFileEdits, type TextEdit } from '../text/edits.js';
import { hasDirective, withoutBlock, withoutStatement } from '../text/layout.js';
import { nextMember, previousMember } from '../text/pair.js';
import { openFunction } from '../text/source.js';
import { FREE, statesOf } from '../text/states.js';
import type { FixInput, FixOutcome, ProposedFix } from '../types.js';

export const DROP_RELEASE = 'drop-release';

/**
 * Proposes to remove a release that directly follows another one of the same lock: the same statement, or the call of a
 * function that releases the lock on all of its paths. With anything in between, it would not be clear which of the two
 * is wrong. All such releases of the function that are reported go together. Where the scope of a guard releases the lock
 * at the return that follows, the release by hand goes.
 */
export function proposeDropRelease(input: FixInput): FixOutcome {
  const { finding, analysis } = input;
  const [id = 'the lock'] = finding.locks;
  const first = planDrop(input, id);
  if (typeof first === 'string') return { fixes: [], refusals: [{ kind: DROP_RELEASE, reason: first }] };
  const beside = analysis.findings.filter(
    (other) =>
      other.id !== finding.id &&
      other.rule === finding.rule &&
      other.at.file === finding.at.file &&
      other.at.function === finding.at.function &&
      other.locks[0] === id,
  );
  const others = beside.flatMap((other) => {
    const drop = planDrop({ ...input, finding: other }, id);
    return typeof drop === 'string' ? [] : [drop];
  });
  const drops = [first, ...others].sort((a, b) => a.statement.start - b.statement.start);
  const { code } = first;
  const fix: ProposedFix = {
    title: `Do not release ${shortName(id)} a second time in ${code.item.name}()`,
    kind: DROP_RELEASE,
    verified: false,
    edits: toFileEdits(
      code.file,
      code.text,
      drops.map(({ edit }) => edit),
    ),
    regions: drops.map(({ statement: { start, end } }) => ({ file: code.file, start, end })),
    unreleased: id,
  };
  return { fixes: [fix], refusals: [] };
}

interface Drop {
  readonly code: FunctionCode;
  readonly statement: CodeNode;
  readonly edit: TextEdit;
}

function planDrop(input: FixInput, id: string): Drop | string {
  const { finding } = input;
  if (finding.confidence !== 'high') return `it is not certain that ${id} is not held`;
  const code = openFunction(input, finding.at.file, finding.at);
  if (typeof code === 'string') return code;
  const call = callAt(code, finding.at);
  if (call === undefined) return planByHand(input, code, id);
  const statement = call.parent;
  const [before] = statement ? parts(previousMember(statement) ?? statement) : [];
  if (statement?.kind !== 'expression_statement' || before === undefined || before === call)
    return `the release of ${id} is not a statement that directly follows another one`;
  const calls = callsOfLock(input, code, id);
  const effectOf = (node: CodeNode): ClassCall | undefined => calls.find((one) => one.node === node);
  const [earlier, own] = [effectOf(before), effectOf(call)];
  const isReleased = earlier?.op === 'give' && !earlier.mayFail && own?.lock?.api.op === 'release';
  if (!isReleased || (earlier.lock && text(code, earlier.node) !== text(code, call)))
    return `the statement before the release does not always release ${id}`;
  // Code that locks for nothing is there for the lock itself, such as a test that expects to be told of the second release.
  const above = before.parent && previousMember(before.parent);
  const taken = above && parts(above)[0];
  if (taken && effectOf(taken)?.op === 'take')
    return `nothing happens between the acquisition and the release of ${id}`;
  if (statesOf(code, effectOf)?.before.get(statement) !== FREE) return `${id} may be held at the release`;
  return dropped(code, statement);
}

function dropped(code: FunctionCode, statement: CodeNode): Drop | string {
  const edit = withoutStatement(code, statement);
  return edit ? { code, statement, edit } : `other code shares the line of the release`;
}

/** The release by hand directly before a return that leaves the scope of the lock's guard. */
function planByHand(input: FixInput, code: FunctionCode, id: string): Drop | string {
  const { finding, models } = input;
  const [first] = finding.story;
  const call = first && callAt(code, first);
  const given = call && lockCall(code, models, call);
  const statement = call?.parent;
  const leaving = statement && nextMember(statement);
  const isLeaving =
    leaving?.kind === 'return_statement' &&
    leaving.start === code.lines.offsetOf(finding.at.line, finding.at.column);
  if (statement?.kind !== 'expression_statement' || !isLeaving || all(leaving, 'call_expression').length > 0)
    return `the release of ${id} is not a statement that directly follows another one`;
  const calls = lockCalls(code, models, code.body).filter(({ name }) => name === given?.name);
  const guards = calls.filter(({ form, node }) => form === 'guard' && isAround(node, statement));
  const [guard, ...others] = guards;
  const isOnly = given?.form === 'call' && given.api.op === 'release' && others.length === 0;
  if (
    !guard ||
    !isOnly ||
    calls.some(({ node }) => guard.node.end <= node.start && node.start < statement.start)
  )
    return `it is not certain which guard releases ${id}`;
  if (hasDirective(code.text, guard.node.start, statement.end))
    return `a preprocessor directive stands between the guard of ${id} and its release`;
  const edit = withoutBlock(code, statement, leaving);
  return edit && isList(statement.parent) ? { code, statement, edit } : dropped(code, statement);
}

/** Whether a guard's scope contains a statement: it stands before it in a block around it. */
function isAround(guard: CodeNode, statement: CodeNode): boolean {
  const list = memberOf(guard)?.parent;
  for (let at = statement.parent; at !== undefined; at = at.parent)
    if (isList(at) && at === list) return guard.end <= statement.start;
  return false;
}
