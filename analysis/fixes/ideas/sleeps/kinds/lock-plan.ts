import { baseName, folderOf } from '../../../../base/paths.js';
import { lastWord, quoted } from '../../../../base/words.js';
import type { Location } from '../../../../base/span.js';
import type { LockKind } from '../../../../models/types.js';
import type { LockClass } from '../../../../graph/events/types.js';
import type { FunctionRef } from '../../../../link/types.js';
import { lockKeys } from '../../../moves/class-calls.js';
import { mayBeSeenElsewhere } from '../../../moves/driver.js';
import { functionOf } from '../../../text/callers.js';
import { listed, lockCall, text, type LockCall } from '../../../text/calls.js';
import { all, isAsWritten, parts, plainText, type CodeNode, type FunctionCode } from '../../../text/code.js';
import { withoutStateVariable } from '../../../text/flags.js';
import { overlap, type TextEdit } from '../../../text/edits.js';
import { withoutWords } from '../../../text/layout.js';
import { openFunction } from '../../../text/source.js';
import { includeEdit } from '../../include.js';
import { recordOf } from '../private-callers.js';
import type { FixInput, ProposedFix, Region } from '../../../types.js';

/** What a lock becomes. */
export interface OtherLock {
  /** Its type, if the lock is one that it can take the place of. */
  type(kind: LockKind): string | undefined;
  /** What takes the place of a word of the locking API. */
  word(written: string): string | undefined;
  /** The name of the lock without its present kind. */
  name(present: string): string;
  /** What the lock is now, in words. */
  readonly now: string;
  /** What is not found where there is no counterpart, in words. */
  readonly none: string;
  /** Words of a comment on the lock that says why it is of its present kind. */
  readonly said: RegExp;
}

/** The edits that make a lock one of another kind: its declaration, its initialisation and all its operations. */
export class LockPlan {
  readonly edits = new Map<string, TextEdit[]>();
  readonly regions: Region[] = [];
  /** Functions of which an acquisition is rewritten. */
  private readonly rewritten = new Set<FunctionRef>();
  private initialised = false;
  /** Where the lock is declared, in its file. */
  private declaration = { start: -1, end: -1 };
  /** The type that the lock gets. */
  private type = '';
  /** Whether readers share the lock. */
  isShared = false;
  /** The file that declares the lock. */
  home = '';
  /** The name without the kind of the lock, which the change makes wrong. */
  private readonly name: string;
  readonly renamed: ProposedFix['renamed'];

  constructor(
    private readonly input: FixInput,
    private readonly id: string,
    private readonly other: OtherLock,
  ) {
    this.name = lastWord(id) ?? '';
    const to = other.name(this.name);
    this.renamed = to === this.name ? undefined : { from: this.name, to };
  }

  /** @param unfit why code that takes the class, by its key, does not allow the change */
  made(unfit: (key: string) => string | undefined): this | string {
    const { inspection } = this.input.analysis;
    const key = inspection.keys().find((each) => inspection.lock(each)?.id === this.id);
    const lock = key === undefined ? undefined : inspection.lock(key);
    const type = lock && this.other.type(lock.kind);
    if (key === undefined || lock === undefined || type === undefined)
      return `${this.id} is not a ${this.other.now}`;
    this.type = type;
    this.isShared = lock.kind === 'rwlock';
    return unfit(key) ?? this.declared(lock) ?? this.used(lock) ?? this.missing(key) ?? this;
  }

  /** Rewrites the declaration; returns the reason if that fails. */
  private declared({ declaredAt }: LockClass): string | undefined {
    const unclear = `${this.id} is not declared in a plain form`;
    const whole = declaredAt && this.input.textOf(declaredAt.file);
    if (!declaredAt || whole === undefined) return unclear;
    const { start, end } = this.insideOf(declaredAt, whole) ?? this.lineAt(whole, declaredAt.line);
    const line = whole.slice(start, end);
    const form =
      /^\s*(?:static\s+)?(DEFINE_\w+)\((\w+)\);\s*(?:\/\*.*)?$/.exec(line) ??
      /^\s*(?:static\s+)?(\w+_t|struct \w+)\s+(\w+);\s*(?:\/[*/].*)?$/.exec(line);
    const [, word = '', written] = form ?? [];
    const made = this.other.word(word);
    const isVariable = this.isVariable();
    if (written !== this.name || made === undefined || (isVariable && !/^\s*static\s/.test(line)))
      return unclear;
    const words = commentOn(whole, start, end, this.name);
    if (this.other.said.test(words)) return `a comment says why ${this.id} is a ${this.other.now}`;
    const edited = line.replace(word, made).replace(new RegExp(`(?<!\\w)${this.name}(?!\\w)`), this.newName);
    this.change(declaredAt.file, { start, end, text: edited }, start, end);
    this.describe(declaredAt.file, whole, start);
    this.declaration = { start, end };
    // A macro that declares initialises as well.
    this.initialised = line.includes(`${word}(`);
    return undefined;
  }

  /** The line that declares a static variable of a function, for which the function stands. */
  private insideOf({ file, line, column }: Location, whole: string): Region | undefined {
    const around = this.input.program
      .outline(file)
      ?.functions.find(({ nameSpan }) => nameSpan.line === line && nameSpan.column === column);
    const body = around && whole.slice(around.bodyStart, around.end);
    const found = body && new RegExp(`^\\s*static\\s.*(?<!\\w)${this.name}(?!\\w).*$`, 'm').exec(body);
    if (around === undefined || !found) return undefined;
    const start = around.bodyStart + found.index;
    return { file, start, end: start + found[0].length };
  }

  private get newName(): string {
    return this.renamed?.to ?? this.name;
  }

  /** Renames the member in the comment that describes the structure, and says there what kind of lock it is now. */
  private describe(file: string, whole: string, before: number): void {
    if (this.renamed === undefined && this.other.now !== 'spinlock') return;
    const above = whole.slice(0, before);
    const from = above.lastIndexOf('/**');
    const line = new RegExp(`^\\s*\\*\\s*@${this.name}:.*$`, 'm').exec(above.slice(Math.max(from, 0)));
    if (from < 0 || line === null) return;
    const start = from + line.index;
    const text = line[0]
      .replace(this.name, this.newName)
      .replace(/\bspin_?lock\b/, 'mutex')
      .replace(/\bSpinlock\b/, 'Mutex')
      .replace(/\brw_?lock\b/, 'rwsem');
    if (text === line[0]) return;
    this.change(file, { start, end: start + line[0].length, text }, start, start + line[0].length);
  }

  private isVariable(): boolean {
    return !this.id.replace(/^.*:/, '').includes('.');
  }

  /** Rewrites all operations; returns the reason if one of them cannot be. */
  private used({ key, declaredAt }: LockClass): string | undefined {
    const { program } = this.input;
    const home = declaredAt?.file ?? '';
    this.home = home;
    const files = this.isVariable()
      ? [home]
      : [home, ...program.includedBy(home).filter((file) => file !== home)];
    if (files.some((file) => folderOf(file) !== folderOf(home)))
      return `${this.id} is visible to files outside ${folderOf(home)}`;
    if (mayBeSeenElsewhere(program, home)) return `files that are not visible may use ${this.id}`;
    const { name } = this;
    const word = new RegExp(`(?<!\\w)${name}(?!\\w)`);
    const taken = new RegExp(`(?<!\\w)${this.renamed?.to ?? ''}(?!\\w)`);
    for (const file of files) {
      const whole = this.input.textOf(file);
      if (whole === undefined) return `${file} does not exist`;
      if (this.renamed !== undefined && taken.test(whole)) return `${file} has another ${this.renamed.to}`;
      if (word.test(whole) && !this.includesType(file, whole)) return `${file} does not include ${this.type}`;
      for (const item of program.outline(file)?.functions ?? []) {
        if (!word.test(whole.slice(item.start, item.end))) continue;
        const code = openFunction(this.input, file, { file, ...item.nameSpan });
        if (typeof code === 'string') return `${item.name}() uses ${name}, and ${code}`;
        const reason = this.usedIn(code, name, key);
        if (reason !== undefined) return reason;
      }
      if (this.isInitialisedInTable(file, whole)) return `a table of ${file} initialises ${name}`;
      if (this.namedByMacro(file, word)) return `a macro of ${file} uses ${name}`;
      this.renameInComments(file, whole);
    }
    return undefined;
  }

  /** Renames the lock where comments speak of it. A name of one word may be a word of theirs. */
  private renameInComments(file: string, whole: string): void {
    if (this.renamed === undefined || !this.name.includes('_')) return;
    const word = new RegExp(`(?<!\\w)${this.name}(?!\\w)`, 'g');
    for (const comment of whole.matchAll(/\/\*[^]*?\*\/|\/\/.*/g))
      for (const { index } of comment[0].matchAll(word)) {
        const start = comment.index + index;
        const end = start + this.name.length;
        const isDone = this.edits.get(file)?.some((edit) => edit.start <= start && end <= edit.end) === true;
        if (!isDone) this.change(file, { start, end, text: this.newName }, start, end);
      }
  }

  /** Whether a file sees the type of the new lock, with an include that is added where it needs one. */
  private includesType(file: string, whole: string): boolean {
    const { program } = this.input;
    const seen = program.resolveRecord(this.type, file);
    if (seen === undefined || seen.file === file || program.includesFile(file, seen.file)) return true;
    // A header without includes relies on those included before it.
    if (file.endsWith('.h') && !/^#include </m.test(whole))
      return program.includedBy(file).every((each) => this.hasInFront(each, file, seen.file));
    const added = includeEdit(whole, seen.file);
    if (added === undefined) return false;
    this.change(file, added, added.start, added.start);
    return true;
  }

  /** Whether a file includes a header behind one that leads to another header. */
  private hasInFront(file: string, header: string, wanted: string): boolean {
    const { program } = this.input;
    const whole = this.input.textOf(file) ?? '';
    const at = new RegExp(`^#include "(?:[^"]*/)?${quoted(baseName(header))}"`, 'm').exec(whole)?.index;
    const names = [...whole.slice(0, at ?? 0).matchAll(/^#include [<"]([^>"]+)[>"]/gm)].map(
      ([, name = '']) => name,
    );
    return program
      .included(file)
      .some(
        (each) =>
          names.some((name) => each === name || each.endsWith(`/${name}`)) &&
          (each === wanted || program.includesFile(each, wanted)),
      );
  }

  /** Whether the initial value of a variable sets the lock, by its name. */
  private isInitialisedInTable(file: string, whole: string): boolean {
    const set = new RegExp(`\\.\\s*${quoted(this.name)}\\s*=(?!=)`);
    const functions = this.input.program.outline(file)?.functions ?? [];
    let outside = withoutWords(whole);
    for (const { start, end } of functions)
      outside = outside.slice(0, start) + ' '.repeat(end - start) + outside.slice(end);
    return set.test(outside);
  }

  private namedByMacro(file: string, word: RegExp): boolean {
    return (this.input.program.outline(file)?.macros ?? []).some(({ body }) => word.test(body));
  }

  private usedIn(code: FunctionCode, name: string, key: string): string | undefined {
    const kind = this.isVariable() ? 'identifier' : 'field_identifier';
    const { start, end } = this.declaration;
    const uses = all(code.body, kind).filter(
      (node) => text(code, node) === name && !isDeclared(node) && (node.start < start || node.start >= end),
    );
    const keys = lockKeys(this.input, code);
    const own: LockCall[] = [];
    for (const use of uses) {
      const call = callAround(this.input, code, use);
      const known = call && (keys.get(call.node.start) ?? this.keyByType(code, use, key));
      const shown = plainText(code, use.parent ?? use);
      if (call === undefined || known === undefined)
        return `what ${code.item.name}() does with ${shown} cannot be followed`;
      if (known !== key) continue;
      const reason = this.rewrite(code, call);
      if (reason !== undefined) return reason;
      own.push(call);
      this.initialised ||= call.api.op === 'lock-init';
    }
    const fn = functionOf(this.input, code);
    if (fn && own.length > 0) this.rewritten.add(fn);
    const saving = own.filter(({ api }) => api.flagsArg !== undefined);
    if (saving.length === 0) return undefined;
    const unused = withoutStateVariable(code, saving);
    if (unused === undefined) return `${code.item.name}() also uses the interrupt state for something else`;
    for (const edit of unused) this.change(code.file, edit, edit.start, edit.end);
    return undefined;
  }

  /** Rewrites one operation; returns the reason if it cannot be. */
  private rewrite(code: FunctionCode, call: LockCall): string | undefined {
    const { node, form, api, lock } = call;
    const shown = plainText(code, headOf(node));
    const words = form === 'call' ? parts(node)[0] : guardClass(call);
    const made = words && this.other.word(form === 'call' ? text(code, words) : api.name);
    if (!words || made === undefined || form === 'helper' || lock === undefined)
      return `${shown} in ${code.item.name}() has no counterpart for ${this.other.none}`;
    const { start, end } = headOf(node);
    // The parser sees the head of a scope as a loop.
    const isSeen = form === 'scoped' ? isPlainScope(code, start, words) : isAsWritten(code, start, end);
    if (!isSeen) return `${shown} in ${code.item.name}() is not written in the expected form`;
    const named = text(code, lock).replace(new RegExp(`(?<!\\w)${this.name}$`), this.newName);
    if (form === 'call') this.change(code.file, { start, end, text: `${made}(${named})` }, start, end);
    else {
      this.change(code.file, { start: words.start, end: words.end, text: made }, start, end);
      if (this.renamed) this.change(code.file, { start: lock.start, end: lock.end, text: named }, start, end);
    }
    return undefined;
  }

  /** The class by the type in front of the member; not empty for another class, `undefined` if the type is not known. */
  private keyByType(code: FunctionCode, use: CodeNode, key: string): string | undefined {
    if (this.isVariable()) return key;
    const { parent } = use;
    const record = parent?.kind === 'field_expression' ? recordOf(this.input, code, parent) : undefined;
    if (record === undefined) return undefined;
    const [tag] = this.id.replace(/^.*:/, '').split('.');
    return record.item.tag.replace(/^struct /, '') === tag ? key : `${record.item.tag}.${text(code, use)}`;
  }

  /** Why the edits are not complete. */
  private missing(key: string): string | undefined {
    const left = this.input.analysis.inspection.takers(key).find((fn) => !this.rewritten.has(fn));
    if (left) return `${left.name}() takes ${this.id} in a way that cannot be followed`;
    if (!this.initialised) return `where ${this.id} is initialised is not known`;
    return [...this.edits.values()].some((own) => overlap(own)) ? 'the edits would overlap' : undefined;
  }

  private lineAt(whole: string, line: number): { start: number; end: number } {
    const start = this.input.opened.linesOf(whole).offsetOf(line, 1);
    const end = whole.indexOf('\n', start);
    return { start, end: end < 0 ? whole.length : end };
  }

  private change(file: string, edit: TextEdit, start: number, end: number): void {
    const own = this.edits.get(file) ?? [];
    this.edits.set(file, own);
    own.push(edit);
    this.regions.push({ file, start, end });
  }
}

/** The comment directly above a declaration, the one behind it on its line, and what describes the member of a structure. */
function commentOn(whole: string, start: number, end: number, name: string): string {
  const [above = ''] = /\/\*(?:(?!\*\/)[^])*\*\/\s*$/.exec(whole.slice(0, start)) ?? [];
  const described = whole.slice(Math.max(whole.lastIndexOf('/**', start), 0), start);
  const [own = ''] = new RegExp(`^\\s*\\*\\s*@${name}:[^@]*`, 'm').exec(described) ?? [];
  const [behind = ''] = /\/[*/].*$/.exec(whole.slice(start, end)) ?? [];
  return `${above} ${own} ${behind}`.replaceAll(/[\s*]+/g, ' ');
}

function isDeclared(node: CodeNode): boolean {
  const { parent } = node;
  return parent?.kind === 'declaration' || parent?.kind === 'init_declarator';
}

/** The lock operation that a name is given to. */
function callAround(input: FixInput, code: FunctionCode, node: CodeNode): LockCall | undefined {
  for (let at = node.parent; at !== undefined; at = at.parent) {
    if (at.kind === 'argument_list' && at.parent !== undefined)
      return lockCall(code, input.models, at.parent);
    if (at.kind === 'macro_head' && node.end <= headOf(at).end) return lockCall(code, input.models, at);
  }
  return undefined;
}

/** The operation without the statement that a scope consists of. */
function headOf(node: CodeNode): Pick<CodeNode, 'start' | 'end'> {
  return {
    start: node.start,
    end: node.kind === 'macro_head' ? (parts(node)[0]?.end ?? node.end) : node.end,
  };
}

/** Whether a scope is written `scoped_guard(class, …)`. */
function isPlainScope(code: FunctionCode, start: number, words: CodeNode): boolean {
  return /^\w+\s*\(\s*$/.test(code.text.slice(start, words.start));
}

/** The name of the class of a guard. */
function guardClass({ node, form }: LockCall): CodeNode | undefined {
  const [head] = parts(node);
  if (form === 'scoped') return head && listed(parts(head)[0])[0];
  const [, classes] = head?.kind === 'call_expression' ? parts(head) : [];
  return classes && parts(classes)[0];
}
