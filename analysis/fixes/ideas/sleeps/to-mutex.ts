import { baseName, folderOf } from '../../../base/paths.js';
import { lastWord, quoted } from '../../../base/words.js';
import type { LockContext } from '../../../checks/engine/inspect.js';
import { shortName } from '../../../graph/orders/side.js';
import type { LockClass } from '../../../graph/events/types.js';
import { isProcess } from '../../../graph/contexts/contexts.js';
import type { FunctionRef } from '../../../link/types.js';
import { lockKeys } from '../../moves/class-calls.js';
import { functionOf, isNamed } from '../../text/callers.js';
import { lockCall, text, type LockCall } from '../../text/calls.js';
import { all, isAsWritten, parts, plainText, type CodeNode, type FunctionCode } from '../../text/code.js';
import { overlap, toFileEdits, type TextEdit } from '../../text/edits.js';
import { withoutStateVariable } from '../../text/flags.js';
import { localTypes } from '../../text/path.js';
import { openFunction } from '../../text/source.js';
import type { FixInput, FixOutcome, ProposedFix, Region } from '../../types.js';

export const TO_MUTEX = 'to-mutex';

/** Callers followed to where a taker's context is known. */
const MOST_UP = 8;

/**
 * Proposes to make a spinlock a mutex if a section of it sleeps and all functions that take it run in process context:
 * its declaration, its initialisation and all its operations change in one edit. Refuses if one of these is not in
 * sight or has no counterpart.
 */
export function proposeMutex(input: FixInput): FixOutcome {
  const [id] = input.finding.locks;
  const plan = id === undefined ? 'no lock is held that could be a mutex' : new MutexPlan(input, id).made();
  if (typeof plan === 'string') return { fixes: [], refusals: [{ kind: TO_MUTEX, reason: plan }] };
  const fix: ProposedFix = {
    title: `Make ${shortName(id ?? '')} a mutex`,
    kind: TO_MUTEX,
    verified: false,
    edits: [...plan.edits]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([file, own]) => toFileEdits(file, input.textOf(file) ?? '', own)),
    regions: plan.regions,
    ...(plan.renamed === undefined ? {} : { renamed: plan.renamed }),
  };
  return { fixes: [fix], refusals: [] };
}

class MutexPlan {
  readonly edits = new Map<string, TextEdit[]>();
  readonly regions: Region[] = [];
  /** Functions of which an acquisition is rewritten. */
  private readonly rewritten = new Set<FunctionRef>();
  private initialised = false;
  /** Without the lock's kind in its name, which would be wrong then. */
  private readonly name: string;
  readonly renamed: ProposedFix['renamed'];

  constructor(
    private readonly input: FixInput,
    private readonly id: string,
  ) {
    this.name = lastWord(id) ?? '';
    const to = this.name.replace(/spin_?lock|spin/, 'mutex');
    this.renamed = to === this.name ? undefined : { from: this.name, to };
  }

  made(): this | string {
    const { inspection } = this.input.analysis;
    const key = inspection.keys().find((each) => inspection.lock(each)?.id === this.id);
    const lock = key === undefined ? undefined : inspection.lock(key);
    if (key === undefined || lock?.kind !== 'spinlock') return `${this.id} is not a spinlock`;
    return this.contextsForbid(key) ?? this.declared(lock) ?? this.used(lock) ?? this.missing(key) ?? this;
  }

  /** Why not all code that takes the lock may sleep. */
  private contextsForbid(key: string): string | undefined {
    const { inspection } = this.input.analysis;
    const atomic = inspection.contexts(key).find(({ context }) => !isProcess(context));
    if (atomic) return `${atomic.text}, which leads to ${this.id}`;
    const outer = inspection.orders(key).before.find(({ other }) => /spin|rwlock|rcu|seq/.test(other.kind));
    if (outer) return `it is also taken under ${outer.other.id}`;
    for (const taker of inspection.takers(key)) {
      const reason = this.sleepsToday(taker)
        ? this.mayBeCalledBack(taker)
        : this.mayBeAtomic(taker, MOST_UP, new Set());
      if (reason !== undefined) return reason;
      const leaves = this.input.analysis.summary(taker)?.exits ?? [];
      const isKept = leaves.some(({ held, released }) =>
        [...held, ...released].some((one) => one.key === key),
      );
      if (isKept) return `${taker.name}() leaves ${this.id} held, or releases it, for its callers`;
    }
    return undefined;
  }

  /** Whether the function certainly sleeps with the lock held: its callers cannot rely on a spinlock. */
  private sleepsToday({ file, name }: FunctionRef): boolean {
    const { finding, analysis } = this.input;
    return analysis.findings.some(({ rule, confidence, locks, story: [holds] }) => {
      const isHere = rule === finding.rule && confidence === 'high' && locks[0] === this.id;
      return isHere && holds?.file === file && holds.function === name;
    });
  }

  /**
   * Why a function that sleeps today may still be entered where nothing sleeps: it, or what leads to it, is handed on as
   * a value to code that may call it anywhere, or stored in a table of operations with no context that is known.
   */
  private mayBeCalledBack(taker: FunctionRef): string | undefined {
    const { analysis, program } = this.input;
    const open: (readonly [fn: FunctionRef, level: number])[] = [[taker, 0]];
    const seen = new Set([taker]);
    for (const [fn, level] of open) {
      if (isHandedOn(program, fn) && analysis.inspection.entries(fn).length === 0)
        return `${fn.name}(), which leads to ${this.id}, is called back in an unknown context`;
      if (level === MOST_UP) continue;
      for (const caller of program.callers(fn)) {
        if (seen.has(caller)) continue;
        seen.add(caller);
        open.push([caller, level + 1]);
      }
    }
    return undefined;
  }

  /** Why a function is not known to run in process context only. */
  private mayBeAtomic(fn: FunctionRef, levels: number, seen: Set<FunctionRef>): string | undefined {
    if (seen.has(fn)) return undefined;
    seen.add(fn);
    const { analysis, program } = this.input;
    const entries: readonly LockContext[] = analysis.inspection.entries(fn);
    const atomic = entries.find(({ context }) => !isProcess(context));
    if (atomic) return `${atomic.text}, which leads to ${this.id}`;
    const callers = program.callers(fn);
    const isOpen = fn.item?.isStatic === true && isNamed(this.input, fn);
    const isUnknown = entries.length === 0 && (isOpen || callers.length === 0);
    if (isUnknown || levels === 0)
      return `the callers of ${fn.name}(), which leads to ${this.id}, are not known`;
    for (const caller of callers) {
      const reason = this.mayBeAtomic(caller, levels - 1, seen);
      if (reason !== undefined) return reason;
    }
    return undefined;
  }

  /** Rewrites the declaration; returns the reason if that fails. */
  private declared({ declaredAt }: LockClass): string | undefined {
    const unclear = `${this.id} is not declared in a plain form`;
    const whole = declaredAt && this.input.textOf(declaredAt.file);
    if (!declaredAt || whole === undefined) return unclear;
    const { start, end } = this.lineAt(whole, declaredAt.line);
    const line = whole.slice(start, end);
    const form =
      /^\s*(?:static\s+)?(DEFINE_\w+)\((\w+)\);\s*(?:\/\*.*)?$/.exec(line) ??
      /^\s*(?:static\s+)?(\w+_t)\s+(\w+);\s*(?:\/[*/].*)?$/.exec(line);
    const [, word = '', written] = form ?? [];
    const made = this.input.models.asMutex(word);
    const isVariable = this.isVariable();
    if (written !== this.name || made === undefined || (isVariable && !/^\s*static\s/.test(line)))
      return unclear;
    const edited = line.replace(word, made).replace(new RegExp(`(?<!\\w)${this.name}(?!\\w)`), this.newName);
    this.change(declaredAt.file, { start, end, text: edited }, start, end);
    this.describe(declaredAt.file, whole, start);
    // A macro that declares initialises as well.
    this.initialised = line.includes(`${word}(`);
    return undefined;
  }

  private get newName(): string {
    return this.renamed?.to ?? this.name;
  }

  /** Renames the member in the comment that describes the structure. */
  private describe(file: string, whole: string, before: number): void {
    if (this.renamed === undefined) return;
    const above = whole.slice(0, before);
    const from = above.lastIndexOf('/**');
    const line = new RegExp(`^\\s*\\*\\s*@${this.name}:.*$`, 'm').exec(above.slice(Math.max(from, 0)));
    if (from < 0 || line === null) return;
    const start = from + line.index;
    const text = line[0]
      .replace(this.name, this.newName)
      .replace(/\bspin_?lock\b/, 'mutex')
      .replace(/\bSpinlock\b/, 'Mutex');
    this.change(file, { start, end: start + line[0].length, text }, start, start + line[0].length);
  }

  private isVariable(): boolean {
    return !this.id.replace(/^.*:/, '').includes('.');
  }

  /** Rewrites all operations; returns the reason if one of them cannot be. */
  private used({ key, declaredAt }: LockClass): string | undefined {
    const { program } = this.input;
    const home = declaredAt?.file ?? '';
    const files = this.isVariable()
      ? [home]
      : [home, ...program.includedBy(home).filter((file) => file !== home)];
    if (files.some((file) => folderOf(file) !== folderOf(home)))
      return `${this.id} is visible to files outside ${folderOf(home)}`;
    const { name } = this;
    const word = new RegExp(`(?<!\\w)${name}(?!\\w)`);
    const taken = new RegExp(`(?<!\\w)${this.renamed?.to ?? ''}(?!\\w)`);
    for (const file of files) {
      const whole = this.input.textOf(file);
      if (whole === undefined) return `${file} does not exist`;
      if (this.renamed !== undefined && taken.test(whole)) return `${file} has another ${this.renamed.to}`;
      if (word.test(whole) && !this.includesMutex(file, whole))
        return `${file} does not include the type of a mutex`;
      for (const item of program.outline(file)?.functions ?? []) {
        if (!word.test(whole.slice(item.start, item.end))) continue;
        const code = openFunction(this.input, file, { file, ...item.nameSpan });
        if (typeof code === 'string') return `${item.name}() uses ${name}, and ${code}`;
        const reason = this.usedIn(code, name, key);
        if (reason !== undefined) return reason;
      }
      if (this.namedByMacro(file, word)) return `a macro of ${file} uses ${name}`;
    }
    return undefined;
  }

  /** Whether a file sees the type of a mutex, with an include that is added where it needs one. */
  private includesMutex(file: string, whole: string): boolean {
    const { program, models } = this.input;
    const seen = program.resolveRecord(models.mutexType, file);
    if (seen === undefined || seen.file === file || program.includesFile(file, seen.file)) return true;
    const header = seen.file.replace(/^include\//, '');
    const lines = [...whole.matchAll(/^#include <([^>]+)>[^\n]*\n/gm)];
    const own = lines.filter(([, name = '']) => folderOf(name) === folderOf(header));
    const above = own.filter(([, name = '']) => name < header).at(-1);
    const at = above === undefined ? own[0]?.index : above.index + above[0].length;
    // A header without includes relies on those included before it.
    if (lines.length === 0 && file.endsWith('.h'))
      return program.includedBy(file).every((each) => this.hasInFront(each, file, seen.file));
    if (header === seen.file || at === undefined) return false;
    this.change(file, { start: at, end: at, text: `#include <${header}>\n` }, at, at);
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

  private namedByMacro(file: string, word: RegExp): boolean {
    return (this.input.program.outline(file)?.macros ?? []).some(({ body }) => word.test(body));
  }

  private usedIn(code: FunctionCode, name: string, key: string): string | undefined {
    const kind = this.isVariable() ? 'identifier' : 'field_identifier';
    const uses = all(code.body, kind).filter((node) => text(code, node) === name && !isDeclared(node));
    const keys = lockKeys(this.input, code);
    const own: LockCall[] = [];
    for (const use of uses) {
      const call = callAround(this.input, code, use);
      const known = call && (keys.get(call.node.start) ?? this.keyByType(code, use, key));
      const shown = plainText(code, use.parent ?? use);
      if (call === undefined || known === undefined)
        return `what ${code.item.name}() does with ${shown} cannot be followed`;
      if (known !== key) continue;
      const callee = parts(call.node)[0];
      const made = callee && this.input.models.asMutex(text(code, callee));
      if (!callee || made === undefined || call.form !== 'call' || call.lock === undefined)
        return `${plainText(code, call.node)} in ${code.item.name}() has no counterpart for a mutex`;
      if (!isAsWritten(code, call.node.start, call.node.end))
        return `${plainText(code, call.node)} in ${code.item.name}() is not written in the expected form`;
      own.push(call);
      this.initialised ||= call.api.op === 'lock-init';
      const lock = text(code, call.lock).replace(new RegExp(`(?<!\\w)${name}$`), this.newName);
      const words = `${made}(${lock})`;
      const { start, end } = call.node;
      this.change(code.file, { start, end, text: words }, start, end);
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

  /** The class by the type in front of the member; not empty for another class, `undefined` if the type is not known. */
  private keyByType(code: FunctionCode, use: CodeNode, key: string): string | undefined {
    if (this.isVariable()) return key;
    const root = use.parent?.kind === 'field_expression' ? parts(use.parent)[0] : undefined;
    const type = root?.kind === 'identifier' ? localTypes(code).get(text(code, root)) : undefined;
    const record = type === undefined ? undefined : this.input.program.resolveRecord(type, code.file);
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

/** Whether a function of its file, or a table there, names a function other than to call it. */
function isHandedOn(program: FixInput['program'], { file, name }: FunctionRef): boolean {
  const { functions = [], variables = [] } = program.outline(file) ?? {};
  return (
    functions.some(({ references }) => references.includes(name)) ||
    variables.some(({ members }) => members.some(({ value }) => value === name))
  );
}

function isDeclared(node: CodeNode): boolean {
  const { parent } = node;
  return parent?.kind === 'declaration' || parent?.kind === 'init_declarator';
}

/** The lock operation that a name is given to. */
function callAround(input: FixInput, code: FunctionCode, node: CodeNode): LockCall | undefined {
  for (let at = node.parent; at !== undefined; at = at.parent)
    if (at.kind === 'argument_list' && at.parent !== undefined)
      return lockCall(code, input.models, at.parent);
  return undefined;
}
