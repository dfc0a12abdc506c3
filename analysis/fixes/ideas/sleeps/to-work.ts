import { folderOf } from '../../../base/paths.js';
import { lastWord, wholeWord } from '../../../base/words.js';
import { isDeclared } from '../../../link/names/declared.js';
import type { FunctionRef, RecordRef } from '../../../link/types.js';
import type { AsWork } from '../../../models/types.js';
import { functionsBelow } from '../../moves/below.js';
import { isKernelHeader, kindIn, mayBeSeenElsewhere } from '../../moves/driver.js';
import { usesOf } from '../../moves/stored-member.js';
import { functionAt } from '../../text/callers.js';
import { calledName, text } from '../../text/calls.js';
import { all, isAsWritten, parts, type CodeNode, type FunctionCode } from '../../text/code.js';
import { lineBreakAt, overlap, toFilesEdits, type TextEdit } from '../../text/edits.js';
import { callWith, fits } from '../../text/head.js';
import { withoutWords } from '../../text/layout.js';
import { previousMember } from '../../text/pair.js';
import { localTypes } from '../../text/path.js';
import { openFunction } from '../../text/source.js';
import type { FixInput, FixOutcome, ProposedFix } from '../../types.js';
import { recordOf } from './private-callers.js';
import { includeEdit } from '../include.js';
import { mayWait } from './may-wait.js';

/**
 * Proposes to make a timer or tasklet whose function sleeps a work item: its declaration, what sets it up, all calls for
 * it and its function change together. Refuses if one of these is not in sight or has no counterpart, if the function has
 * another use or relies on running in a softirq, if nothing waits for the end of the function, or if code that waits
 * may be atomic, since it may only spin.
 */
export function proposeWorkItem(input: FixInput): FixOutcome {
  const [first, second] = input.finding.story;
  const set = first && openFunction(input, first.file, first);
  const fn = second && functionAt(input, second);
  if (typeof set !== 'object' || fn === undefined) return { fixes: [], refusals: [] };
  const call = all(set.body, 'call_expression').find((each) => {
    const handler = parts(parts(each)[1] ?? each)[1];
    const isSetUp = input.models.asWork(calledName(set, each)) !== undefined;
    return isSetUp && handler !== undefined && text(set, handler) === fn.name;
  });
  const how = call && input.models.asWork(calledName(set, call));
  if (call === undefined || how === undefined) return { fixes: [], refusals: [] };
  const work = new WorkPlan(input, fn, how);
  const plan = work.made(set, call);
  const kind = kindIn(`${how.what}-to-work`, work.home);
  if (typeof plan === 'string') return { fixes: [], refusals: [{ kind, reason: plan }] };
  const fix: ProposedFix = {
    title: `Run ${fn.name}() in a ${how.timed === undefined ? '' : 'delayed '}work item, where it may sleep`,
    kind,
    verified: false,
    edits: toFilesEdits(plan, (file) => input.textOf(file)),
    regions: [...plan].flatMap(([file, own]) => own.map(({ start, end }) => ({ file, start, end }))),
  };
  return { fixes: [fix], refusals: [] };
}

class WorkPlan {
  private readonly edits = new Map<string, TextEdit[]>();
  private member = '';
  private record: RecordRef | undefined;
  /** Places of the member that are accounted for, by file. */
  private readonly known = new Map<string, number>();
  private isAwaited = false;
  /** The file that declares the structure. */
  home = '';

  constructor(
    private readonly input: FixInput,
    private readonly fn: FunctionRef,
    private readonly how: AsWork,
  ) {}

  made(set: FunctionCode, call: CodeNode): ReadonlyMap<string, readonly TextEdit[]> | string {
    const { program } = this.input;
    const timer = timerIn(call);
    const record = timer && recordOf(this.input, set, timer);
    if (timer === undefined || record === undefined)
      return `which ${this.how.what} runs ${this.fn.name}() cannot be told`;
    this.member = lastWord(text(set, timer)) ?? '';
    this.record = record;
    this.home = record.file;
    const files = [...new Set([record.file, ...program.includedBy(record.file)])];
    const folder = folderOf(record.file);
    if (isKernelHeader(record.file) || files.some((file) => folderOf(file) !== folder))
      return `${record.item.tag} is visible to files outside ${folder}`;
    if (mayBeSeenElsewhere(program, record.file))
      return `files that are not visible may use ${record.item.tag}`;
    const reason = this.declared(record) ?? this.handled() ?? this.used(files) ?? this.included();
    if (reason !== undefined) return reason;
    if (!this.isAwaited) return `nothing waits for the end of ${this.fn.name}()`;
    this.renamed();
    return [...this.edits.values()].some(overlap) ? 'the edits would overlap' : this.edits;
  }

  /** Rewrites the member; returns the reason if that fails. */
  private declared({ file, item }: RecordRef): string | undefined {
    const field = item.fields.find(({ name }) => name === this.member);
    const whole = this.input.textOf(file) ?? '';
    if (field === undefined) return `${item.tag} is not declared in a plain form`;
    const start = this.input.opened.linesOf(whole).offsetOf(field.line, 1);
    const [line = ''] = /^[^\n]*/.exec(whole.slice(start)) ?? [];
    const form = new RegExp(`^\\s*${this.how.from}\\s+${this.member};`);
    if (!form.test(line)) return `${item.tag}.${this.member} is not declared in a plain form`;
    const at = start + line.indexOf(this.how.from);
    this.change(file, { start: at, end: at + this.how.from.length, text: this.how.to });
    this.note(file);
    return undefined;
  }

  /** Rewrites the function; returns the reason if that fails. */
  private handled(): string | undefined {
    const { fn, how, input } = this;
    const { file, name, item } = fn;
    if (item?.isStatic !== true || input.program.includedBy(file).length > 0)
      return `${name}() may have other uses`;
    const unfit = [...functionsBelow(input.program, [fn])]
      .flatMap((each) => each.item?.calls ?? [])
      .find((each) => how.unfit.includes(each));
    if (unfit !== undefined) return `${unfit}() relies on running in a ${how.what}`;
    const code = openFunction(input, file, { file, ...item.nameSpan });
    if (typeof code === 'string') return code;
    const plain = withoutWords(code.text);
    const declarations = [...plain.matchAll(new RegExp(`\\bvoid\\s+${name}\\s*\\(([^()]*)\\)`, 'g'))];
    if (usesOf(plain, name, item).length !== declarations.length) return `${name}() is also used elsewhere`;
    const given = item.parameters[0]?.name ?? '';
    const { given: type, member, container, containers } = how;
    for (const match of declarations) {
      const at = match.index + match[0].lastIndexOf('(') + 1;
      const isOwn = match.index >= item.start && match.index < code.body.start;
      if (isOwn && isVariable(code, member)) return `${name}() has another ${member}`;
      this.change(file, { start: at, end: at + (match[1] ?? '').length, text: `${type} *${member}` });
    }
    const uses = all(code.body, 'identifier').filter((node) => text(code, node) === given);
    for (const use of uses) {
      const list = use.parent;
      const call = list?.kind === 'argument_list' ? list.parent : undefined;
      const [variable, , named] = list ? parts(list) : [];
      const owner = variable && localTypes(code).get(text(code, variable));
      const isPlain =
        call && containers.includes(calledName(code, call)) && isAsWritten(code, call.start, call.end);
      if (!isPlain || !owner || !named || text(code, named) !== this.member)
        return `${name}() uses ${given} in another way`;
      const item = how.timed === undefined ? this.member : `${this.member}.${member}`;
      const front = `${member}, ${owner},`;
      const isShort = fits(code.text, call.start, `${container}(${front} ${item}`);
      const words = `(${front}${isShort ? ' ' : `${lineBreakAt(code.text, call.start)}\t`}${item})`;
      const made = callWith(code, call, container, words);
      this.change(file, { start: call.start, end: call.end, text: made });
      this.note(file);
    }
    return undefined;
  }

  /** Rewrites all calls for the timer; returns the reason if one of them has no counterpart. */
  private used(files: readonly string[]): string | undefined {
    const { input, member } = this;
    for (const file of files) {
      const plain = withoutWords(input.textOf(file) ?? '');
      if (!wholeWord(member).test(plain)) continue;
      for (const item of input.program.outline(file)?.functions ?? []) {
        if (!wholeWord(member).test(plain.slice(item.start, item.end))) continue;
        const code = openFunction(input, file, { file, ...item.nameSpan });
        if (typeof code === 'string') return `${item.name}() uses ${member}, and ${code}`;
        const reason = this.usedIn(code);
        if (reason !== undefined) return reason;
      }
      const count = [...plain.matchAll(wholeWord(member, 'g'))].length;
      if (count !== (this.known.get(file) ?? 0)) return `${file} uses ${member} in another way`;
    }
    return undefined;
  }

  private usedIn(code: FunctionCode): string | undefined {
    const { record } = this;
    for (const name of all(code.body, 'field_identifier')) {
      const timer = name.parent;
      if (text(code, name) !== this.member || timer?.kind !== 'field_expression') continue;
      const owner = recordOf(this.input, code, timer);
      if (owner?.file !== record?.file || owner?.item !== record?.item)
        return `${code.item.name}() may use ${this.member} of something else`;
      this.note(code.file);
      const outer = timer.parent;
      if (outer?.kind === 'field_expression') {
        // Rewritten with the call that starts the timer.
        if (this.startedBehind(code, outer)) continue;
        return `what ${code.item.name}() does with ${text(code, outer)} has no counterpart`;
      }
      const call = outer?.kind === 'pointer_expression' ? outer.parent?.parent : undefined;
      if (!outer || call?.kind !== 'call_expression' || !isAsWritten(code, call.start, call.end))
        return `what ${code.item.name}() does with ${text(code, timer)} cannot be followed`;
      const reason = this.rewritten(code, call, text(code, outer));
      if (reason !== undefined) return reason;
    }
    return undefined;
  }

  /** Rewrites one call; returns the reason if it has no counterpart. */
  private rewritten(code: FunctionCode, call: CodeNode, timer: string): string | undefined {
    const { how, input, fn } = this;
    const name = calledName(code, call);
    const [callee, list] = parts(call);
    const given = list ? parts(list) : [];
    const refused = `${name}() in ${code.item.name}() has no counterpart`;
    const isStatement = call.parent?.kind === 'expression_statement';
    const same = how.calls[name] ?? this.ifKnown(how.newer[name], code.file);
    if (callee && same !== undefined) {
      const isWait = input.models.api(name)?.k === 'wait';
      if (isWait && !mayWait(input, code, call))
        return `${code.item.name}() may be atomic where it calls ${name}()`;
      this.isAwaited ||= isWait;
      this.change(code.file, { start: callee.start, end: call.end, text: callWith(code, call, same) });
      return undefined;
    }
    if (!isStatement) return refused;
    const write = (words: string): void =>
      this.change(code.file, { start: call.start, end: call.end, text: words });
    if (input.models.asWork(name) !== undefined) {
      const init = how.inits[given[2] ? text(code, given[2]) : ''];
      if (init === undefined || !given[1] || text(code, given[1]) !== fn.name) return refused;
      write(`${init}(${timer}, ${fn.name})`);
      return undefined;
    }
    const { timed } = how;
    if (timed === undefined) return refused;
    if (name === timed.restart) {
      const delay = given[1] && this.delayOf(code, given[1]);
      const queue = timed.queues.find((each) => input.program.resolveVariable(each, code.file) !== undefined);
      if (delay === undefined)
        return `when ${name}() in ${code.item.name}() lets the ${how.what} expire is not clear`;
      const front = `(${queue ?? timed.queues.at(-1) ?? ''}, ${timer},`;
      const isShort = fits(code.text, call.start, `${timed.restarts}${front} ${delay}`);
      const list = `${front}${isShort ? ' ' : `${lineBreakAt(code.text, call.start)}\t`}${delay})`;
      write(callWith(code, call, timed.restarts, list));
      return undefined;
    }
    const above = name === timed.start && call.parent ? previousMember(call.parent) : undefined;
    const delay = above && this.expiresAfter(code, above);
    if (above === undefined || delay === undefined) return refused;
    this.change(code.file, {
      start: above.start,
      end: call.end,
      text: `${timed.starts}(${timer}, ${delay})`,
    });
    return undefined;
  }

  /** A function, if the program has it. */
  private ifKnown(name: string | undefined, file: string): string | undefined {
    return name !== undefined && isDeclared(this.input.program, name, file) ? name : undefined;
  }

  /** Whether a statement that sets the time of a timer stands in front of the call that starts it. */
  private startedBehind(code: FunctionCode, set: CodeNode): boolean {
    const statement = set.parent?.parent;
    const list = statement?.parent ? parts(statement.parent) : [];
    const next = statement && list[list.indexOf(statement) + 1];
    const [call] = next?.kind === 'expression_statement' ? parts(next) : [];
    return (
      statement !== undefined &&
      call?.kind === 'call_expression' &&
      calledName(code, call) === this.how.timed?.start &&
      this.expiresAfter(code, statement) !== undefined
    );
  }

  /** The delay of `timer.expires = jiffies + delay;`. */
  private expiresAfter(code: FunctionCode, statement: CodeNode): string | undefined {
    const [assignment] = statement.kind === 'expression_statement' ? parts(statement) : [];
    const [target, value] = assignment?.kind === 'assignment_expression' ? parts(assignment) : [];
    const isTime = target && lastWord(text(code, target)) === this.how.timed?.expires;
    return isTime && value ? this.delayOf(code, value) : undefined;
  }

  /** The delay of `jiffies + delay` or `delay + jiffies`. */
  private delayOf(code: FunctionCode, value: CodeNode): string | undefined {
    const now = this.how.timed?.now;
    if (now === undefined) return undefined;
    if (text(code, value) === now) return '0';
    const [left, right] = value.kind === 'binary_expression' ? parts(value) : [];
    const isSum = left && right && /^\s*\+\s*$/.test(code.text.slice(left.end, right.start));
    const delay =
      isSum && text(code, left) === now ? right : isSum && text(code, right) === now ? left : undefined;
    return delay && !wholeWord(now).test(text(code, delay)) ? text(code, delay) : undefined;
  }

  /** Includes the type of the work item where it is not seen; returns the reason if that fails. */
  private included(): string | undefined {
    const { program } = this.input;
    for (const file of new Set([this.record?.file ?? '', ...this.edits.keys()])) {
      const seen = program.resolveRecord(this.how.to, file);
      if (seen === undefined || seen.file === file || program.includesFile(file, seen.file)) continue;
      const added = includeEdit(this.input.textOf(file) ?? '', seen.file);
      if (added === undefined) return `${file} does not include ${this.how.to}`;
      this.change(file, added);
    }
    return undefined;
  }

  /** Gives the member a name that tells what it is now, if the files use no such name. */
  private renamed(): void {
    const { member, how, input } = this;
    const name = how.timed === undefined ? member.replace(how.what, how.member) : member;
    const files = [...this.known.keys()];
    if (name === member || files.some((file) => wholeWord(name).test(input.textOf(file) ?? ''))) return;
    for (const file of files) {
      const own = (this.edits.get(file) ?? []).map((edit) => ({
        ...edit,
        text: edit.text.replaceAll(wholeWord(member, 'g'), name),
      }));
      const rest = [...withoutWords(input.textOf(file) ?? '').matchAll(wholeWord(member, 'g'))]
        .map(({ index }) => ({ start: index, end: index + member.length, text: name }))
        .filter(({ start, end }) => own.every((edit) => end <= edit.start || edit.end <= start));
      this.edits.set(file, [...own, ...rest]);
    }
  }

  private note(file: string): void {
    this.known.set(file, (this.known.get(file) ?? 0) + 1);
  }

  private change(file: string, edit: TextEdit): void {
    this.edits.set(file, [...(this.edits.get(file) ?? []), edit]);
  }
}

/** Whether a function uses a variable of a name, or declares one. */
function isVariable(code: FunctionCode, name: string): boolean {
  return all(code.body, 'identifier').some((node) => text(code, node) === name);
}

/** The timer that a call sets up, if it is a member. */
function timerIn(call: CodeNode): CodeNode | undefined {
  const list = parts(call)[1];
  const given = list && parts(list)[0];
  const timer = given?.kind === 'pointer_expression' ? parts(given)[0] : undefined;
  return timer?.kind === 'field_expression' ? timer : undefined;
}
