import { switchesOff } from '../../../models/records/kinds.js';
import { SWITCHED, SWITCHED_NAMES, type Switched } from '../../../graph/paths/switch-events.js';
import type { OtherApi } from '../../../models/types.js';
import { readsMemory } from '../../moves/error-return.js';
import { releasePlaces, toLabel } from '../../moves/leaves.js';
import { callAt, lockCalls, text } from '../../text/calls.js';
import { all, identifiers, parts, plainText, type CodeNode, type FunctionCode } from '../../text/code.js';
import { overlap, toFileEdits, type TextEdit } from '../../text/edits.js';
import { insertBefore, insertBehind } from '../../text/insert.js';
import { localTypes } from '../../text/path.js';
import { openFunction } from '../../text/source.js';
import { HELD, statesOf, type CallEffect, type States } from '../../text/states.js';
import type { FixInput, FixOutcome, ProposedFix, Region } from '../../types.js';

export const SWITCH_BACK = 'switch-back';

/**
 * Proposes to enable interrupts, bottom halves or preemption on the exits that leave them disabled, by the statement of
 * the other exits. Only where the function disables them once and no lock operation switches them as well, so that the
 * text tells which exits are concerned. `undefined` for a finding about something else.
 */
export function proposeSwitchBack(input: FixInput): FixOutcome | undefined {
  const [taken, leave, ...more] = input.finding.story;
  if (!taken || more.length > 0 || leave?.isReturn !== true) return undefined;
  const code = openFunction(input, taken.file, taken);
  const plan = typeof code === 'string' ? code : planBack(input, code, callAt(code, taken));
  if (typeof plan === 'string' || typeof code === 'string')
    return { fixes: [], refusals: [{ kind: SWITCH_BACK, reason: typeof plan === 'string' ? plan : '' }] };
  const fix: ProposedFix = {
    title: `Enable ${plan.what} again in ${code.item.name}()`,
    kind: SWITCH_BACK,
    verified: false,
    edits: toFileEdits(code.file, code.text, plan.edits),
    regions: plan.regions,
  };
  return { fixes: [fix], refusals: [] };
}

interface BackPlan {
  readonly edits: readonly TextEdit[];
  readonly regions: readonly Region[];
  /** What is enabled, in words. */
  readonly what: string;
}

function planBack(input: FixInput, code: FunctionCode, take: CodeNode | undefined): BackPlan | string {
  const { name } = code.item;
  const what = take && switchOf(input, code, take)?.context;
  const switched = SWITCHED.find((each) => each === what);
  if (!take || switched === undefined) return 'what is left disabled is not disabled by a plain call';
  const names = SWITCHED_NAMES[switched];
  const section = sectionOf(input, code, take, switched);
  if (typeof section === 'string') return section;
  const { states, statement, ending } = section;
  if (((states.after.get(code.body) ?? 0) & HELD) !== 0)
    return `the end of ${name}() leaves ${names} disabled as well`;
  const edits: TextEdit[] = [];
  const regions: Region[] = [];
  for (const exit of all(code.body, 'return_statement')) {
    if (((states.before.get(exit) ?? 0) & HELD) === 0) continue;
    const reading = readsMemory(input, code, exit);
    if (reading !== undefined) return `\`${text(code, exit)}\` reads ${reading} with ${names} disabled`;
    const found = releasePlaces(code, states, exit, () => false);
    if (typeof found === 'string') return found.replace(/the lock (.+) held/, `${names} $1 disabled`);
    for (const place of found.places) {
      const { statement: at } = place;
      const jump = at.kind === 'return_statement' ? toLabel(code, at, statement) : undefined;
      const made = place.behind
        ? insertBehind(code, at, statement)
        : (jump ?? insertBefore(code, at, statement));
      if (made === undefined) return `\`${ending}\` does not fit at \`${plainText(code, at)}\``;
      edits.push(...made);
      regions.push({ file: code.file, start: at.start, end: at.end });
    }
    regions.push({ file: code.file, start: found.from, end: exit.end });
  }
  if (edits.length === 0) return `the text of ${name}() shows no exit that leaves ${names} disabled`;
  const once = withoutRepeats(edits);
  return overlap(once) ? 'the edits would overlap' : { edits: once, regions, what: names };
}

interface Section {
  readonly states: States;
  /** The statement by which all other exits enable it, and the call in it. */
  readonly statement: string;
  readonly ending: string;
}

/** How the function disables and enables something, if it disables it once and always enables it by one statement. */
function sectionOf(input: FixInput, code: FunctionCode, take: CodeNode, what: Switched): Section | string {
  const { name } = code.item;
  const names = SWITCHED_NAMES[what];
  const effects = new Map<CodeNode, CallEffect>();
  for (const node of all(code.body, 'call_expression')) {
    const api = switchOf(input, code, node);
    if (api?.context !== what) continue;
    const op = switchesOff(api.change) ? 'take' : 'give';
    effects.set(node, { op, mayFail: false });
  }
  const ends = [...effects].filter(([, { op }]) => op === 'give').map(([node]) => node);
  const isOnce = effects.size === ends.length + 1;
  if (!isOnce) return `${name}() disables ${names} more than once`;
  const locks = lockCalls(code, input.models, code.body).find(
    ({ api }) => api.irq !== undefined || (api.bh === true && what !== 'preempt'),
  );
  if (locks) return `\`${plainText(code, locks.node)}\` in ${name}() may disable or enable ${names} as well`;
  const [end] = ends;
  const statement = end?.parent;
  const isOne = new Set(ends.map(({ parent }) => parent && text(code, parent))).size === 1;
  if (!end || !isOne || statement?.kind !== 'expression_statement')
    return `it is not clear how ${name}() enables ${names} again`;
  const given = parts(end)[1];
  const changed = given && [...identifiers(code, given)].find((word) => isChanged(input, code, word, take));
  if (changed !== undefined) return `${changed} may have changed when ${name}() returns`;
  const states = statesOf(code, (node) => effects.get(node));
  if (states === undefined) return `the text of ${name}() does not show which paths leave ${names} disabled`;
  return { states, statement: text(code, statement), ending: plainText(code, end) };
}

/** What a call switches, if it does. */
function switchOf({ models }: FixInput, code: FunctionCode, call: CodeNode): OtherApi | undefined {
  const [callee] = parts(call);
  const api = callee?.kind === 'identifier' ? models.api(text(code, callee)) : undefined;
  return api?.change === undefined ? undefined : api;
}

/**
 * Whether a name is no variable of the function's outermost block, or gets a value behind the call. A variable of the
 * file that the disabling call is also passed needs no value: it names what each CPU has.
 */
function isChanged(input: FixInput, code: FunctionCode, word: string, take: CodeNode): boolean {
  if (!localTypes(code).has(word)) return !isNamedBy(input, code, word, take);
  const declared = all(code.body, 'declaration').filter((node) => identifiers(code, node).has(word));
  if (declared.some(({ parent }) => parent !== code.body)) return true;
  return all(code.body, 'assignment_expression').some((node) => {
    const [target] = parts(node);
    return node.start > take.end && target !== undefined && text(code, target) === word;
  });
}

/** Whether the disabling call returns what the name stands for on this CPU: `get_cpu_var(name)`. */
function isNamedBy(input: FixInput, code: FunctionCode, word: string, take: CodeNode): boolean {
  const [, list] = parts(take);
  const at = switchOf(input, code, take)?.valueArg;
  const given = list && at !== undefined ? parts(list)[at] : undefined;
  return given?.kind === 'identifier' && text(code, given) === word;
}

/** One of equal edits: several exits may be reached through one jump. */
function withoutRepeats(edits: readonly TextEdit[]): readonly TextEdit[] {
  const seen = new Set<string>();
  return edits.filter(({ start, end, text: words }) => {
    const key = `${start}:${end}:${words}`;
    return !seen.has(key) && seen.add(key);
  });
}
