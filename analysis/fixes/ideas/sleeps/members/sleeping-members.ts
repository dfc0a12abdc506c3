import { folderOf } from '../../../../base/paths.js';
import { quoted, wholeWord } from '../../../../base/words.js';
import type { SleepingMember } from '../../../../models/types.js';
import type { FunctionRef } from '../../../../link/types.js';
import type { VariableItem } from '../../../../outline/types.js';
import { toFileEdits, type TextEdit } from '../../../text/edits.js';
import { withoutWords } from '../../../text/layout.js';
import { toldMember, usesOf } from '../../../moves/stored-member.js';
import type { FixInput, FixOutcome, ProposedFix, Region } from '../../../types.js';

export const SLEEPING_MEMBERS = 'sleeping-members';

/** Calls followed below a function that may wait for hardware. */
const MOST_DOWN = 4;

/**
 * Proposes to store the functions of a table in the members that the kernel calls where sleeping is allowed: all those
 * of the table that belong together, in all tables that have the function. Refuses if a function is stored anywhere
 * else, if a table is handed to other code, which may need its present members, or if a function waits in a loop for
 * hardware whose own supply is not on yet at the earlier time.
 */
export function proposeSleepingMembers(input: FixInput): FixOutcome {
  const stored = toldMember(input);
  const to = stored && input.models.operation(stored.record, stored.member)?.sleeping;
  if (stored === undefined || to === undefined) return { fixes: [], refusals: [] };
  const told: Told = { ...stored, to };
  const plan = planTables(input, told);
  if (typeof plan === 'string') return { fixes: [], refusals: [{ kind: SLEEPING_MEMBERS, reason: plan }] };
  const { file, name } = told.fn;
  const fix: ProposedFix = {
    title: `Use ${name}() as ${told.to.member}(), where it may sleep`,
    kind: SLEEPING_MEMBERS,
    verified: false,
    edits: toFileEdits(file, input.textOf(file) ?? '', plan),
    regions: plan.map(({ start, end }): Region => ({ file, start, end })),
  };
  return { fixes: [fix], refusals: [] };
}

interface Told {
  /** The function that sleeps, or that leads to the sleeping call. */
  readonly fn: FunctionRef;
  readonly record: string;
  readonly member: string;
  readonly to: SleepingMember;
}

function planTables(input: FixInput, { fn, record, member, to }: Told): TextEdit[] | string {
  const { name, item, file } = fn;
  const whole = input.textOf(file);
  const outline = input.program.outline(file);
  if (item === undefined || whole === undefined || outline === undefined)
    return 'the source is not available';
  if (!item.isStatic || input.program.includedBy(file).length > 0) return `${name}() may have other callers`;
  const plain = withoutWords(whole);
  const tables = outline.variables.filter(
    ({ type, members }) =>
      tagOf(type) === tagOf(record) && members.some(({ field, value }) => field === member && value === name),
  );
  const edits: TextEdit[] = [];
  const moved = new Map<string, number>();
  for (const table of tables) {
    const body = bodyOf(input, plain, table);
    if (body === undefined) return `${table.name} is not a plain table`;
    const kept = isHandedOn(plain, table.name);
    if (kept) return `${table.name} is handed to code that may need its ${member}()`;
    for (const own of [member, ...to.with]) {
      const counterpart = input.models.operation(record, own)?.sleeping?.member ?? '';
      const also = [counterpart, ...to.unless].find((other) => placesOf(plain, body, other).length > 0);
      if (also !== undefined) return `${table.name} sets ${also} as well`;
      const stored = table.members.find(({ field }) => field === own)?.value;
      const places = placesOf(plain, body, own);
      if (stored === undefined && places.length === 0) continue;
      const [place, more] = places;
      if (stored === undefined || place === undefined || more !== undefined)
        return `what ${table.name} has for ${own}() is not plain`;
      moved.set(stored, (moved.get(stored) ?? 0) + 1);
      edits.push({ ...place, text: counterpart });
    }
  }
  if (edits.length === 0) return `where ${name}() is stored was not found`;
  for (const [each, times] of moved) {
    const own = outline.functions.find((one) => one.name === each);
    if (own?.isStatic !== true) return `${each}() is not a function of ${file}`;
    const stored = usesOf(plain, each, own).filter((use) => !isCalledAt(plain, use + each.length));
    if (stored.length !== times) return `${each}() is also used elsewhere`;
    const at = outline.functions.indexOf(own);
    const waiting = waitsInLoop(input, input.program.functionAt(file, at));
    if (waiting !== undefined)
      return `${waiting}() waits for hardware whose supply may not be on when ${to.member}() is called`;
  }
  return edits;
}

function tagOf(type: string): string {
  return type.replace(/^(?:const )?struct /, '');
}

interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** The initialiser of a table, braces included; `undefined` if it has nested ones or directives. */
function bodyOf({ opened }: FixInput, plain: string, { nameSpan }: VariableItem): Stretch | undefined {
  const from = opened.linesOf(plain).offsetOf(nameSpan.line, nameSpan.column);
  const found = /^\w+\s*=\s*\{[^{}#]*\}\s*;/.exec(plain.slice(from));
  return found === null ? undefined : { start: from, end: from + found[0].length };
}

/** Where an initialiser names a member. */
function placesOf(plain: string, { start, end }: Stretch, member: string): readonly Stretch[] {
  const word = new RegExp(`(?<=\\.\\s*)${quoted(member)}(?=\\s*=[^=])`, 'g');
  return [...plain.slice(start, end).matchAll(word)].map(({ index }) => ({
    start: start + index,
    end: start + index + member.length,
  }));
}

/** Whether a name that ends at an offset is called there. Calls by name stay what they are. */
function isCalledAt(plain: string, end: number): boolean {
  return /^\s*\(/.test(plain.slice(end));
}

/** Whether a table is used for more than to be pointed to by a member. */
function isHandedOn(plain: string, name: string): boolean {
  return [...plain.matchAll(wholeWord(name, 'g'))].some(({ index }) => {
    const behind = plain.slice(index + name.length);
    const isDefined = /^\s*=\s*\{/.test(behind);
    const isStored = /(?:\.|->)\s*\w+\s*=\s*&\s*$/.test(plain.slice(0, index)) && /^\s*[,;}]/.test(behind);
    return !isDefined && !isStored;
  });
}

/** A function of the driver, or a macro, that loops below one that does not switch a clock on itself. */
function waitsInLoop(input: FixInput, from: FunctionRef | undefined): string | undefined {
  const { program, models } = input;
  if (from === undefined) return undefined;
  const calls = from.item?.calls ?? [];
  // The hardware has what it needs then.
  if (calls.some((name) => models.clock(name)?.plain !== undefined)) return undefined;
  const seen = new Set([from]);
  let level: readonly FunctionRef[] = [from];
  for (let down = 0; down <= MOST_DOWN && level.length > 0; down++) {
    for (const { file, name, item, macro } of level) {
      const body = item
        ? withoutWords(input.textOf(file)?.slice(item.bodyStart, item.end) ?? '')
        : macro?.body;
      if (/\bfor\s*\(|\bwhile\s*\((?!\s*0\s*\))/.test(body ?? '')) return name;
    }
    level = level
      .flatMap(({ file, item, macro }) =>
        (item?.calls ?? macro?.calls ?? []).flatMap((name) => program.resolveCall(name, file)),
      )
      .filter((fn) => fn.macro !== undefined || folderOf(fn.file) === folderOf(from.file))
      .filter((fn) => !seen.has(fn) && seen.add(fn));
  }
  return undefined;
}
