import { lastWord } from '../../../base/words.js';
import { shortName } from '../../../graph/orders/side.js';
import { memberNames } from '../sleeps/alone.js';
import { callsOfLock, type ClassCall } from '../../moves/class-calls.js';
import { callAt, text } from '../../text/calls.js';
import {
  all,
  identifiers,
  isAsWritten,
  parts,
  plainText,
  walk,
  type CodeNode,
  type FunctionCode,
} from '../../text/code.js';
import { toFileEdits, type TextEdit } from '../../text/edits.js';
import { hasDirective, linesOf } from '../../text/layout.js';
import { previousMember } from '../../text/pair.js';
import { openFunction } from '../../text/source.js';
import { FREE, HELD, statesOf } from '../../text/states.js';
import type { FixInput, FixOutcome, ProposedFix } from '../../types.js';

export const TAKE_EARLIER = 'take-earlier';

/**
 * Proposes to take a lock above the tests that jump, without it, to code which ends in its release: they run with the
 * lock held then, and so does the code at the label. Only plain tests may be in between, which every path can run with
 * the lock held: no calls, no returns, and no jumps to other places.
 */
export function proposeTakeEarlier(input: FixInput): FixOutcome {
  const [id = 'the lock'] = input.finding.locks;
  const plan = planEarlier(input, id);
  if (plan === undefined) return { fixes: [], refusals: [] };
  if (typeof plan === 'string') return { fixes: [], refusals: [{ kind: TAKE_EARLIER, reason: plan }] };
  const { code, edits, start, end } = plan;
  const fix: ProposedFix = {
    title: `Take ${shortName(id)} in ${code.item.name}() before the jump to its release`,
    kind: TAKE_EARLIER,
    verified: false,
    edits: toFileEdits(code.file, code.text, edits),
    regions: [{ file: code.file, start, end }],
    unreleased: id,
    widened: id,
  };
  return { fixes: [fix], refusals: [] };
}

interface EarlierPlan {
  readonly code: FunctionCode;
  readonly edits: readonly TextEdit[];
  readonly start: number;
  readonly end: number;
}

/** `undefined` if no code stands between a label and the release. */
function planEarlier(input: FixInput, id: string): EarlierPlan | string | undefined {
  const { finding } = input;
  const code = openFunction(input, finding.at.file, finding.at);
  if (typeof code === 'string' || finding.story.length !== 1) return undefined;
  const call = callAt(code, finding.at);
  const label = call?.parent && labelAbove(call.parent);
  if (!call || label === undefined) return undefined;
  if (finding.confidence !== 'high') return `it is not certain that ${id} is not held`;
  const calls = callsOfLock(input, code, id);
  const take = onlyTake(calls, call);
  if (take === undefined) return `${id} is not taken and released by one plain call each`;
  const states = statesOf(code, (node) => calls.find((one) => one.node === node));
  const statement = take.node.parent;
  if (!states || statement?.parent !== code.body)
    return `the text of ${code.item.name}() does not show which paths hold ${id}`;
  const name = nameOf(code, label);
  const jumps = all(code.body, 'goto_statement').filter((jump) => nameOf(code, jump) === name);
  const known = jumps.map((jump) => states.before.get(jump) ?? 0);
  const above = previousMember(label);
  const falls = above ? (states.after.get(above) ?? 0) : 0;
  if (known.includes(FREE | HELD) || (falls & FREE) !== 0)
    return `where ${code.item.name}() goes to ${name}, the lock may or may not be held, and the source does not show which`;
  const without = jumps.filter((_, at) => known[at] === FREE);
  if (without.some(({ end }) => end > statement.start)) return `a jump without ${id} comes after it is taken`;
  const crossed = membersFrom(without[0], statement);
  if (crossed === undefined) return `no jump arrives without ${id}`;
  for (const member of crossed) {
    const reason = notPlain(code, member, { name, lock: take });
    if (reason !== undefined) return reason;
  }
  return moved(code, crossed[0], statement) ?? `other code shares the lines of what takes ${id}`;
}

/** The label above a statement, with code in between that neither jumps nor is jumped to. */
function labelAbove(release: CodeNode): CodeNode | undefined {
  for (let at = previousMember(release); at !== undefined; at = previousMember(at)) {
    if (at.kind === 'labeled_statement') return at;
    if ([...walk(at)].some(({ kind }) => JUMP.test(kind))) return undefined;
  }
  return undefined;
}

const JUMP = /^(?:return|goto|break|continue|labeled|case)_statement$/;

/** The acquisition, if the lock is taken once, by a plain call, and released once. */
function onlyTake(calls: readonly ClassCall[], release: CodeNode): ClassCall | undefined {
  const [take, ...more] = calls.filter(({ node }) => node !== release);
  const isPlain = take?.op === 'take' && !take.mayFail && take.lock?.form === 'call';
  return isPlain && more.length === 0 && calls.length === 2 ? take : undefined;
}

function nameOf(code: FunctionCode, node: CodeNode): string {
  const [name] = parts(node);
  return name ? text(code, name) : '';
}

/** The members of the function's block from the one around a jump to the acquisition. */
function membersFrom(jump: CodeNode | undefined, take: CodeNode): readonly CodeNode[] | undefined {
  const members = take.parent ? parts(take.parent) : [];
  const from = members.findIndex(
    ({ start, end }) => jump !== undefined && start <= jump.start && jump.end <= end,
  );
  const to = members.indexOf(take);
  return from < 0 || from >= to ? undefined : members.slice(from, to);
}

/** Why a statement must not run with the lock held; `undefined` if it may. */
function notPlain(
  code: FunctionCode,
  member: CodeNode,
  { name, lock }: { readonly name: string; readonly lock: ClassCall },
): string | undefined {
  const own = new Set([...identifiers(code, lock.node), ...memberNames(code, lock.node)]);
  for (const node of walk(member)) {
    const shown = `\`${plainText(code, node)}\` is in between`;
    if (node.kind === 'call_expression' || node.kind === 'declaration') return shown;
    if (/^(?:for|while|do|macro|switch)_/.test(node.kind)) return shown;
    if (JUMP.test(node.kind) && !(node.kind === 'goto_statement' && nameOf(code, node) === name))
      return shown;
    if (!/^(?:assignment|update)_expression$/.test(node.kind)) continue;
    const target = parts(node)[0];
    const set = target && lastWord(plainText(code, target));
    if (set === undefined || own.has(set))
      return `\`${plainText(code, node)}\` in between may change which lock is taken`;
  }
  return undefined;
}

/** Moves a statement, with the blank line behind it, in front of another one of its list. */
function moved(code: FunctionCode, to: CodeNode | undefined, statement: CodeNode): EarlierPlan | undefined {
  const lines = linesOf(code, statement, statement);
  const place = to && linesOf(code, to, to);
  if (!lines || !place) return undefined;
  if (!isAsWritten(code, place.start, lines.end) || hasDirective(code.text, place.start, lines.end))
    return undefined;
  const blank = /^[ \t]*\r?\n/.exec(code.text.slice(lines.end))?.[0].length ?? 0;
  const end = lines.end + blank;
  const edits = [
    { start: place.start, end: place.start, text: code.text.slice(lines.start, end) },
    { start: lines.start, end, text: '' },
  ];
  return { code, edits, start: place.start, end: lines.end };
}
