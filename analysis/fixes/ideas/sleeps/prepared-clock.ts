import { folderOf } from '../../../base/paths.js';
import type { StoryStep } from '../../../checks/types.js';
import { isDeclared } from '../../../link/names/declared.js';
import type { RecordItem } from '../../../outline/types.js';
import { callAt, calledName, lockCalls, text } from '../../text/calls.js';
import {
  all,
  isAsWritten,
  memberOf,
  parts,
  plainText,
  type CodeNode,
  type FunctionCode,
} from '../../text/code.js';
import { overlap, toFileEdits, type TextEdit } from '../../text/edits.js';
import { mayBeSeenElsewhere } from '../../moves/driver.js';
import { operator } from '../../text/forms.js';
import { nextMember, previousMember } from '../../text/pair.js';
import { localTypes } from '../../text/path.js';
import { withoutWords } from '../../text/layout.js';
import { openFunction } from '../../text/source.js';
import type { FixInput, FixOutcome, ProposedFix, Region } from '../../types.js';

export const PREPARED_CLOCK = 'prepared-clock';
/** The same for a call at the edge of its section, out of which a maintainer may rather move it. */
const PREPARED_AT_EDGE = 'prepared-clock-at-edge';

/**
 * Proposes to prepare clocks, which sleeps, when the driver gets them, and to only enable and disable them in the
 * section. Covers all clocks that the function at the story's end switches and all places of the driver that switch
 * them. Refuses if one of these is not visible or needs the clock unprepared.
 */
export function proposePreparedClock(input: FixInput, last: StoryStep): FixOutcome | undefined {
  const code = openFunction(input, last.file, last);
  if (typeof code === 'string') return undefined;
  const call = callAt(code, last);
  if (!call || factsOf(input, code, call)?.plain === undefined) return undefined;
  const refused = (reason: string): FixOutcome => ({
    fixes: [],
    refusals: [{ kind: PREPARED_CLOCK, reason }],
  });
  const calls = all(code.body, 'call_expression');
  const switched = calls.filter((node) => factsOf(input, code, node)?.plain !== undefined);
  // A callee runs as a whole where nothing may sleep.
  const isCallee = input.finding.story[0]?.function !== last.function;
  const beside = calls.find((node) => !switched.includes(node) && sleeps(input, calledName(code, node)));
  if (isCallee && beside !== undefined)
    return refused(`${calledName(code, beside)}() in ${code.item.name}() sleeps as well`);
  const plan = new ClockPlan(input);
  for (const one of switched) {
    const reason = plan.add(code, one);
    if (reason !== undefined) return refused(reason);
  }
  const edits = [...plan.edits].sort(([a], [b]) => (a < b ? -1 : 1));
  if (edits.some(([, own]) => overlap(own))) return refused('the edits would overlap');
  const names = [...plan.names].join(' and ');
  const where = input.finding.locks.length === 0 ? 'where nothing may sleep' : 'under the lock';
  const fix: ProposedFix = {
    title: `Keep ${names} prepared, and only enable ${plan.names.size === 1 ? 'it' : 'them'} ${where}`,
    kind: isAtEdge(input, code, call) ? PREPARED_AT_EDGE : PREPARED_CLOCK,
    verified: false,
    edits: edits.flatMap(([file, own]) => toFileEdits(file, input.textOf(file) ?? '', own)),
    regions: plan.regions,
    exchanged: [...plan.exchanged],
  };
  return { fixes: [fix], refusals: [] };
}

/** Whether a function that the models know may sleep, itself or in a callee. */
function sleeps({ models }: FixInput, name: string): boolean {
  const api = models.api(name);
  return (
    api?.k === 'sleep' ||
    (api?.k === 'wait' && api.sleeps === true) ||
    models.sleepsInside(name) !== undefined
  );
}

/** Whether a call is next to the lock operation at an end of its section. */
function isAtEdge({ models }: FixInput, code: FunctionCode, call: CodeNode): boolean {
  const statement = memberOf(call);
  const isLock = (member: CodeNode | undefined, op: string): boolean =>
    member !== undefined && lockCalls(code, models, member).some(({ api }) => api.op === op);
  if (statement === undefined) return false;
  return isLock(previousMember(statement), 'acquire') || isLock(nextMember(statement), 'release');
}

function factsOf(
  { models }: FixInput,
  code: FunctionCode,
  call: CodeNode,
): ReturnType<FixInput['models']['clock']> {
  const [callee] = parts(call);
  return callee?.kind === 'identifier' ? models.clock(text(code, callee)) : undefined;
}

/** The edits that keep members of a driver's structs prepared. */
class ClockPlan {
  readonly edits = new Map<string, TextEdit[]>();
  readonly regions: Region[] = [];
  readonly names = new Set<string>();
  /** Lock classes, as the models name them, that the new or the replaced calls take inside. */
  readonly exchanged = new Set<string>();

  constructor(private readonly input: FixInput) {}

  /** Plans the clock that a call switches; returns the reason if that fails. */
  add(code: FunctionCode, call: CodeNode): string | undefined {
    const list = parts(call)[1];
    const clock = list && parts(list)[0];
    const [root, member] = clock?.kind === 'field_expression' ? parts(clock) : [];
    if (root?.kind !== 'identifier' || member?.kind !== 'field_identifier')
      return `${clock ? plainText(code, clock) : 'the clock'} is not a member of the driver's own structure`;
    const name = text(code, member);
    const type = localTypes(code).get(text(code, root)) ?? '';
    const record = this.input.program.resolveRecord(type, code.file);
    if (!record?.item.fields.some((field) => field.name === name))
      return `the structure that contains ${name} is not known`;
    const shown = `${record.item.tag.replace(/^struct /, '')}.${name}`;
    if (this.names.has(shown)) return undefined;
    this.names.add(shown);
    return this.addMember(record.file, record.item, name, shown);
  }

  private addMember(home: string, record: RecordItem, member: string, shown: string): string | undefined {
    const { program } = this.input;
    const files = [home, ...program.includedBy(home).filter((file) => file !== home)];
    // A header outside the folder does not belong to the driver.
    if (files.some((file) => folderOf(file) !== folderOf(home)))
      return `${shown} is visible to files outside ${folderOf(home)}`;
    if (mayBeSeenElsewhere(program, home)) return `files that are not visible may use ${shown}`;
    const visible = new Set(files.flatMap((file) => [file, ...program.included(file)]));
    const namesakes = [...visible].flatMap((file) =>
      folderOf(file) !== folderOf(home)
        ? []
        : (program.outline(file)?.records ?? []).filter(
            (other) => other !== record && other.fields.some((field) => field.name === member),
          ),
    );
    if (namesakes.length > 0) return `another structure also has a member ${member}`;
    const pattern = new RegExp(`(?:->|\\.)\\s*${member}(?!\\w)`, 'g');
    let getters = 0;
    for (const file of files) {
      const whole = this.input.textOf(file);
      if (whole === undefined) return `${file} does not exist`;
      let seen = 0;
      for (const item of program.outline(file)?.functions ?? []) {
        if (!pattern.test(whole.slice(item.start, item.end))) continue;
        pattern.lastIndex = 0;
        const code = openFunction(this.input, file, { file, ...item.nameSpan });
        if (typeof code === 'string') return `${item.name}() uses ${shown}, and ${code}`;
        const uses = all(code.body, 'field_expression').filter((node) => {
          const field = parts(node)[1];
          return field !== undefined && text(code, field) === member;
        });
        seen += uses.length;
        for (const use of uses) {
          const done = this.addUse(code, use, shown);
          if (typeof done === 'string') return done;
          getters += done;
        }
      }
      const written = withoutWords(whole).match(pattern)?.length ?? 0;
      if (written !== seen) return `${file} names ${member} where it cannot be followed`;
    }
    return getters === 1 ? undefined : `the driver does not get ${shown} with exactly one plain call`;
  }

  /** Plans one use. Returns how many times it gets the clock, or the reason why it cannot be changed. */
  private addUse(code: FunctionCode, use: CodeNode, shown: string): number | string {
    const { parent } = use;
    const isTarget = parent?.kind === 'assignment_expression' && parts(parent)[0] === use;
    if (isTarget) {
      const value = parts(parent)[1];
      if (operator(parent) !== '=' || !value) return `${code.item.name}() changes ${shown}`;
      return value.kind === 'identifier'
        ? this.addLocal(code, value, shown)
        : this.addGetter(code, value, shown);
    }
    return this.addValue(code, use, shown) ?? 0;
  }

  /** Plans `clk = devm_clk_get(…)` if the variable is otherwise only tested and switched. */
  private addLocal(code: FunctionCode, local: CodeNode, shown: string): number | string {
    const name = text(code, local);
    if (!localTypes(code).has(name) || code.item.parameters.some((one) => one.name === name))
      return `${code.item.name}() sets ${shown} to a value that it is passed`;
    let got = 0;
    for (const use of all(code.body, 'identifier')) {
      if (use === local || text(code, use) !== name || use.parent?.kind === 'pointer_declarator') continue;
      const holder = use.parent;
      if (holder?.kind === 'assignment_expression' && parts(holder)[0] === use) {
        const value = parts(holder)[1];
        const done = value ? this.addGetter(code, value, shown) : '';
        if (typeof done === 'string') return done;
        got += done;
        continue;
      }
      const done = this.addValue(code, use, shown);
      if (done !== undefined) return done;
    }
    return got;
  }

  private addGetter(code: FunctionCode, value: CodeNode, shown: string): number | string {
    const { program } = this.input;
    const prepared =
      value.kind === 'call_expression' ? factsOf(this.input, code, value)?.prepared : undefined;
    const callee = parts(value)[0];
    if (prepared === undefined || !callee || !isAsWritten(code, callee.start, callee.end))
      return `${code.item.name}() obtains ${shown} by a call that has no prepared variant`;
    if (!isDeclared(program, prepared, code.file)) return `this kernel has no ${prepared}()`;
    this.change(code, value, callee, prepared);
    return 1;
  }

  /** Plans a use of the clock's value; returns the reason if it can neither stay nor be changed. */
  private addValue(code: FunctionCode, use: CodeNode, shown: string): string | undefined {
    const { models } = this.input;
    const list = use.parent;
    const call = list?.kind === 'argument_list' ? list.parent : undefined;
    if (!call) {
      const isTested =
        list?.kind === 'unary_expression' ||
        (list?.kind === 'binary_expression' && /^[=!]=$|^&&$|^\|\|$/.test(operator(list))) ||
        list?.kind === 'parenthesized_expression';
      return isTested ? undefined : `${code.item.name}() passes ${shown} on`;
    }
    const callee = parts(call)[0];
    const name = callee ? text(code, callee) : '';
    const facts = models.clock(name);
    if (facts?.plain !== undefined && callee) {
      if (!isAsWritten(code, callee.start, callee.end)) return `${name}() is changed by a macro`;
      for (const api of [name, facts.plain]) {
        const inside = models.lockApi(api)?.implicit;
        if (inside !== undefined) this.exchanged.add(inside);
      }
      this.change(code, call, callee, facts.plain);
      return undefined;
    }
    const isHarmless =
      facts?.indifferent === true ||
      models.errorTest(name) !== undefined ||
      models.transparent(name) !== undefined;
    return isHarmless ? undefined : `${name}() in ${code.item.name}() may need ${shown} not to be prepared`;
  }

  private change(code: FunctionCode, call: CodeNode, callee: CodeNode, name: string): void {
    const own = this.edits.get(code.file) ?? [];
    this.edits.set(code.file, own);
    if (own.some(({ start }) => start === callee.start)) return;
    own.push({ start: callee.start, end: callee.end, text: name });
    this.regions.push({ file: code.file, start: call.start, end: call.end });
  }
}
