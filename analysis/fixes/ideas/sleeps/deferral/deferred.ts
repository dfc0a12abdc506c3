import { baseOf } from '../../../../base/ctype.js';
import { folderOf } from '../../../../base/paths.js';
import { quoted, wholeWord } from '../../../../base/words.js';
import type { Deferral } from '../../../../models/types.js';
import type { FunctionRef } from '../../../../link/types.js';
import { functionsBelow } from '../../../moves/below.js';
import { driverFiles } from '../../../moves/driver.js';
import { toldMember, usesOf, type StoredMember } from '../../../moves/stored-member.js';
import { calledName, text } from '../../../text/calls.js';
import { all, parts, type FunctionCode } from '../../../text/code.js';
import { overlap, toFileEdits, type TextEdit } from '../../../text/edits.js';
import { headOf } from '../../../text/head.js';
import { withoutWords } from '../../../text/layout.js';
import { openFunction } from '../../../text/source.js';
import type { FixInput, FixOutcome, ProposedFix } from '../../../types.js';
import { besideSoftirqs } from './softirqs.js';
import { withoutNever } from './compiled.js';
import { declaredBehind, declaredLast } from './declared.js';
import { changesOther } from './harmless.js';
import { behind, cancelling } from './removal.js';
import { setupOf } from './setup.js';
import { isDetached, withoutSoftirqs, written, type Names } from './written.js';
import { declareHere } from '../../exported-variant.js';
import { includeEdit } from '../../include.js';

export const DEFERRED = 'deferred';

/**
 * Proposes to run a function that the kernel calls in a softirq, and that resets the device, in a work item. The work item
 * holds off the other operations of the object, runs only while the object is in use, and first keeps out what the
 * kernel's call kept out. It is set up where the table is stored, and cancelled where the object is removed, after which
 * nothing queues it. Only where the driver shows all of that in plain statements, and makes objects with one queue which it starts
 * again at the end; or changes nothing but registers of the device.
 */
export function proposeDeferred(input: FixInput): FixOutcome {
  const told = toldMember(input);
  const how = told && input.models.operation(told.record, told.member)?.deferred;
  if (told === undefined || how === undefined) return { fixes: [], refusals: [] };
  const plan = planDeferral(input, told, how);
  if (typeof plan === 'string') return { fixes: [], refusals: [{ kind: DEFERRED, reason: plan }] };
  const { fn } = told;
  const fix: ProposedFix = {
    title: `Run ${fn.name}() in a work item, where it may sleep`,
    kind: DEFERRED,
    verified: false,
    edits: [...plan.edits].flatMap(([file, own]) => toFileEdits(file, input.textOf(file) ?? '', own)),
    regions: [...plan.edits].flatMap(([file, own]) => own.map(({ start, end }) => ({ file, start, end }))),
    added: plan.added.map((name) => ({ file: fn.file, name, ...(name === plan.body && { of: fn.name }) })),
    exchanged: plan.locks,
    ...(plan.untaken !== undefined && { untaken: plan.untaken }),
  };
  return { fixes: [fix], refusals: [] };
}

interface DeferralPlan {
  readonly edits: ReadonlyMap<string, readonly TextEdit[]>;
  readonly added: readonly string[];
  /** The function with the former body. */
  readonly body: string;
  /** Lock classes, as shown, that the function takes no more. */
  readonly locks: readonly string[];
  /** One that it took itself. */
  readonly untaken: string | undefined;
}

function planDeferral(input: FixInput, told: StoredMember, how: Deferral): DeferralPlan | string {
  const { program } = input;
  const { fn, member } = told;
  const { file, name, item } = fn;
  if (item?.isStatic !== true || program.includedBy(file).length > 0)
    return `${name}() may have other callers`;
  const code = openFunction(input, file, { file, ...item.nameSpan });
  if (typeof code === 'string') return code;
  const head = headOf(code);
  if (typeof head === 'string') return head;
  if (head.returns !== 'void') return `who calls ${name}() uses its result`;
  const startsNothing = !leadsTo(input, fn, how.started);
  const changing = startsNothing ? changesOther(input, fn, how) : undefined;
  const unfit = unfitBody(input, code, fn, how) ?? sleepsUnderLock(input, fn) ?? changing;
  if (unfit !== undefined) return unfit;
  const plain = withoutWords(code.text);
  const table = storedIn(plain, code, member);
  if (table === undefined) return `${name}() is also used elsewhere`;
  const beside = startsNothing ? undefined : besideSoftirqs(input, code, fn, told);
  if (beside !== undefined) return beside;
  const setup = setupOf(input, file, table, how);
  if (typeof setup === 'string') return setup;
  if (typesOf(plain, how).some((type) => type !== setup.type))
    return `the file has devices with data of several types`;
  const record = program.resolveRecord(setup.type, file);
  const [outer = ''] = setup.back?.split('.') ?? [];
  const field = record?.item.fields.find((one) => setup.back === undefined || one.name === outer);
  if (record === undefined || folderOf(record.file) !== folderOf(file) || field === undefined)
    return `${setup.type} is not declared in the driver`;
  // No other file knows data that is declared in a source.
  const ended = endedElsewhere(input, plain, fn, how);
  if (ended !== undefined) return ended;
  const files = record.file === file ? [file] : driverFiles(program, file);
  const many = startsNothing ? undefined : madeOtherwise(input, files, how);
  if (many !== undefined) return many;
  const names = namesFor(name, member, how);
  const words = Object.values(names);
  const used = files.find((each) => words.some((word) => wholeWord(word).test(input.textOf(each) ?? '')));
  if (used !== undefined || new Set(words).size < words.length)
    return `${used ?? file} uses the names that are needed`;
  const declaration = `${how.work.type} ${names.item};`;
  const declared =
    setup.back === undefined
      ? declaredLast(input, record.file, record.item, declaration)
      : declaredBehind(
          input,
          { file: record.file, line: field.line, back: setup.back, object: how.object },
          declaration,
        );
  if (declared === undefined) return `${setup.type} is not written in a plain form`;
  const cancelled = cancelling(input, files, setup, names.item, how);
  if (typeof cancelled === 'string') return cancelled;
  const early = setup.code.item.start < item.start;
  const prototype = early
    ? declareHere(code, `static void ${names.work}(${how.work.type} *work)`)
    : undefined;
  if (early && (prototype === undefined || setup.code.file !== file))
    return `${name}() is not declared before the table is stored`;
  const edits = new Map<string, TextEdit[]>();
  const add = (where: string, edit: TextEdit): void => {
    edits.set(where, [...(edits.get(where) ?? []), edit]);
  };
  add(record.file, declared);
  if (prototype !== undefined) add(file, prototype);
  for (const where of new Set([record.file, file])) {
    const included = headerFor(input, where, how);
    if (included !== undefined) add(where, included);
  }
  add(
    setup.code.file,
    behind(setup.code, setup.statement, `${how.work.init}(&${setup.value}->${names.item}, ${names.work});`),
  );
  for (const { code: where, edits: own } of cancelled) for (const edit of own) add(where.file, edit);
  add(file, {
    start: item.start,
    end: code.body.end,
    text: written({
      code,
      head: head.own,
      setup,
      names,
      how,
      body: withoutSoftirqs(input, code),
      changesNothing: startsNothing,
    }),
  });
  if ([...edits.values()].some(overlap)) return 'the edits would overlap';
  const [untaken] = takenBy(input, [fn]);
  return {
    edits,
    added: [names.body, names.work],
    body: names.body,
    locks: takenBy(input, [...functionsBelow(program, [fn])]),
    untaken,
  };
}

/** The include that a source lacks for the calls of a work item. A header is read behind those of its sources. */
function headerFor(input: FixInput, file: string, { work }: Deferral): TextEdit | undefined {
  const { program } = input;
  const [declared] = program.resolveCall(work.init, file);
  const isSeen = declared === undefined || program.includesFile(file, declared.file);
  return isSeen || file.endsWith('.h') ? undefined : includeEdit(input.textOf(file) ?? '', declared.file);
}

/** The names of the former body, of the function of the work item and of the work item. */
function namesFor(name: string, member: string, { work: { suffix } }: Deferral): Names {
  const work = `${name}_${suffix}`;
  const item = `${member.replace(/^[a-z]+_/, '')}_${suffix}`;
  return { body: `do_${name}`, work, item: item === work ? `reset_${suffix}` : item };
}

/** The lock classes, as shown, that functions take. */
function takenBy({ analysis }: FixInput, fns: readonly FunctionRef[]): readonly string[] {
  const keys = new Set(fns.flatMap((fn) => [...(analysis.summary(fn)?.lockOf.values() ?? [])]));
  return [...keys].flatMap((key) => analysis.graph.classes.get(key)?.id ?? []);
}

/** Why the body cannot run in a process as it is. */
function unfitBody(
  { program }: FixInput,
  { item, body, ...code }: FunctionCode,
  fn: FunctionRef,
  how: Deferral,
): string | undefined {
  const [object, ...others] = item.parameters;
  if (object === undefined || baseOf(object.type) !== how.object)
    return `${fn.name}() is not given the object`;
  const named = new Set(all(body, 'identifier').map((node) => code.text.slice(node.start, node.end)));
  if (others.some(({ name }) => named.has(name))) return `${fn.name}() uses an argument that is gone later`;
  if (program.callers(fn).length > 0) return `${fn.name}() is also called directly`;
  const below = [...functionsBelow(program, [fn])];
  const calls = (one: FunctionRef, name: string): boolean => one.item?.calls.includes(name) === true;
  const locks = below.filter((one) => calls(one, how.lock));
  if (locks.some((one) => one !== fn)) return `${fn.name}() leads to ${how.lock}()`;
  if (locks.length > 0 && !calls(fn, how.running))
    return `${fn.name}() does not ask whether the device runs, with ${how.lock}() called`;
  const asking = how.asks.find((name) => calls(fn, name));
  if (asking !== undefined) return `${fn.name}() asks ${asking}(), which is true in the work item`;
  return undefined;
}

/** Whether a function calls one of these, itself or below, where it is compiled. */
function leadsTo(input: FixInput, fn: FunctionRef, names: readonly string[]): boolean {
  return [...functionsBelow(input.program, [fn])].some(({ file, item }) => {
    const called = names.filter((name) => item?.calls.includes(name));
    if (item === undefined || called.length === 0) return false;
    const own = withoutNever(withoutWords((input.textOf(file) ?? '').slice(item.start, item.end)));
    return called.some((name) => wholeWord(name).test(own));
  });
}

/** Why a process does not help: the call that sleeps is also reported under a lock that spins. */
function sleepsUnderLock({ finding, analysis }: FixInput, fn: FunctionRef): string | undefined {
  const last = finding.story.at(-1);
  const under = analysis.findings.find(({ rule, confidence, locks, story }) => {
    const end = story.at(-1);
    const isSame = end?.file === last?.file && end?.line === last?.line && end?.column === last?.column;
    return rule === finding.rule && confidence !== 'low' && locks.length > 0 && isSame;
  });
  return under && `${fn.name}() would still sleep with ${under.locks[0] ?? 'a lock'} held`;
}

/** Why the device may be off although it counts as running: the driver also stops it without telling the kernel. */
function endedElsewhere(
  { program }: FixInput,
  plain: string,
  fn: FunctionRef,
  how: Deferral,
): string | undefined {
  if (isDetached(plain, how)) return undefined;
  for (const [, name = ''] of plain.matchAll(new RegExp(`\\.\\s*${how.ended}\\s*=\\s*(\\w+)`, 'g')))
    for (const end of program.resolveCall(name, fn.file)) {
      const caller = program.callers(end).find((one) => one !== fn);
      if (caller) return `${caller.name}() stops the device, which still counts as running then`;
    }
  return undefined;
}

/** The types of the pointers that a file declares with the data of an object. */
function typesOf(plain: string, { data }: Deferral): readonly string[] {
  const declared = new RegExp(
    `^[ \\t]+(?:const[ \\t]+)?(struct \\w+|\\w+)[ \\t]*\\*[ \\t]*\\w+\\s*=\\s*${data}\\(`,
    'gm',
  );
  return [...plain.matchAll(declared)].map(([, type = '']) => type);
}

/** The only table that holds the function; `undefined` if other code names it. */
function storedIn(plain: string, { item, text: whole }: FunctionCode, member: string): string | undefined {
  const stored = new RegExp(`\\.\\s*${quoted(member)}\\s*=\\s*&?$`);
  const uses = usesOf(plain, item.name, item).filter((at) => {
    const line = plain.slice(plain.lastIndexOf('\n', at) + 1, at);
    return !/^static\s+void\s*$/.test(line);
  });
  const [use] = uses;
  if (use === undefined || uses.length > 1 || !stored.test(plain.slice(0, use).trimEnd())) return undefined;
  const heads = [...whole.slice(0, use).matchAll(/^static const struct \w+ (\w+) = \{/gm)];
  return heads.at(-1)?.[1];
}

/** Why the driver may have objects that the work item cannot stop as a whole. */
function madeOtherwise(
  input: FixInput,
  files: readonly string[],
  { made, otherwise, queues }: Deferral,
): string | undefined {
  const { program } = input;
  const called = new Set(
    files.flatMap((file) => program.outline(file)?.functions.flatMap(({ calls }) => calls) ?? []),
  );
  const hasOne = (name: string): boolean =>
    queues[name] !== undefined && isOne(input, files, name, queues[name]);
  const other = otherwise.find((name) => called.has(name) && !hasOne(name));
  if (other !== undefined) return `${other}() may make a device with several queues`;
  return [...made, ...otherwise].some((name) => called.has(name))
    ? undefined
    : 'where the device is made is not known';
}

/** Whether each call of a function in some files is given the number one as this argument. */
function isOne(input: FixInput, files: readonly string[], name: string, at: number): boolean {
  const { program } = input;
  return files.every((file) =>
    (program.outline(file)?.functions ?? []).every((item) => {
      if (!item.calls.includes(name)) return true;
      const code = openFunction(input, file, { file, ...item.nameSpan });
      if (typeof code === 'string') return false;
      const calls = all(code.body, 'call_expression').filter((call) => calledName(code, call) === name);
      return calls.every((call) => {
        const list = parts(call)[1];
        const given = list && parts(list)[at];
        const written = given && text(code, given);
        return written === '1' || (written !== undefined && program.resolveConstant(written, file) === 1);
      });
    }),
  );
}
