import { quoted, wholeWord } from '../../../../base/words.js';
import { declaredOnly, ownHeaders } from '../../../moves/driver.js';
import { toldMember } from '../../../moves/stored-member.js';
import { lineBreakAt, lineEnd, toFileEdits, type TextEdit } from '../../../text/edits.js';
import { widthOf } from '../../../text/head.js';
import { withoutWords } from '../../../text/layout.js';
import type { FixInput, FixOutcome, ProposedFix } from '../../../types.js';
import { filesWith } from './blocking-member.js';

export const SAYS_IT_SLEEPS = 'says-it-sleeps';

/**
 * Proposes to set the member by which an object says that its functions may sleep, where the function that sleeps is stored:
 * `chip.can_sleep = true`. Its users then call it only where they may. Refuses if the object has a part that does not
 * work with that, if other code of the driver sets the member, or if the function is stored at several places.
 */
export function proposeSaysItSleeps(input: FixInput): FixOutcome {
  const told = toldMember(input);
  const operation = told && input.models.operation(told.record, told.member);
  const flag = operation?.ownFlag === undefined ? undefined : operation.sleepsIf;
  if (told === undefined || flag === undefined) return { fixes: [], refusals: [] };
  const { file } = told.fn;
  const whole = input.textOf(file) ?? '';
  const edit = planned(input, whole, {
    ...told,
    name: told.fn.name,
    flag,
    unless: operation?.ownFlag?.unless,
  });
  if (typeof edit === 'string') return { fixes: [], refusals: [{ kind: SAYS_IT_SLEEPS, reason: edit }] };
  const fix: ProposedFix = {
    title: `Set ${flag}: the functions of the ${told.record} may sleep`,
    kind: SAYS_IT_SLEEPS,
    verified: false,
    edits: toFileEdits(file, whole, [edit]),
    regions: [{ file, start: edit.start, end: edit.end }],
  };
  return { fixes: [fix], refusals: [] };
}

interface Stored {
  readonly member: string;
  /** The function that sleeps. */
  readonly name: string;
  readonly flag: string;
  readonly unless: string | undefined;
}

/** The edit, or why there is none. */
function planned(input: FixInput, whole: string, stored: Stored): TextEdit | string {
  const { member, name, flag, unless } = stored;
  const plain = withoutWords(whole);
  if (unless !== undefined && setsOther(plain, unless)) return `${unless} does not work with ${flag}`;
  const elsewhere = namedElsewhere(input, flag);
  if (elsewhere !== undefined) return elsewhere;
  const places = [...plain.matchAll(storing(member, name))];
  const [place, another] = places;
  if (place?.groups === undefined || another !== undefined)
    return `${name}() is not stored at one place alone`;
  const { object = '' } = place.groups;
  const denied = [...plain.matchAll(denying(object, flag))];
  if (denied.length > 1 || denied.length !== [...plain.matchAll(wholeWord(flag, 'g'))].length)
    return `the file uses ${flag} in another way`;
  const [no] = denied;
  if (no?.groups !== undefined) {
    const { before = '', value = '' } = no.groups;
    const start = no.index + before.length;
    return { start, end: start + value.length, text: 'true' };
  }
  // The only statement of an `if` is not followed by another one.
  if (!/[;,{}:]$/.test(plain.slice(0, place.index).trimEnd())) return `${name}() is stored under a condition`;
  const at = lineEnd(whole, place.index);
  return { start: at, end: at, text: `${lineLike(place.groups, flag)}${lineBreakAt(whole, place.index)}` };
}

/** A line of its own that stores the function: `.get = f,` in a table, or `chip->get = f;`. */
function storing(member: string, name: string): RegExp {
  return new RegExp(
    `^(?<indent>[ \\t]*)(?<object>[\\w>.\\[\\]-]*?)(?<dot>\\.|->)(?<named>${quoted(member)})(?<gap>[ \\t]*)=(?<space>[ \\t]*)&?${quoted(name)}(?<end>[,;])(?=[ \\t]*$)`,
    'gm',
  );
}

/** Where the object says that its functions do not sleep. */
function denying(object: string, flag: string): RegExp {
  return new RegExp(
    `^(?<before>[ \\t]*${quoted(object)}(?:\\.|->)${quoted(flag)}[ \\t]*=[ \\t]*)(?<value>false|0)[,;](?=[ \\t]*$)`,
    'gm',
  );
}

/** Whether a member is set to something that is there. */
function setsOther(plain: string, member: string): boolean {
  const values = plain.matchAll(new RegExp(`(?:\\.|->)${quoted(member)}\\s*=\\s*([^;,]+)[;,]`, 'g'));
  return [...values].some(([, value = '']) => !/^(?:NULL|0)$/.test(value.trim()));
}

/** Why other files of the driver may set the member. */
function namedElsewhere(input: FixInput, flag: string): string | undefined {
  const { program } = input;
  const file = input.finding.at.file;
  const headers = ownHeaders(program, file);
  const unseen = declaredOnly(program, file, headers);
  if (unseen !== undefined) return `${unseen}() was not analysed and may set ${flag}`;
  const files = headers.size === 0 ? [] : filesWith(input, file, headers);
  const other = files.find(
    (each) => each !== file && wholeWord(flag).test(withoutWords(input.textOf(each) ?? '')),
  );
  return other === undefined ? undefined : `${other} uses ${flag}`;
}

/** The line that sets the flag, with its `=` below that of the line before. */
function lineLike(groups: Readonly<Record<string, string>>, flag: string): string {
  const { indent = '', object = '', dot = '', named = '', gap = '', space = '', end = '' } = groups;
  const head = `${indent}${object}${dot}`;
  return `${head}${flag}${gapTo(`${head}${flag}`, widthOf(`${head}${named}${gap}`), gap)}=${space}true${end}`;
}

/** The gap that brings the next character to a column, made of what the other line has there. */
function gapTo(before: string, column: number, like: string): string {
  const missing = column - widthOf(before);
  if (missing <= 0 || /^ ?$/.test(like)) return ' ';
  if (!like.includes('\t')) return ' '.repeat(missing);
  let gap = '';
  while (widthOf(before + gap) < column) gap += '\t';
  return gap;
}
