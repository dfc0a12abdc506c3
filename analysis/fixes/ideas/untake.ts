import type { StoryStep } from '../../checks/types.js';
import { shortName } from '../../graph/orders/side.js';
import type { LockKind, LockMode } from '../../models/types.js';
import { toldMember, usesOf, type StoredMember } from '../moves/stored-member.js';
import { calledOtherwise, isHeldAt } from '../text/callers.js';
import { lockCallAt, lockCalls } from '../text/calls.js';
import { memberOf, type FunctionCode } from '../text/code.js';
import { overlap, toFileEdits, type TextEdit } from '../text/edits.js';
import { withoutStateVariable } from '../text/flags.js';
import { withCommentKept, withoutBlock, withoutStatement, withoutWords } from '../text/layout.js';
import { nextMember } from '../text/pair.js';
import { openFunction } from '../text/source.js';
import type { FixInput, FixOutcome, ProposedFix } from '../types.js';

export const UNTAKE = 'untake';

/** Kinds of locks that one holder at a time has. */
const WITHOUT_READERS: ReadonlySet<LockKind> = new Set(['mutex', 'spinlock', 'raw_spinlock']);

/**
 * Proposes not to take a lock in a function whose callers all hold it. Every call of the function and of its callers up
 * to the holder must be known and lead to the same finding.
 */
export function proposeUntake(input: FixInput): FixOutcome {
  const [id = 'the lock'] = input.finding.locks;
  const plan = planUntake(input, id);
  if (typeof plan === 'string') return { fixes: [], refusals: [{ kind: UNTAKE, reason: plan }] };
  const { code, edits } = plan;
  const fix: ProposedFix = {
    title: `Do not take ${shortName(id)} in ${code.item.name}(), whose callers hold it`,
    kind: UNTAKE,
    verified: false,
    edits: toFileEdits(code.file, code.text, edits),
    regions: [{ file: code.file, start: code.body.start, end: code.body.end }],
    untaken: id,
  };
  return { fixes: [fix], refusals: [] };
}

function planUntake(
  input: FixInput,
  id: string,
): { readonly code: FunctionCode; readonly edits: TextEdit[] } | string {
  const { finding, models } = input;
  const taken = finding.story.at(-1);
  if (finding.confidence !== 'high') return `it is not certain that ${id} is the lock held`;
  const below = finding.story.filter((step, at) => at > 0 && step.function !== finding.story[0]?.function);
  if (!taken || below.length === 0) return `${id} is taken twice in one function`;
  const member = toldMember(input);
  const isOperation = member !== undefined && finding.story.length === 2;
  const shared = isOperation ? enteredOtherwise(input, member) : calledOtherwise(input, below);
  if (shared !== undefined) return shared;
  const code = openFunction(input, taken.file, taken);
  if (typeof code === 'string') return code;
  const call = lockCallAt(code, input.models, taken);
  if (!call || call.api.op !== 'acquire' || (call.form !== 'call' && call.form !== 'guard'))
    return `${id} is not taken by a plain call`;
  // Nobody says how the kernel holds a lock that readers share.
  if (isOperation && !WITHOUT_READERS.has(call.api.kind))
    return `who calls ${member.member}() may hold ${id} for reading only`;
  // Who holds the lock around an operation has done what its handlers need; the state is only saved again.
  const isSaved = isOperation && call.api.irq === 'save';
  if ((call.api.irq !== undefined && !isSaved) || call.api.bh === true)
    return `${call.api.name}() does more than take ${id}`;
  const sometimes = isOperation ? undefined : callersNotAlwaysHolding(input, id, taken, call.api.mode);
  if (sometimes !== undefined) return `${sometimes}() does not hold ${id} on every path to the call`;
  const calls = lockCalls(code, models, code.body).filter(({ name }) => name === call.name);
  if (calls.filter(({ api }) => api.op !== 'release').length > 1)
    return `${code.item.name}() takes ${id} more than once`;
  const unused = isSaved ? withoutStateVariable(code, calls) : [];
  if (unused === undefined) return `the saved state has other uses in ${code.item.name}()`;
  const edits: TextEdit[] = [...unused];
  for (const one of calls) {
    const statement = one.node.parent;
    if (statement?.kind !== 'expression_statement' || memberOf(statement) !== statement)
      return `an operation on ${id} in ${code.item.name}() is part of a larger statement`;
    const withBraces =
      one.api.op === 'release' ? withoutBlock(code, statement, nextMember(statement)) : undefined;
    const edit = withBraces ?? withoutStatement(code, statement);
    if (edit === undefined) return `other code shares a line with an operation on ${id}`;
    edits.push(withCommentKept(code, edit, statement));
  }
  return overlap(edits) ? 'the edits would overlap' : { code, edits };
}

/**
 * Why an operation that the kernel calls with the lock held may have another caller; `undefined` if the table is the only place
 * that names it, and the file does not call the member itself.
 */
function enteredOtherwise(input: FixInput, { fn, member }: StoredMember): string | undefined {
  const { file, name, item } = fn;
  const others = `${name}() may have other callers`;
  if (item?.isStatic !== true || input.program.includedBy(file).length > 0) return others;
  if (usesOf(withoutWords(input.textOf(file) ?? ''), name, item).length !== 1) return others;
  const call = new RegExp(`(?:->|\\.)\\s*${member}\\s*\\(`);
  return call.test(input.textOf(file) ?? '') ? `${file} calls ${member}() itself` : undefined;
}

/** A function that takes the lock and reaches this acquisition, but does not hold the lock on every path. */
function callersNotAlwaysHolding(
  input: FixInput,
  id: string,
  taken: StoryStep,
  mode: LockMode,
): string | undefined {
  const { analysis, finding } = input;
  const isSame = (step: StoryStep | undefined): boolean =>
    step !== undefined &&
    step.file === taken.file &&
    step.line === taken.line &&
    step.column === taken.column;
  for (const { rule, story } of analysis.findings) {
    if (rule !== finding.rule || !isSame(story.at(-1))) continue;
    const [holds] = story;
    const call = story.find((step, at) => at > 0 && step.function === holds?.function);
    if (call === undefined || !isHeldAt(input, id, call, mode)) return holds?.function ?? '';
  }
  return undefined;
}
