import { positionIn } from '../../outline/designators.js';
import { namedAsValues } from '../../outline/named.js';
import { baseOf } from '../../base/ctype.js';
import { folderOf } from '../../base/paths.js';
import { ENTRY_CONTEXT } from '../../summaries/state/context.js';
import { contradicts } from '../../summaries/facts/fact.js';
import { Facts } from '../../summaries/facts/facts.js';
import type { KnownFacts } from '../../summaries/facts/kept-facts.js';
import { inCaller, rebuild, rootOf, someTerm, type Term } from '../../summaries/locks/terms.js';
import type { CallSummary, Lockset } from '../../summaries/state/types.js';
import { filesThatName } from '../../link/files/one-driver.js';
import { isDeclared } from '../../link/names/declared.js';
import { typeOf } from '../../link/ctypes/expression-types.js';
import type { FunctionRef, Program } from '../../link/types.js';
import type { FileOutline, InitializerMember, RecordItem } from '../../outline/types.js';
import { partsOf } from '../../skeleton/expressions/parts.js';
import { plainExpr } from '../../skeleton/expressions/root.js';
import { eventsOf } from '../../skeleton/lowering/events.js';
import type { ExprId } from '../../skeleton/types.js';
import { areOnlyCalled } from './called-parameters.js';
import { callersThrough } from '../events/bounded.js';
import type { Collected } from '../events/collect.js';

/** One call of a function, as its caller sees it. */
export interface KnownCall {
  readonly caller: FunctionRef;
  /** `undefined` until the caller is interpreted: it holds no lock, and its arguments are unknown. */
  readonly args: readonly Term[] | undefined;
  readonly locksets: readonly Lockset[];
}

/**
 * All calls of a function, for functions whose calls are all visible: static ones whose address is never taken, or is
 * only in tables of a type that their own source declares, and those that only files of one folder can call.
 */
export class KnownCallers {
  private readonly memo = new Map<FunctionRef, readonly KnownCall[] | undefined>();
  private readonly inSight = new Map<FunctionRef, readonly KnownCall[]>();
  private readonly inFolder = new Map<FunctionRef, readonly KnownCall[] | undefined>();
  private readonly referenced = new Map<string, ReadonlySet<string>>();
  private readonly own = new Map<string, ReadonlySet<string>>();

  constructor(private readonly collected: Collected) {}

  get program(): Program {
    return this.collected.program;
  }

  /** `undefined` if other code may call it. */
  of(fn: FunctionRef): readonly KnownCall[] | undefined {
    if (!this.memo.has(fn)) this.memo.set(fn, this.isClosed(fn) ? this.gather(fn) : undefined);
    return this.memo.get(fn);
  }

  /**
   * The calls of a function that other functions receive as an argument and call through their parameter, as seen by the
   * function that passes it. `undefined` if anybody keeps it or uses it in another way, or code of another folder can name it.
   */
  ofCallback(fn: FunctionRef): readonly KnownCall[] | undefined {
    const { program, summaries } = this.collected;
    const folder = folderOf(fn.file);
    if (fn.item?.isStatic !== true && !this.ownNames(folder).has(fn.name)) return undefined;
    const isPassing = (one: FunctionRef): boolean => one.item?.references.includes(fn.name) === true;
    if (!program.callers(fn).every(isPassing)) return undefined;
    const isOne = ({ targets, callee }: CallSummary): boolean => callee !== undefined && targets.includes(fn);
    const out: KnownCall[] = [];
    for (const file of fn.item?.isStatic === true ? [fn.file] : program.filesIn(folder)) {
      const { functions = [], variables = [] } = program.outline(file) ?? {};
      if (variables.some(({ members }) => members.some(({ value }) => value === fn.name))) return undefined;
      for (const [index, { references }] of functions.entries()) {
        const passing = references.includes(fn.name) ? program.functionAt(file, index) : undefined;
        if (passing === undefined) continue;
        const calls = summaries.get(passing)?.calls.filter(isOne) ?? [];
        if (calls.length === 0 || !areOnlyCalled(program, passing, fn.name)) return undefined;
        for (const { args, locksets } of calls) out.push({ caller: passing, args, locksets });
      }
    }
    return out;
  }

  /** The visible calls, even if others may exist; without arguments if the caller is not interpreted yet. */
  seen(fn: FunctionRef): readonly KnownCall[] {
    let calls = this.inSight.get(fn);
    if (calls === undefined) this.inSight.set(fn, (calls = this.gather(fn)));
    return calls;
  }

  /**
   * The calls of a non-static function that nothing visible exposes: no macro of its file names it (exports,
   * attributes), and no function or table in its directory uses it as a value. `undefined` if other code may call it.
   */
  ofModule(fn: FunctionRef): readonly KnownCall[] | undefined {
    if (fn.item?.isStatic !== false) return this.of(fn);
    return this.isExposed(fn) ? undefined : this.seen(fn);
  }

  /**
   * Whether only files of a function's folder can call it: a header of the folder declares it that no other folder includes,
   * only the folder calls it, and nothing exposes it.
   */
  private isOfDriver(fn: FunctionRef): boolean {
    const { program } = this.collected;
    const folder = folderOf(fn.file);
    if (!this.ownNames(folder).has(fn.name)) return false;
    return program.callers(fn).every(({ file }) => folderOf(file) === folder) && !this.isExposed(fn);
  }

  /** Whether a macro of its file names a function (exports, attributes), or its folder uses it as a value. */
  private isExposed({ file, name }: FunctionRef): boolean {
    const { program } = this.collected;
    const uses = program.outline(file)?.macroUses ?? [];
    return (
      uses.some((use) => use.arguments.includes(name)) ||
      program.filesIn(folderOf(file)).some((one) => this.namesIn(one).has(name))
    );
  }

  /** Names of the functions that headers of a folder declare which no file of another folder includes. */
  private ownNames(folder: string): ReadonlySet<string> {
    let names = this.own.get(folder);
    if (names === undefined) {
      const { program } = this.collected;
      const all = program
        .filesIn(folder)
        .filter((file) => file.endsWith('.h') && filesThatName(program, file) !== undefined)
        .flatMap((file) => program.outline(file)?.prototypes ?? []);
      this.own.set(folder, (names = new Set(all.map(({ name }) => name))));
    }
    return names;
  }

  /** As {@link ofModule}, also for a function that its own source stores in members of its own types. */
  ofStored(fn: FunctionRef): readonly KnownCall[] | undefined {
    const known = this.ofModule(fn);
    if (known !== undefined || fn.item?.isStatic !== true) return known;
    const members = this.ownMembers(fn, true);
    if (members.length === 0) return undefined;
    return this.gather(fn, [...this.program.callers(fn), ...this.through(members, fn, true)]);
  }

  /**
   * The calls of a function that only tables hold, of types that a header of its folder declares and no other folder
   * includes, if it is static or such a header declares it. `undefined` if other code may call it.
   */
  ofFolder(fn: FunctionRef): readonly KnownCall[] | undefined {
    if (!this.inFolder.has(fn)) {
      const members = this.membersOfFolder(fn);
      const files = members === undefined ? [] : this.program.filesIn(folderOf(fn.file));
      const callers = files.flatMap((file) => this.through(members ?? [], { file }));
      this.inFolder.set(fn, members && this.gather(fn, [...this.program.callers(fn), ...callers]));
    }
    return this.inFolder.get(fn);
  }

  /** A term of a function. A variable replaces each parameter for which every call passes the same variable. */
  bound(fn: FunctionRef, term: Term): Term {
    const calls = someTerm(term, ({ k }) => k === 'parameter') ? (this.of(fn) ?? []) : [];
    return rebuild(term, (part) => {
      if (part.k !== 'parameter') return undefined;
      const [first, ...others] = calls.map(({ args }) => args?.[part.index]);
      const isOne = first !== undefined && others.every((other) => other?.key === first.key);
      return isOne && rootOf(first).k === 'global' ? first : undefined;
    });
  }

  private isClosed(fn: FunctionRef): boolean {
    if (fn.item?.isStatic === undefined) return false;
    if (!fn.item.isStatic) return this.isOfDriver(fn);
    return !this.namesIn(fn.file).has(fn.name) || this.ownMembers(fn).length > 0;
  }

  /**
   * The members that hold a function, if nothing but tables of types that its source file declares names it, or, with
   * `stored`, stores to members of such types: only that file can call through them. Empty if other code may.
   */
  private ownMembers({ file, name }: FunctionRef, stored = false): readonly string[] {
    const { program } = this.collected;
    const outline = program.outline(file);
    if (outline === undefined || !file.endsWith('.c') || !this.namesIn(file).has(name)) return [];
    if (outline.macroUses.some((use) => use.arguments.includes(name))) return [];
    const found: string[] = [];
    for (const [index, item] of outline.functions.entries()) {
      if (!item.references.includes(name)) continue;
      const storing = program.functionAt(file, index);
      const into = stored && storing ? this.storedBy(storing, name, outline) : undefined;
      if (into === undefined) return [];
      found.push(...into);
    }
    for (const { type, members } of outline.variables) {
      if (!members.some(({ value }) => value === name)) continue;
      const tag = baseOf(type).replace(/^struct /, '');
      const record = outline.records.find((one) => one.tag === tag);
      const names = record && membersWith(members, record, name);
      if (names === undefined) return [];
      found.push(...names);
    }
    return found;
  }

  /** The members that hold a function, for {@link ofFolder}. */
  private membersOfFolder(fn: FunctionRef): readonly string[] | undefined {
    const { file, item } = fn;
    const folder = folderOf(file);
    if (item === undefined || (!item.isStatic && !this.ownNames(folder).has(fn.name))) return undefined;
    const found: string[] = [];
    for (const one of item.isStatic ? [file] : this.program.filesIn(folder)) {
      const names = this.membersIn(one, fn);
      if (names === undefined) return undefined;
      found.push(...names);
    }
    return found.length === 0 ? undefined : found;
  }

  /** The members of tables of a file that hold a function; `undefined` if it is used in any other way there. */
  private membersIn(file: string, { name }: FunctionRef): readonly string[] | undefined {
    const { program } = this.collected;
    const outline = program.outline(file);
    if (outline === undefined) return undefined;
    const isUsed = ({ references }: { readonly references: readonly string[] }): boolean =>
      references.includes(name);
    if (outline.functions.some(isUsed) || outline.macroUses.some((use) => use.arguments.includes(name)))
      return undefined;
    const found: string[] = [];
    for (const { type, members } of outline.variables) {
      if (!members.some(({ value }) => value === name)) continue;
      const record = program.resolveRecord(baseOf(type), file);
      if (record === undefined || filesThatName(program, record.file)?.has(file) !== true) return undefined;
      const names = membersWith(members, record.item, name);
      if (names === undefined) return undefined;
      found.push(...names);
    }
    return found;
  }

  /**
   * The members of types of its own source in which a function stores another one, if it does nothing else with it;
   * `undefined` if it does, or is not parsed yet.
   */
  private storedBy(fn: FunctionRef, name: string, { records }: FileOutline): readonly string[] | undefined {
    const { program } = this.collected;
    const declares = (field: string): boolean =>
      records.some(({ fields }) => fields.some((one) => one.name === field));
    if (fn.item?.fills.some(({ field, value }) => value === name && declares(field)) !== true)
      return undefined;
    const skeleton = program.skeleton(fn);
    if (skeleton === undefined) {
      program.demand(fn, 'path');
      return undefined;
    }
    const { exprs, blocks } = skeleton;
    const names = (id: ExprId): boolean =>
      partsOf(exprs, id).some((part) => {
        const expr = plainExpr(skeleton, part);
        return expr?.k === 'global' && expr.name === name;
      });
    const found: string[] = [];
    for (const event of eventsOf(skeleton)) {
      if (event.k !== 'assign') {
        if (event.args.some(names)) return undefined;
        continue;
      }
      if (!names(event.value)) continue;
      const [target, value] = [exprs[event.target], plainExpr(skeleton, event.value)];
      if (target?.k !== 'field' || value?.k !== 'global') return undefined;
      const type = baseOf(program.expand(typeOf(skeleton, target.base, fn, program), fn.file));
      if (!records.some(({ tag }) => `struct ${tag}` === type)) return undefined;
      found.push(target.name);
    }
    return blocks.some(({ exit }) => exit.k === 'return' && names(exit.value)) ? undefined : found;
  }

  /**
   * The functions of a file that call through one of the members or, with `copied`, through a variable, which may be a
   * copy of one.
   */
  private through(
    members: readonly string[],
    { file }: Pick<FunctionRef, 'file'>,
    copied = false,
  ): readonly FunctionRef[] {
    const { program } = this.collected;
    if (members.length === 0) return [];
    return callersThrough(
      program,
      file,
      new Set(members),
      ({ calls }) => copied && calls.some((name) => this.isLocal(name, file)),
    );
  }

  /** Whether nothing in the program is called by this name: it may be a variable of the function that calls it. */
  private isLocal(name: string, file: string): boolean {
    const { program } = this.collected;
    const { models } = program;
    return (
      models.api(name) === undefined && models.lockApi(name) === undefined && !isDeclared(program, name, file)
    );
  }

  /** Names that a file uses as values. */
  namesIn(file: string): ReadonlySet<string> {
    let names = this.referenced.get(file);
    if (names === undefined) {
      names = this.referencedIn(file);
      this.referenced.set(file, names);
    }
    return names;
  }

  private referencedIn(file: string): ReadonlySet<string> {
    const outline = this.collected.program.outline(file);
    return new Set(outline === undefined ? [] : namedAsValues(outline));
  }

  /** The functions that call a function by name, or through a member that only tables of its own file fill. */
  callersOf(fn: FunctionRef): readonly FunctionRef[] {
    return [...this.collected.program.callers(fn), ...this.through(this.ownMembers(fn), fn)];
  }

  private gather(fn: FunctionRef, callers = this.callersOf(fn)): readonly KnownCall[] {
    const out: KnownCall[] = [];
    for (const caller of callers) {
      if (caller === fn) continue;
      const summary = this.collected.summaries.get(caller);
      if (summary === undefined) {
        this.collected.program.demand(caller, 'path');
        out.push({ caller, args: undefined, locksets: [{ held: [], released: [], context: ENTRY_CONTEXT }] });
        continue;
      }
      for (const { targets, args, locksets } of summary.calls) {
        if (targets.includes(fn)) out.push({ caller, args, locksets });
      }
    }
    return out;
  }
}

/** The members that hold a function in a table; `undefined` if one has no name of its own. */
function membersWith(
  members: readonly InitializerMember[],
  { fields }: Pick<RecordItem, 'fields'>,
  name: string,
): readonly string[] | undefined {
  const found: string[] = [];
  for (const { field } of members.filter(({ value }) => value === name)) {
    const position = positionIn(field);
    const member = position === undefined ? field : fields[position]?.name;
    if (member === undefined || !/^\w+$/.test(member)) return undefined;
    found.push(member);
  }
  return found;
}

/**
 * Whether every visible call passes constants that contradict the path's facts about its parameters; false without
 * visible calls.
 */
export function passOtherwise(
  callers: KnownCallers,
  fn: FunctionRef,
  facts: Pick<KnownFacts, 'known'>,
): boolean {
  const calls = callers.seen(fn);
  return calls.length > 0 && calls.every((call) => passesOtherwise(call, facts));
}

/** Whether a call passes constants that contradict the path's facts about the function's parameters. */
export function passesOtherwise({ args }: KnownCall, facts: Pick<KnownFacts, 'known'>): boolean {
  return [...facts.known()].some(({ term, fact }) => {
    if (term.type.endsWith('*') || !asksParameters(term)) return false;
    const given = inCaller(term, args);
    return !someTerm(given, isOpen) && contradicts(NOTHING.of(given), fact);
  });
}

/**
 * A term of a function. A variable replaces each parameter for which all callers, if all are known, pass that variable.
 */
export function givenByAll(callers: KnownCallers, fn: FunctionRef, term: Term): Term {
  const calls = callers.of(fn) ?? [];
  return rebuild(term, (part) => {
    if (part.k !== 'parameter') return undefined;
    const [first, ...rest] = calls.map(({ args }) => args?.[part.index]);
    const isOne = first !== undefined && rest.every((given) => given?.key === first.key);
    return isOne && rootOf(first).k === 'global' ? first : undefined;
  });
}

const NOTHING = Facts.empty();

/** A condition on parameters alone: `flags & 2`, `create`. */
function asksParameters(term: Term): boolean {
  const isOther = ({ k }: Term): boolean => k !== 'parameter' && k !== 'constant' && k !== 'operation';
  return someTerm(term, ({ k }) => k === 'parameter') && !someTerm(term, isOther);
}

function isOpen({ k }: Term): boolean {
  return k !== 'constant' && k !== 'operation';
}
