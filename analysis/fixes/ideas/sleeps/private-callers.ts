import { folderOf } from '../../../base/paths.js';
import { wholeWord } from '../../../base/words.js';
import { baseOf } from '../../../base/ctype.js';
import { isProcess } from '../../../graph/contexts/contexts.js';
import { contextOfMember, handlersOf, mayBeOff } from '../../../graph/contexts/handlers.js';
import type { FunctionRef, RecordRef } from '../../../link/types.js';
import { isPartial, ownHeaders } from '../../moves/driver.js';
import { usesOf } from '../../moves/stored-member.js';
import { text } from '../../text/calls.js';
import { all, parts, type CodeNode, type FunctionCode } from '../../text/code.js';
import { withoutWords } from '../../text/layout.js';
import { localTypes } from '../../text/path.js';
import { openFunction } from '../../text/source.js';
import type { FixInput } from '../../types.js';

/** Longest name of a macro with the blank space behind it. */
const MOST_HEAD = 80;

/** Functions of the driver that keep a callback for another one, followed in a row. */
const MOST_KEPT = 2;

/**
 * The functions of a driver that may call one of its functions through a pointer, if it shows all of them: it keeps the
 * function in members of its own records, and only calls or tests these members. What the kernel calls in a process is
 * left out. `undefined` if the function is used in any other way, or seen by files outside of the driver.
 */
export function callersThrough(input: FixInput, fn: FunctionRef): readonly FunctionRef[] | undefined {
  const members: Member[] = [];
  const { item } = fn;
  if (item === undefined) return undefined;
  const files = filesNaming(input, fn);
  const isRegistered = input.analysis.inspection
    .entries(fn)
    .some(({ context, confidence }) => isProcess(context) && confidence === 'high');
  for (const file of files) {
    const plain = plainOf(input, file);
    for (const at of usesOf(plain, fn.name, file === fn.file ? item : { ...item, start: 0, bodyStart: 0 })) {
      // A member of the same name is another thing.
      if (isCall(plain, at + fn.name.length) || /(?:->|\.)\s*$/.test(plain.slice(0, at))) continue;
      const mention: Mention = { file, plain, at, name: fn.name };
      const macro = macroAround(input, mention);
      if (macro !== undefined && (isRegistered || macro.startsWith('EXPORT_SYMBOL'))) continue;
      const kept = keptAt(input, mention, MOST_KEPT);
      if (kept === undefined) return undefined;
      members.push(...kept);
    }
  }
  const found = new Set<FunctionRef>();
  for (const member of members) {
    const callers = callersOf(input, member, folderOf(fn.file));
    if (callers === undefined) return undefined;
    for (const caller of callers) found.add(caller);
  }
  return [...found];
}

/** A place that names a function. */
interface Mention {
  readonly file: string;
  /** The text of the file without comments and strings, at the same offsets. */
  readonly plain: string;
  /** The offset of the name. */
  readonly at: number;
  readonly name: string;
}

/**
 * The macro at file scope that names a function: it exports it, or registers it as what it is by its type; `undefined`
 * if something else names it.
 */
function macroAround({ program }: FixInput, { file, plain, at }: Mention): string | undefined {
  const functions = program.outline(file)?.functions ?? [];
  if (functions.some(({ start, end }) => start <= at && at < end)) return undefined;
  const line = plain.slice(plain.lastIndexOf('\n', at) + 1, at);
  return /^(?:static\s+)?([A-Z_]+)\([^()=]*$/.exec(line)?.[1];
}

/** The files that name a function other than to call it. */
function filesNaming({ program, opened }: FixInput, { file, name, item }: FunctionRef): readonly string[] {
  if (item?.isStatic === true) return [file];
  return [...new Set([file, ...opened.naming(program, name)])];
}

/** A member of a record that holds a function. */
interface Member {
  readonly record: RecordRef;
  readonly name: string;
}

/** The members in which the code at an offset stores a named function; `undefined` if it uses the function otherwise. */
function keptAt(input: FixInput, mention: Mention, levels: number): readonly Member[] | undefined {
  const { file, plain, at, name } = mention;
  const [, assigned] = /(?:->|\.)\s*(\w+)\s*=\s*&?\s*$/.exec(plain.slice(0, at)) ?? [];
  const functions = input.program.outline(file)?.functions ?? [];
  const around = functions.find(({ start, end }) => start <= at && at < end);
  const member = assigned ?? (around === undefined ? memberByMacro(input, mention) : undefined);
  if (around === undefined) {
    if (isRunInProcess(input, file, member, name) || isMemberByMacro(input, mention)) return [];
    return member === undefined ? keptByMacro(input, mention) : keptInTable(input, file, member, name);
  }
  const code = openFunction(input, file, { file, ...around.nameSpan });
  if (typeof code === 'string') return undefined;
  const node = all(code.body, 'identifier').find(({ start }) => start === at);
  const target = node && storedIn(node);
  if (node === undefined || target === undefined) return node && passedOn(input, code, node, levels);
  const record = recordOf(input, code, target);
  if (record === undefined || member === undefined) return undefined;
  return isProcessMember(input, record.item.tag, member, file) ? [] : [{ record, name: member }];
}

/** The member that a macro of the kernel stores its argument at an offset in (`RUNTIME_PM_OPS(suspend, resume, NULL)`). */
function memberByMacro({ models }: FixInput, { plain, at }: Mention): string | undefined {
  const [, macro, before] = /(\w+)\s*\(([^()]*)$/.exec(plain.slice(0, at)) ?? [];
  if (macro === undefined || before === undefined) return undefined;
  return models.memberMacro(macro)?.[before.split(',').length - 1];
}

/** Whether the kernel calls what a table or a macro at file scope names in a process, in each of them. */
function isRunInProcess(input: FixInput, file: string, member: string | undefined, name: string): boolean {
  const outline = input.program.outline(file);
  if (outline === undefined) return false;
  const { members, declared } = handlersOf(outline, input.models);
  if (member === undefined) {
    const by = declared.filter(({ value }) => value === name);
    return by.length > 0 && by.every(({ api: { runsIn } }) => runsIn !== undefined && isProcess(runsIn));
  }
  const tables = outline.variables.filter((variable) =>
    variable.members.some((one) => one.field === member && one.value === name),
  );
  const known = members.filter(({ field, value }) => field === member && value === name);
  if (known.length === 0)
    return tables.length > 0 && tables.every((table) => isOnlyRegistered(input, file, table.name));
  return (
    known.length === tables.length &&
    known.every(({ record }) => isProcessMember(input, record, member, file))
  );
}

/** Whether the macro around an offset makes a table (`SIMPLE_DEV_PM_OPS(ops, suspend, resume)`) of what runs in a process. */
function isMemberByMacro(input: FixInput, { file, plain, at, name }: Mention): boolean {
  const open = plain.lastIndexOf('(', at);
  const [, macro = ''] = /(\w+)\s*$/.exec(plain.slice(Math.max(0, open - MOST_HEAD), open)) ?? [];
  if (macro === '' || /[();]/.test(plain.slice(open + 1, at))) return false;
  const tables = (input.program.outline(file)?.variables ?? []).filter(
    ({ definedBy }) => definedBy === macro,
  );
  const found = tables.flatMap(({ type, members }) =>
    members.filter(({ value }) => value === name).map(({ field }) => ({ record: baseOf(type), field })),
  );
  return found.length > 0 && found.every(({ record, field }) => isProcessMember(input, record, field, file));
}

/** Whether a file gives a table to nothing but calls that register it for a process (`register_netdevice_notifier(&nb)`). */
function isOnlyRegistered(input: FixInput, file: string, table: string): boolean {
  const outline = input.program.outline(file);
  if (outline?.variables.find(({ name }) => name === table)?.isStatic !== true) return false;
  const plain = plainOf(input, file);
  const uses = [...plain.matchAll(wholeWord(table, 'g'))].map(({ index }) => plain.slice(0, index));
  const [defined, ...others] = uses;
  return (
    defined !== undefined &&
    /\bstruct\s+\w+\s+$/.test(defined) &&
    others.length > 0 &&
    others.every((before) => {
      const [, callee = ''] = /(?<![\w>.])(\w+)\s*\(\s*&$/.exec(before) ?? [];
      const { tableArg, runsIn } = input.models.api(callee) ?? {};
      return tableArg === 0 && runsIn !== undefined && isProcess(runsIn);
    })
  );
}

function isProcessMember({ program }: FixInput, record: string, field: string, file: string): boolean {
  const told = contextOfMember(program, record, field, file);
  return told?.confidence === 'high' && isProcess(told.context) && !mayBeOff(program, record, field, file);
}

/** The member that a statement assigns a value to. */
function storedIn(value: CodeNode): CodeNode | undefined {
  let at = value.parent;
  if (at?.kind === 'pointer_expression') at = at.parent;
  const [target] = at?.kind === 'assignment_expression' ? parts(at) : [];
  return target?.kind === 'field_expression' && target !== value ? target : undefined;
}

/** The record of a member, by the declared types of the variables that lead to it. */
export function recordOf({ program }: FixInput, code: FunctionCode, member: CodeNode): RecordRef | undefined {
  const typeOf = (node: CodeNode | undefined): string | undefined => {
    if (node?.kind === 'identifier') {
      const name = text(code, node);
      const type = program.resolveVariable(name, code.file)?.item.type;
      return localTypes(code).get(name) ?? (type === undefined ? undefined : baseOf(type));
    }
    const [base, field] = node?.kind === 'field_expression' ? parts(node) : [];
    const record = base && typeOf(base);
    const found = field && record ? program.resolveField(record, text(code, field), code.file) : undefined;
    return found && baseOf(found.type);
  };
  const type = typeOf(parts(member)[0]);
  return type ? program.resolveRecord(type, code.file) : undefined;
}

/** The member of a table at file scope. */
function keptInTable(
  { program }: FixInput,
  file: string,
  member: string,
  value: string,
): readonly Member[] | undefined {
  const tables = (program.outline(file)?.variables ?? []).filter(({ members }) =>
    members.some((one) => one.field === member && one.value === value),
  );
  const found: Member[] = [];
  for (const { type } of tables) {
    const record = program.resolveRecord(baseOf(type), file);
    if (record === undefined) return undefined;
    found.push({ record, name: member });
  }
  return found.length > 0 ? found : undefined;
}

/** The members of the table that a macro of the file makes of its argument at file scope. */
function keptByMacro({ program }: FixInput, { file, plain, at }: Mention): readonly Member[] | undefined {
  const [, name, given] =
    /^(?:static\s+)?(\w+)\s*\(([^()]*)$/m.exec(plain.slice(plain.lastIndexOf('\n', at) + 1, at)) ?? [];
  const macros = (program.outline(file)?.macros ?? []).filter((one) => one.name === name);
  const [macro, other] = macros;
  const parameter = macro?.parameters?.[(given ?? '').split(',').length - 1];
  const [, tag] = /^\s*(?:static\s+)?(?:const\s+)?(struct \w+) /.exec(macro?.body ?? '') ?? [];
  const record = tag === undefined ? undefined : program.resolveRecord(tag, file);
  if (!macro || other || !record || parameter === undefined || parameter.includes('.')) return undefined;
  const stores = [...macro.body.matchAll(new RegExp(`\\.\\s*(\\w+)\\s*=\\s*${parameter}\\s*[,}]`, 'g'))];
  const uses = [...macro.body.matchAll(wholeWord(parameter, 'g'))];
  return stores.length > 0 && stores.length === uses.length
    ? stores.map(([, member = '']) => ({ record, name: member }))
    : undefined;
}

/** The members in which a function of the driver keeps an argument; none for one that the kernel calls in a process. */
function passedOn(
  input: FixInput,
  code: FunctionCode,
  argument: CodeNode,
  levels: number,
): readonly Member[] | undefined {
  const list = argument.parent;
  const call = list?.kind === 'argument_list' ? list.parent : undefined;
  const [callee] = call ? parts(call) : [];
  if (!list || callee?.kind !== 'identifier' || levels === 0) return undefined;
  const { handlerArg, runsIn, threadArg, threadRunsIn } = input.models.api(text(code, callee)) ?? {};
  const at = parts(list).indexOf(argument);
  const context = at === threadArg ? threadRunsIn : at === handlerArg ? runsIn : undefined;
  if (context !== undefined) return isProcess(context) ? [] : undefined;
  const [target, ...others] = input.program.resolveCall(text(code, callee), code.file);
  const parameter = target?.item?.parameters[at]?.name;
  const isOwn = target !== undefined && folderOf(target.file) === folderOf(code.file);
  if (!isOwn || others.length > 0 || target.item === undefined || !parameter) return undefined;
  const below = openFunction(input, target.file, { file: target.file, ...target.item.nameSpan });
  if (typeof below === 'string') return undefined;
  const found: Member[] = [];
  const uses = all(below.body, 'identifier').filter((node) => text(below, node) === parameter);
  for (const use of uses) {
    const member = storedIn(use);
    const record = member && recordOf(input, below, member);
    const name = member && parts(member)[1];
    const kept =
      record && name ? [{ record, name: text(below, name) }] : passedOn(input, below, use, levels - 1);
    if (kept === undefined) return undefined;
    found.push(...kept);
  }
  return found;
}

/**
 * The functions that call a member; `undefined` if code that is not visible knows its record, if nobody calls it, or if
 * its value is handed on.
 */
function callersOf(
  input: FixInput,
  { record, name }: Member,
  folder: string,
): readonly FunctionRef[] | undefined {
  const { program } = input;
  const files = [record.file, ...program.includedBy(record.file).filter((file) => file !== record.file)];
  if (files.some((file) => folderOf(file) !== folder)) return undefined;
  const headers = new Set(files.flatMap((file) => [...ownHeaders(program, file)]));
  const own = [...headers, ...files].filter((file) => folderOf(file) === folder);
  if (isPartial(program, files, own)) return undefined;
  const found: FunctionRef[] = [];
  for (const file of files) {
    const plain = plainOf(input, file);
    for (const { index } of plain.matchAll(wholeWord(name, 'g'))) {
      const use = useAt(plain, index, name);
      if (use === 'other') return undefined;
      if (use !== 'call') continue;
      const at = program
        .outline(file)
        ?.functions.findIndex(({ start, end }) => start <= index && index < end);
      const caller = at === undefined ? undefined : program.functionAt(file, at);
      // A macro calls it.
      if (caller === undefined) return undefined;
      found.push(caller);
    }
    if (program.outline(file)?.macros.some(({ body }) => isUsedIn(body, name)) === true) return undefined;
  }
  return found.length > 0 ? found : undefined;
}

/** Whether a macro does more with a member than to set it where it makes a table. */
function isUsedIn(body: string, name: string): boolean {
  return wholeWord(name).test(body.replaceAll(new RegExp(`\\.\\s*${name}\\s*=(?!=)`, 'g'), ''));
}

/** What the code does with a word that may be a member. */
function useAt(plain: string, at: number, name: string): 'call' | 'kept' | 'other' {
  const before = plain.slice(0, at).trimEnd();
  const behind = plain.slice(at + name.length).trimStart();
  const isMember = /(?:->|\.)$/.test(before);
  if (!isMember)
    return /[(,]$/.test(before) && /^[),]/.test(behind) && !before.endsWith('(*') ? 'other' : 'kept';
  if (behind.startsWith('(')) return 'call';
  if (/^(?:=(?!=)|\?(?!\s*:))/.test(behind)) return 'kept';
  const isTested =
    /(?:\bif\s*\(|&&|\|\|)\s*!?\s*[\w>.-]*$/.test(before) && /^(?:\)|&&|\|\||[!=]=)/.test(behind);
  return isTested ? 'kept' : 'other';
}

function isCall(plain: string, end: number): boolean {
  return /^\s*\(/.test(plain.slice(end));
}

function plainOf(input: FixInput, file: string): string {
  return withoutWords(input.textOf(file) ?? '');
}
