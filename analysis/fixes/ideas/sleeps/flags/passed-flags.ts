import { baseOf } from '../../../../base/ctype.js';
import { folderOf } from '../../../../base/paths.js';
import { absolute } from '../../../../base/span.js';
import { wholeWord } from '../../../../base/words.js';
import type { StoryStep } from '../../../../checks/types.js';
import { waitRank } from '../../../../graph/orders/side.js';
import type { FunctionRef } from '../../../../link/types.js';
import type { FileOutline } from '../../../../outline/types.js';
import { eventsOf } from '../../../../skeleton/lowering/events.js';
import { functionsBelow } from '../../../moves/below.js';
import { calledOtherwise, callersOf, functionAt } from '../../../text/callers.js';
import { calledName, text } from '../../../text/calls.js';
import { all, isAsWritten, parts, type CodeNode, type FunctionCode } from '../../../text/code.js';
import { overlap, toFilesEdits, type TextEdit } from '../../../text/edits.js';
import { headOf, listWith } from '../../../text/head.js';
import { withoutWords } from '../../../text/layout.js';
import { openFunction } from '../../../text/source.js';
import { prototypesOf } from '../../exported-variant.js';
import type { FixInput, FixOutcome, ProposedFix } from '../../../types.js';
import { chainOf, type Flags } from './flags-at.js';
import { reliesOnSuccess, tooLarge } from './relies-on-success.js';

export const PASSED_FLAGS = 'passed-flags';

/** Names for the parameter; the first that no function uses is taken. */
const NAMES = ['gfp', 'gfp_flags', 'alloc_flags'];
const TYPE = 'gfp_t';
/** Changed calls beyond which another repair costs less. */
const MOST_CALLS = 8;

/** The flags of an allocation that others share, as they are written, and those that do not wait. */
export interface SharedFlags extends Omit<Flags, 'argument'> {
  /** Absent where the allocation leaves them out. */
  readonly argument: CodeNode | undefined;
  readonly written: string;
  readonly atomic: string;
}

/**
 * Proposes that callers pass the flags of an allocation, if some of them may sleep and others may not: a call in a
 * section passes those that do not wait, every other one passes the flags of today. A function on the way that is given
 * flags already hands them on. Only if all callers are known, and nothing on the way calls through a pointer, which may
 * sleep as well.
 */
export function proposePassedFlags(
  input: FixInput,
  chain: readonly StoryStep[],
  shared: SharedFlags,
): FixOutcome {
  const plan = new PassedFlags(input, chain, shared).made();
  if (typeof plan === 'string') return { fixes: [], refusals: [{ kind: PASSED_FLAGS, reason: plan }] };
  const fix: ProposedFix = {
    title: `Pass allocation flags to ${plan.functions[0]?.name ?? ''}()`,
    kind: PASSED_FLAGS,
    verified: false,
    edits: toFilesEdits(plan.edits, (file) => input.textOf(file)),
    regions: [],
  };
  return { fixes: [fix], refusals: [] };
}

class PassedFlags {
  readonly edits = new Map<string, TextEdit[]>();
  /** The functions that get the parameter, outermost first. */
  readonly functions: FunctionRef[] = [];
  /** The function above them that has one, and its name. */
  private given: { readonly fn: FunctionRef; readonly name: string } | undefined;
  private name = '';
  private calls = 0;
  /** Calls that begin reported sections, by file and position. */
  private readonly atomicCalls: ReadonlySet<string>;

  constructor(
    private readonly input: FixInput,
    chain: readonly StoryStep[],
    private readonly shared: SharedFlags,
  ) {
    const own = chain.slice(0, shared.step + 1);
    for (const step of own.slice(this.atomicSteps(own)).reverse()) {
      const fn = functionAt(input, step);
      if (fn === undefined || this.functions.includes(fn)) continue;
      const given = fn.item?.parameters.find(({ type }) => baseOf(type) === TYPE);
      if (given) {
        this.given = { fn, name: given.name };
        break;
      }
      this.functions.unshift(fn);
    }
    this.atomicCalls = new Set(this.sections().map((step) => placeOf(step)));
  }

  /** The number of a chain's first steps that are in functions which only sections call. */
  private atomicSteps(chain: readonly StoryStep[]): number {
    const shared = chain.findIndex(
      (step, at) => at > 0 && calledOtherwise(this.input, [step], true) !== undefined,
    );
    return shared < 0 ? chain.length : shared;
  }

  /** Where this section and other reported ones call what leads to the allocation. */
  private sections(): readonly StoryStep[] {
    const { finding, analysis } = this.input;
    const last = finding.story.at(-1);
    return [finding, ...analysis.findings].flatMap(({ rule, story }) => {
      const end = story.at(-1);
      const isSame = end && last && rule === finding.rule && placeOf(end) === placeOf(last);
      const chain = isSame ? chainOf(story) : [];
      return chain.slice(0, this.atomicSteps(chain));
    });
  }

  made(): this | string {
    const codes: FunctionCode[] = [];
    const top = this.given && this.givenOtherwise(this.given.fn, this.given.name);
    if (top !== undefined) return top;
    for (const fn of this.functions) {
      const pointed = this.pointedBelow(fn);
      if (pointed !== undefined) return `${pointed}() calls through a pointer, which may sleep too`;
      const code = fn.item && openFunction(this.input, fn.file, { file: fn.file, ...fn.item.nameSpan });
      if (code === undefined) return `${fn.name}() could not be analysed completely`;
      if (typeof code === 'string') return code;
      codes.push(code);
    }
    const [first] = codes;
    if (first === undefined) return 'the function that allocates is given other flags';
    const isFree = (name: string): boolean =>
      codes.every(({ text: whole, item }) => !wholeWord(name).test(whole.slice(item.start, item.end)));
    const name = NAMES.find(isFree);
    if (name === undefined) return `${first.item.name}() already has a variable for flags`;
    this.name = name;
    for (const [at, fn] of this.functions.entries()) {
      const code = codes[at];
      const reason = code && (this.declared(fn, code) ?? this.called(fn));
      if (reason !== undefined) return reason;
    }
    this.allocated();
    const left = codes.map((code) => this.otherFlags(code)).find((reason) => reason !== undefined);
    if (left !== undefined) return left;
    if (this.calls > MOST_CALLS) return `${this.calls} calls would change`;
    return [...this.edits.values()].some(overlap) ? 'the edits would overlap' : this;
  }

  /** A function of the driver, this one or below it, that calls through a pointer. */
  private pointedBelow(fn: FunctionRef): string | undefined {
    const { program, models } = this.input;
    const below = functionsBelow(
      program,
      [fn],
      ({ file, name }) => folderOf(file) === folderOf(fn.file) && models.api(name) === undefined,
    );
    return [...below].find(({ item }) => (item?.indirectCalls.length ?? 0) > 0)?.name;
  }

  /** Why a function that is given flags must not hand them on: a caller gives some that the allocation does not have. */
  private givenOtherwise(fn: FunctionRef, name: string): string | undefined {
    const { input, shared } = this;
    const callers = callersOf(input, fn);
    if (typeof callers === 'string') return callers;
    const at = fn.item?.parameters.findIndex((one) => one.name === name) ?? 0;
    for (const { file, item, name: caller } of callers) {
      const code = item && openFunction(input, file, { file, ...item.nameSpan });
      if (code === undefined || typeof code === 'string')
        return `${caller}() could not be analysed completely`;
      for (const call of all(code.body, 'call_expression')) {
        const given = calledName(code, call) === fn.name ? parts(parts(call)[1] ?? call)[at] : undefined;
        const words = given && text(code, given);
        if (words !== undefined && words !== shared.written && words !== shared.atomic)
          return `${caller}() gives ${words} to ${fn.name}()`;
      }
    }
    return undefined;
  }

  /** Adds the parameter where the function is defined and declared; returns the reason if that fails. */
  private declared(fn: FunctionRef, code: FunctionCode): string | undefined {
    const { program } = this.input;
    const head = headOf(code);
    if (typeof head === 'string') return head;
    if (fn.file.endsWith('.h')) return `${fn.name}() is defined in a header`;
    if (program.resolveCall(fn.name, fn.file).length !== 1) return `${fn.name}() has several definitions`;
    const own = code.text.slice(code.item.start, code.body.start);
    const open = own.indexOf('(', own.indexOf(fn.name)) + code.item.start;
    const close = own.lastIndexOf(')') + code.item.start;
    this.add(fn.file, listWith(code.text, open, close, `${TYPE} ${this.name}`));
    const described = describedAbove(code, this.name);
    if (described !== undefined) this.add(fn.file, described);
    for (const [file, outline] of this.declaring(fn)) {
      const whole = this.input.textOf(file) ?? '';
      const found = prototypesOf(fn.name, whole);
      const count = outline.prototypes.filter((one) => one.name === fn.name).length;
      if (found.length !== count) return `${file} declares ${fn.name}() in another form`;
      for (const match of found) {
        const [, before = '', list = ''] = match;
        const from = whole.indexOf(before + fn.name, match.index) + before.length + fn.name.length;
        const at = whole.indexOf('(', from);
        this.add(file, listWith(whole, at, from + list.lastIndexOf(')'), `${TYPE} ${this.name}`));
      }
    }
    return undefined;
  }

  /** The files that declare a function without its body. */
  private declaring({ name, file, item }: FunctionRef): readonly (readonly [string, FileOutline])[] {
    const { program } = this.input;
    const files = item?.isStatic === true ? [file] : [...program.files.keys()];
    return files.flatMap((each) => {
      const outline = program.outline(each);
      return outline?.prototypes.some((one) => one.name === name) === true ? [[each, outline] as const] : [];
    });
  }

  /** Adds the argument to all calls of a function; returns the reason if one of them is not known. */
  private called(fn: FunctionRef): string | undefined {
    const { input } = this;
    const callers = callersOf(input, fn);
    if (typeof callers === 'string') return callers;
    const seen = new Map<string, number>();
    for (const caller of callers) {
      const { file, item, name } = caller;
      const code = item && openFunction(input, file, { file, ...item.nameSpan });
      if (code === undefined) return `${name}() could not be analysed completely`;
      if (typeof code === 'string') return `${name}() calls ${fn.name}(), and ${code}`;
      const own = this.functions.includes(caller)
        ? this.name
        : caller === this.given?.fn
          ? this.given.name
          : undefined;
      const given = new Set<string>();
      for (const call of all(code.body, 'call_expression')) {
        const list = parts(call)[1];
        if (calledName(code, call) !== fn.name || list === undefined) continue;
        if (!isAsWritten(code, call.start, call.end)) return `a macro changes the call in ${name}()`;
        seen.set(file, (seen.get(file) ?? 0) + 1);
        this.calls++;
        const flags = own ?? (this.isAtomic(caller, code, call) ? this.shared.atomic : this.shared.written);
        given.add(flags);
        this.add(file, listWith(code.text, list.start, list.end - 1, flags));
      }
      // What holds at one of its calls may hold at the others: the lock of a caller, or one that is taken in a loop.
      if (given.size > 1)
        return `${name}() calls ${fn.name}() in a section and, as far as is known, outside of it`;
    }
    for (const file of new Set([fn.file, ...seen.keys()])) {
      const plain = withoutWords(input.textOf(file) ?? '');
      const heads = fn.file === file ? 1 : 0;
      const uses = [...plain.matchAll(wholeWord(fn.name, 'g'))].length - heads;
      const declared = prototypesOf(fn.name, plain).length;
      if (uses !== declared + (seen.get(file) ?? 0)) return `${file} also names ${fn.name}() in another way`;
    }
    return undefined;
  }

  /** Whether a call is one of a reported section, or made with a lock held that spins. */
  private isAtomic(caller: FunctionRef, code: FunctionCode, call: CodeNode): boolean {
    const place = { file: code.file, ...code.lines.span(call.start, call.end) };
    if (this.atomicCalls.has(placeOf(place))) return true;
    const { program, analysis } = this.input;
    const event = eventsOf(program.skeleton(caller)).find(({ at }) => {
      const { line, column } = absolute(at, caller.line);
      return line === place.line && column === place.column;
    });
    const held = (event && analysis.summary(caller)?.heldAt.get(event.id)) ?? [];
    return held.some(({ key }) => waitRank(analysis.graph.classes.get(key)?.kind ?? 'spinlock') !== 2);
  }

  /** Uses the parameter in the allocation, and in others of the function that have the same flags. */
  private allocated(): void {
    const { models } = this.input;
    const { place, argument, written } = this.shared;
    for (const call of all(place.body, 'call_expression')) {
      const list = parts(call)[1];
      const api = models.api(calledName(place, call));
      if (list === undefined || api?.gfpArg === undefined) continue;
      const given = parts(list)[api.gfpArg];
      const isLeftOut =
        given === undefined && api.gfpDefault === written && parts(list).length === api.gfpArg;
      if (given !== argument && !(given ? text(place, given) === written : isLeftOut)) continue;
      const stays = reliesOnSuccess(models, place, call) ?? tooLarge(this.input, place, call);
      if (stays !== undefined || models.mapsPages(calledName(place, call))) continue;
      if (given) this.add(place.file, { start: given.start, end: given.end, text: this.name });
      else this.add(place.file, listWith(place.text, list.start, list.end - 1, this.name));
    }
  }

  /**
   * Uses the parameter in other calls of a function that are given the same flags, with more of them or not. Returns the reason
   * if it is not known that a call takes flags there: it may wait for memory as well.
   */
  private otherFlags(code: FunctionCode): string | undefined {
    const { input, shared, name } = this;
    const { models, program } = input;
    for (const node of all(code.body, 'identifier')) {
      const word = text(code, node);
      const isDone = this.edits
        .get(code.file)
        ?.some(({ start, end }) => start <= node.start && node.end <= end);
      if (isDone === true || models.atomicFlag(word) === undefined) continue;
      let given = node;
      while (given.parent && /^(?:binary|parenthesized)_expression$/.test(given.parent.kind))
        given = given.parent;
      const list = given.parent?.kind === 'argument_list' ? given.parent : undefined;
      const call = list?.parent;
      const callee = call === undefined ? '' : calledName(code, call);
      // Findings report the allocations that the models know.
      if (models.api(callee)?.gfpArg !== undefined) continue;
      const at = list === undefined ? -1 : parts(list).indexOf(given);
      const reached = program.resolveCall(callee, code.file);
      const isFlags =
        reached.length > 0 && reached.every(({ item }) => baseOf(item?.parameters[at]?.type ?? '') === TYPE);
      if (!isFlags || word !== shared.written)
        return `${code.item.name}() also uses ${word}${callee === '' ? '' : ` in ${callee}()`}`;
      this.add(code.file, { start: node.start, end: node.end, text: name });
    }
    return undefined;
  }

  private add(file: string, edit: TextEdit): void {
    this.edits.set(file, [...(this.edits.get(file) ?? []), edit]);
  }
}

function placeOf({ file, line, column }: Pick<StoryStep, 'file' | 'line' | 'column'>): string {
  return `${file}:${line}:${column}`;
}

/** Describes the parameter in the comment of a function that describes the others. */
function describedAbove({ text: whole, item }: FunctionCode, name: string): TextEdit | undefined {
  const above = whole.slice(0, item.start);
  const from = above.lastIndexOf('/**');
  const comment = above.slice(Math.max(from, 0));
  if (from < 0 || !/\*\/\s*$/.test(comment) || comment.indexOf('*/') !== comment.lastIndexOf('*/'))
    return undefined;
  const described = [
    ...comment.matchAll(/^([ \t]*\*[ \t]*)@\w+:.*\n(?:[ \t]*\*(?![/ \t]*@)(?!\/)[ \t]+\S.*\n)*/gm),
  ].at(-1);
  if (described === undefined) return undefined;
  const at = from + described.index + described[0].length;
  return { start: at, end: at, text: `${described[1] ?? ''}@${name}: allocation flags\n` };
}
