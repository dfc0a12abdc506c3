import type { CType } from '../base/ctype.js';
import type { Models } from '../models/types.js';
import type { FileOutline, FunctionItem, MacroItem, PrototypeItem } from '../outline/types.js';
import type { FileSummary, Skeleton } from '../skeleton/types.js';
import { CalleeLists } from './calls/callee-lists.js';
import { CallableLookup } from './calls/calls.js';
import { CallerIndex } from './calls/callers.js';
import { Demands, type SuppliedSkeletons } from './demands.js';
import { FileFacts } from './files/file-facts.js';
import { FileTable, type LinkedFile } from './files/files.js';
import { Includes, includesSource } from './files/includes.js';
import { type Lookup, TextLookup, VariableLookup } from './names/lookup.js';
import { compareRefs, FunctionRefs, namesItself } from './calls/refs.js';
import { InternalChanges } from './files/internal-change.js';
import { addedNames, sameIncludes, sameTypes } from './files/same-interface.js';
import { meansTheSame } from './files/same-meaning.js';
import { Scope } from './names/scope.js';
import { FunctionSlots } from './calls/slots.js';
import { aliasOf, NAMES_OF_CONSTANTS, type SymbolKind, Symbols } from './names/symbols.js';
import { TypesTable } from './ctypes/types-table.js';
import type {
  Demand,
  FieldRef,
  FileChange,
  FunctionRef,
  LinkOptions,
  MacroRef,
  MutableProgram,
  RecordRef,
  VariableRef,
} from './types.js';

/** Longest chain of macros that rename one another. */
const LONGEST_ALIAS_CHAIN = 8;
type Outlined = FileOutline | undefined;

/** An empty program. {@link MutableProgram.setFile} adds files, in any order. */
export function createProgram(models: Models, options: LinkOptions = {}): MutableProgram {
  return new LinkedProgram(models, options);
}

class LinkedProgram implements MutableProgram {
  readonly files = new Map<string, FileSummary>();
  private readonly table = new FileTable();
  private readonly symbols = new Symbols();
  private readonly includes: Includes;
  private readonly callables: CallableLookup;
  private readonly macros: TextLookup;
  private readonly prototypes: TextLookup;
  private readonly variables: VariableLookup;
  private readonly types: TypesTable;
  private readonly callerIndex: CallerIndex;
  private readonly internal: InternalChanges;
  private readonly calleeLists: CalleeLists;
  private readonly slots: FunctionSlots;
  private readonly demands: Demands;
  readonly facts = new FileFacts(this);
  readonly included = (file: string): string[] => this.includes.pathsFrom(this.table.get(file));
  readonly includedBy = (file: string): readonly string[] => this.includes.includers.of(this.table.get(file));
  readonly includesFile = (from: string, to: string): boolean => this.includes.pathReaches(from, to);
  readonly filesIn = (folder: string): readonly string[] => this.table.pathsIn(folder);
  readonly askedIn = (file: string): Iterable<FunctionRef> => this.refs.askedIn(this.table.get(file));
  readonly isInternal = (path: string, now: FileOutline): boolean => this.internal.ofPath(path, now);
  readonly hasDemands = (): boolean => this.demands.pending;
  readonly takeDemands = (): readonly Demand[] => this.demands.take();
  readonly takeChanged = (): readonly FunctionRef[] => this.refs.takeChanged();
  readonly takeChangedSlots = (): ReadonlySet<string> => this.slots.takeChanged();
  private readonly lookups: Readonly<Record<SymbolKind, Lookup>>;
  private readonly refs: FunctionRefs;
  private nextView = 0;
  filesSet = 0;
  textsSet = 0;

  constructor(
    readonly models: Models,
    { architectures = ['x86'], like }: LinkOptions,
  ) {
    const { indexes, names } = this.symbols;
    this.includes = new Includes(this.table, architectures);
    const scope = new Scope(this.table, this.includes, architectures);
    this.callables = new CallableLookup(indexes.callables, names, scope, indexes.prototypes, (entry) =>
      this.bodyOf(entry),
    );
    this.refs = new FunctionRefs(this.table, this.callables, like);
    this.macros = new TextLookup(indexes.macros, names, scope);
    this.prototypes = new TextLookup(indexes.prototypes, names, scope);
    this.variables = new VariableLookup(indexes.variables, names, scope);
    this.types = new TypesTable(this.symbols, scope, this.macros);
    this.callerIndex = new CallerIndex(this.table, names, this.callables);
    this.internal = new InternalChanges(this.table, this.includes, this.callables, this.callerIndex);
    this.calleeLists = new CalleeLists(this, this.callerIndex, this.refs);
    this.slots = new FunctionSlots(
      this,
      this.table,
      this.symbols,
      this.types,
      (name, file) => this.calleesNamed(name, file, 0).find(({ macro }) => macro !== undefined)?.macro,
      (file) => this.demands.ofFunctions(file),
    );
    this.demands = new Demands((file) => this.files.get(file));
    this.lookups = {
      callables: this.callables,
      macros: this.macros,
      prototypes: this.prototypes,
      records: this.types.records,
      typedefs: this.types.typedefs,
      variables: this.variables,
      constants: new TextLookup(indexes.constants, NAMES_OF_CONSTANTS, scope),
    };
  }

  setFile(path: string, summary: FileSummary | undefined): FileChange {
    const known = this.table.get(path);
    if (known?.summary === summary) return { interfaceChanged: false };
    this.textsSet++;
    this.symbols.names.copies ||= known !== undefined;
    if (known && summary && this.demands.areOf(known, summary) && meansTheSame(known.summary, summary)) {
      this.place(path, known, summary);
      this.refs.renew(known);
      return { interfaceChanged: false };
    }
    this.filesSet++;
    const [before, now] = [known?.summary.outline, summary?.outline];
    const inside = known && before && now && this.internal.of(known, before, now);
    const interfaceChanged = inside === undefined;
    if (known !== undefined && interfaceChanged) this.refs.drop(known);
    if (known && before && !(now && sameIncludes(before, now))) this.includes.forget(known);
    const file = this.place(path, known, summary);
    if (file === undefined) return { interfaceChanged: false };
    if (inside && before) this.refs.keepSame(file, before, inside);
    else if (known === undefined) this.refs.borrow(file);
    this.callerIndex.fileChanged(file);
    if (before !== undefined && inside?.size === 0) {
      this.bodiesChanged(file);
      this.calleeLists.fileChanged(file, before);
    } else {
      this.declarationsChanged(file, before, now);
      this.calleeLists.forgetAll();
    }
    if (inside) this.slots.meaningChanged(file, inside);
    this.slots.fileChanged(file);
    this.demands.fileChanged(path, interfaceChanged);
    return { interfaceChanged };
  }

  outline(file: string): FileOutline | undefined {
    return this.files.get(file)?.outline;
  }

  *functions(): Generator<FunctionRef> {
    for (const file of this.table.inOrder()) {
      for (let index = 0; index < file.summary.outline.functions.length; index++) {
        const fn = this.refs.functionOf(file, index);
        if (fn !== undefined) yield fn;
      }
    }
  }

  functionById(id: number): FunctionRef | undefined {
    return this.refs.byId(id);
  }

  functionAt(file: string, index: number): FunctionRef | undefined {
    const linked = this.table.get(file);
    return linked && this.refs.functionOf(linked, index);
  }

  macroAt(file: string, index: number): FunctionRef | undefined {
    const linked = this.table.get(file);
    return linked && this.refs.macroOf(linked, index);
  }

  resolveCall(name: string, file: string): readonly FunctionRef[] {
    const from = this.table.get(file);
    return from === undefined ? [] : this.calleesNamed(name, from, 0);
  }

  *prepare(): Generator<void, void> {
    yield* this.slots.prepare();
    yield* this.callerIndex.prepare();
  }

  resolveSlot(record: string, field: string, file: string): readonly FunctionRef[] {
    const from = this.table.get(file);
    return from === undefined ? [] : this.slots.resolve(record, field, from);
  }

  callers(target: FunctionRef): readonly FunctionRef[] {
    const found = new Set<FunctionRef>();
    const names = [target.name, ...this.callerIndex.aliasesOf(target.name)];
    for (const name of names) {
      for (const entry of this.callerIndex.of(name)) {
        const caller = this.refs.ofEntry(entry);
        if (caller === undefined || found.has(caller) || namesItself(caller, name, target)) continue;
        if (this.resolveCall(name, caller.file).includes(target)) found.add(caller);
      }
    }
    return [...found].sort(compareRefs);
  }

  callees(caller: FunctionRef): readonly FunctionRef[] {
    return this.calleeLists.of(caller);
  }

  resolveVariable(name: string, file: string): VariableRef | undefined {
    const found = this.first(this.variables, name, file);
    const item = found?.home.summary.outline.variables[found.item];
    return found && item && { file: found.home.path, item, ambiguous: this.variables.isAmbiguous(name) };
  }

  resolveConstant(name: string, file: string): number | undefined {
    const found = this.first(this.lookups.constants, name, file);
    const item = found?.home.summary.outline.constants[found.item];
    return item?.name === name ? item.value : undefined;
  }

  resolveObjectMacro(name: string, file: string): MacroRef | undefined {
    const found = this.first(this.macros, name, file);
    const item = found?.home.summary.outline.macros[found.item];
    return found && item && { file: found.home.path, index: found.item, item };
  }

  resolvePrototype(name: string, file: string): PrototypeItem | undefined {
    const found = this.first(this.prototypes, name, file);
    return found?.home.summary.outline.prototypes[found.item];
  }

  resolveRecord(tag: string, file: string): RecordRef | undefined {
    const from = this.table.get(file);
    return from && this.types.resolveRecord(tag, from);
  }

  expand(type: CType, file: string): CType {
    const from = this.table.get(file);
    return from === undefined ? type : this.types.expand(type, from);
  }

  resolveField(record: CType, name: string, file: string): FieldRef | undefined {
    const from = this.table.get(file);
    return from && this.types.resolveField(record, name, from);
  }

  embedders(tag: string, file: string): number {
    const from = this.table.get(file);
    return from === undefined ? 0 : this.types.embedders(tag, from);
  }

  initialisers(variable: VariableRef): VariableRef['item']['members'] {
    return variable.item.members;
  }

  skeleton(fn: FunctionRef): Skeleton | undefined {
    return this.demands.skeleton(fn);
  }

  hasSkeleton(fn: FunctionRef): boolean {
    return this.demands.hasSkeleton(fn);
  }

  demand(fn: FunctionRef, why: Demand['why']): void {
    if (!this.hasSkeleton(fn)) this.demands.demand(fn, why);
  }

  sourceUnavailable(fn: FunctionRef): boolean {
    return this.demands.isDeclined(fn);
  }

  supplySkeleton(file: string, isMacro: boolean, index: number, hash: string, skeleton: Skeleton): void {
    this.demands.supply(file, isMacro, index, hash, skeleton);
    this.skeletonAdded(file, isMacro, index);
  }

  supplied(file: string): SuppliedSkeletons | undefined {
    return this.demands.supplied(file);
  }

  adopt(file: string, supplied: SuppliedSkeletons): void {
    for (const [isMacro, index] of this.demands.adopt(file, supplied))
      this.skeletonAdded(file, isMacro, index);
  }

  private skeletonAdded(file: string, isMacro: boolean, index: number): void {
    const ref = isMacro ? this.macroAt(file, index) : this.functionAt(file, index);
    const linked = this.table.get(file);
    if (linked === undefined || ref === undefined || !this.hasSkeleton(ref)) return;
    this.refs.noteChanged(ref);
    if (!isMacro) this.slots.skeletonAdded(linked, ref);
  }

  get demandsMade(): number {
    return this.demands.made;
  }

  demandAgain(): void {
    this.demands.made++;
  }

  get changes(): number {
    return this.filesSet + this.demands.answered;
  }

  declineDemand(demand: Demand): void {
    this.demands.decline(demand);
  }

  private place(
    path: string,
    known: LinkedFile | undefined,
    summary: FileSummary | undefined,
  ): LinkedFile | undefined {
    if (summary === undefined) {
      this.files.delete(path);
      if (known !== undefined) this.table.remove(known);
    } else {
      this.files.set(path, summary);
      if (known !== undefined) known.summary = summary;
    }
    this.facts.fileChanged(path, summary?.outline);
    return known ?? (summary && this.table.add(path, summary));
  }

  private declarationsChanged(file: LinkedFile, before: Outlined, now: Outlined): void {
    this.symbols.update(file, before, now, (kind, name, isOther) => {
      this.lookups[kind].forget(name);
      if (isOther && kind === 'callables') this.slots.nameAppeared(name);
      if (isOther && (kind === 'records' || kind === 'typedefs')) this.slots.typeAppeared(name);
      // Whether a function is a stub depends on the prototypes.
      if (kind === 'prototypes') this.callables.forget(name);
    });
    const isNew = before === undefined || now === undefined;
    const isShared = this.includes.mayBeIncluded(file);
    if (isNew || !sameIncludes(before, now)) {
      if (now !== undefined) this.includes.learn(file);
      this.viewChanged(file, isNew, isShared || includesSource(before) || includesSource(now));
    }
    if (isNew || !sameTypes(before, now)) this.types.typesChanged(file, before, now);
    // A file that no other file includes only changes the slots it fills itself.
    if (isShared && !isNew) {
      const added = addedNames(before, now);
      if (added === undefined || this.slots.dependsOn(added)) this.slots.forgetAll();
    }
    this.slots.forgetAnswers();
    this.bodiesChanged(file);
  }

  /** Updates after the includes of a file changed, or, with `concernsOthers`, how other files' includes resolve. */
  private viewChanged(file: LinkedFile, isNew: boolean, concernsOthers: boolean): void {
    file.view = this.nextView++;
    if (concernsOthers) {
      if (isNew) this.includes.pathsChanged();
      for (const lookup of Object.values(this.lookups)) lookup.forgetAll();
      this.slots.forgetAll();
      return;
    }
    // Headers in the same directory may be part of its translation unit.
    for (const header of this.table.headersIn(file.directory)) {
      header.view = this.nextView++;
      this.slots.fileChanged(header);
    }
  }

  /** Invalidates lookups of the file's functions: their bodies determine the order of candidates of one name. */
  private bodiesChanged(file: LinkedFile): void {
    for (const { name } of file.summary.outline.functions)
      this.callables.forget(this.symbols.names.find(name));
  }

  private first(lookup: Lookup, name: string, file: string): { home: LinkedFile; item: number } | undefined {
    const from = this.table.get(file);
    const entry = from && lookup.resolve(name, from)[0];
    const home = entry === undefined ? undefined : this.table.at(lookup.index.file(entry));
    return home && entry !== undefined ? { home, item: lookup.index.item(entry) } : undefined;
  }

  private calleesNamed(name: string, from: LinkedFile, depth: number): readonly FunctionRef[] {
    const found: FunctionRef[] = [];
    for (const entry of this.callables.resolve(name, from)) {
      if (!this.callables.isAlias(entry)) {
        const ref = this.refs.ofEntry(entry);
        if (ref !== undefined) found.push(ref);
        continue;
      }
      const home = this.table.at(this.callables.index.file(entry));
      const macro = home?.summary.outline.macros[this.callables.index.item(entry)];
      const meaning = macro && aliasOf(macro);
      if (meaning === undefined || depth > LONGEST_ALIAS_CHAIN) continue;
      for (const ref of this.calleesNamed(meaning, from, depth + 1))
        if (!found.includes(ref)) found.push(ref);
    }
    return found;
  }

  private bodyOf(entry: number): FunctionItem | MacroItem | undefined {
    const outline = this.table.at(this.callables.index.file(entry))?.summary.outline;
    const item = this.callables.index.item(entry);
    return this.callables.isMacro(entry) ? outline?.macros[item] : outline?.functions[item];
  }
}
