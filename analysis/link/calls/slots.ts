import { fieldType } from '../ctypes/field-type.js';
import { baseOf } from '../../base/ctype.js';
import { runToEnd } from '../../base/progress.js';
import { storedParameter } from '../../outline/stored-values.js';
import type { MacroItem } from '../../outline/types.js';
import { arrayOf } from '../../skeleton/expressions/root.js';
import type { Skeleton } from '../../skeleton/types.js';
import { typeOf } from '../ctypes/expression-types.js';
import type { FileTable, LinkedFile } from '../files/files.js';
import {
  addTo,
  filledBy,
  isAmongLast,
  isIn,
  memberOf,
  nearbyKey,
  ofArray,
  type Filling,
  type OwnerPath,
  type Slot,
} from './fillings.js';
import { type Fill, InitialiserReader, type InitialiserReading, type Templates } from './initialisers.js';
import type { FindMacro } from '../ctypes/macro-expansion.js';
import { functionNames, functionParameter, GivenFunctions } from './given-functions.js';
import { compareRefs } from './refs.js';
import { NAMES_OF_CONSTANTS, type Symbols } from '../names/symbols.js';
import type { TypesTable } from '../ctypes/types-table.js';
import { tagOf } from '../ctypes/types-table.js';
import type { FunctionRef, Program } from '../types.js';

/**
 * The functions that a field of function-pointer type may hold: from initialisers of variables of the record's type and
 * from assignments in skeletons. Built over all files at the first query.
 */
export class FunctionSlots {
  private fillings: Map<string, Filling[]> | undefined;
  private readonly keysOf = new Map<LinkedFile, Set<string>>();
  private readonly changed = new Set<LinkedFile>();
  /** Number of changes that may affect what has been read. */
  private edits = 0;
  /** Names of members and variables whose fillings changed since the last call of {@link takeChanged}. */
  private news = new Set<string>();
  /** Values that match no symbol of the program, by name, with the files that use them. */
  private readonly unknown = new Map<number, Set<LinkedFile>>();
  private templates: Templates = new WeakMap();
  /** Names of macros, types and fields that the fillings depend on, existing or not. */
  private readonly lookedFor = new Set<number>();
  private readonly given: GivenFunctions;
  /** Memoized answers, by slot and home. */
  private readonly answers = new Map<string, Map<string, readonly FunctionRef[]>>();
  /** Slots whose answers contain functions of a file, by path. */
  private readonly answeredWith = new Map<string, Set<string>>();

  constructor(
    private readonly program: Program,
    private readonly files: FileTable,
    private readonly symbols: Symbols,
    private readonly types: TypesTable,
    /** The function-like macro that a name means in a file. */
    private readonly macroNamed: (name: string, file: LinkedFile) => MacroItem | undefined,
    /** Skeletons of a file's functions, by index. */
    private readonly skeletonsOf: (file: string) => Iterable<readonly [index: number, skeleton: Skeleton]>,
  ) {
    this.given = new GivenFunctions(program);
  }

  /**
   * The functions in `field` of `record` as seen from `from`, sorted by path and position. With `''` as `record`: the
   * functions in the variable `field`.
   */
  resolve(record: string, field: string, from: LinkedFile): readonly FunctionRef[] {
    const fillings = this.current();
    const slot = this.slotOf(record, field, from);
    const functions = this.answer(slot.key, slot.home, () => isIn(fillings.get(slot.key), slot.home));
    return functions.length > 0 || record === '' ? functions : this.putNearby(slot, field, from, fillings);
  }

  /**
   * What functions in the directory of `from` store in a member of this name. Most of them do not lock and are never
   * parsed, so the record is often unknown. Used only for a slot that nothing else fills.
   */
  private putNearby(
    asked: Slot,
    field: string,
    from: LinkedFile,
    fillings: ReadonlyMap<string, readonly Filling[]>,
  ): readonly FunctionRef[] {
    const puts = fillings.get(nearbyKey(field));
    if (puts === undefined) return [];
    return this.answer(nearbyKey(field), `${from.directory} ${asked.home} ${asked.key}`, () =>
      puts.filter(({ home, file, of }) => {
        if (home !== from.directory) return false;
        const slot = of && asked.home !== '' ? this.slotAt(of, field, file) : undefined;
        return slot === undefined || (slot.key === asked.key && slot.home === asked.home);
      }),
    );
  }

  /** The slot of the last member of a path; `undefined` if its record is not known. */
  private slotAt(of: OwnerPath, field: string, file: LinkedFile): Slot | undefined {
    let type = 'type' in of ? of.type : this.program.resolveVariable(of.variable, file.path)?.item.type;
    for (const member of of.path === '' ? [] : of.path.split('.'))
      type = type && fieldType(this.program, baseOf(type), member, file.path);
    if (type === undefined || type === '') return undefined;
    const slot = this.slotOf(baseOf(type), field, file);
    return slot.home === '' ? undefined : slot;
  }

  /** The functions in a slot, memoized for `asked`: where the record is defined, or who asks. */
  private answer(key: string, asked: string, filled: () => readonly Filling[]): readonly FunctionRef[] {
    let byHome = this.answers.get(key);
    if (byHome === undefined) this.answers.set(key, (byHome = new Map()));
    let functions = byHome.get(asked);
    if (functions === undefined) {
      functions = this.functionsIn(key, filled());
      byHome.set(asked, functions);
      for (const fn of functions) addTo(this.answeredWith, fn.file, key);
    }
    return functions;
  }

  private functionsIn(key: string, fillings: readonly Filling[]): FunctionRef[] {
    const found = new Set<FunctionRef>();
    for (const filling of fillings) {
      if (filling.given !== undefined) {
        for (const fn of this.given.functions(key, filling.given)) found.add(fn);
        continue;
      }
      for (const fn of this.program.resolveCall(filling.value, filling.file.path)) {
        if (fn.item !== undefined) found.add(fn);
      }
    }
    return [...found].sort(compareRefs);
  }

  /** Adds the assignments of a function that gained a skeleton. */
  skeletonAdded(file: LinkedFile, fn: FunctionRef): void {
    this.edits++;
    if (this.fillings === undefined) return;
    this.forgetGiven(this.given.arrived(fn));
    if (this.changed.has(file)) return;
    const skeleton = this.program.skeleton(fn);
    if (skeleton === undefined) return;
    const keys = new Map<string, Slot>();
    this.fromAssignments(fn, skeleton, this.reading(file, this.fillings, keys));
    this.noteKeys(file, keys);
    for (const { key } of keys.values()) this.news.add(memberOf(key));
  }

  /** Names of members and variables whose functions may have changed since the last call. */
  takeChanged(): ReadonlySet<string> {
    if (this.fillings !== undefined) this.current();
    const { news } = this;
    this.news = new Set();
    return news;
  }

  /** Forgets answers that depend on what callers give. */
  private forgetGiven(keys: Iterable<string>): void {
    for (const key of keys) {
      this.answers.delete(key);
      this.news.add(memberOf(key));
    }
  }

  /** Updates after a file was replaced. */
  fileChanged(file: LinkedFile): void {
    this.edits++;
    if (this.fillings === undefined) return;
    this.changed.add(file);
    this.forgetGiven(this.given.inFile(file));
    for (const key of this.answeredWith.get(file.path) ?? []) this.answers.delete(key);
    this.answeredWith.delete(file.path);
  }

  /** Notes the slots in which a file stores functions of these names, which mean others now. */
  meaningChanged(file: LinkedFile, names: ReadonlySet<string>): void {
    if (this.fillings === undefined) return;
    for (const key of this.keysOf.get(file) ?? []) {
      const isFilled = this.fillings
        .get(key)
        ?.some((filling) => filling.file === file && names.has(filling.value));
      if (isFilled === true) this.news.add(memberOf(key));
    }
  }

  /** Invalidates all answers, since any name may resolve differently. */
  forgetAnswers(): void {
    this.answers.clear();
    this.answeredWith.clear();
  }

  /** Updates after a callable of this name was added: a former non-match may match. */
  nameAppeared(name: number): void {
    for (const file of this.unknown.get(name) ?? []) this.fileChanged(file);
  }

  /** Whether the fillings depend on one of these names. */
  dependsOn(names: readonly string[]): boolean {
    return names.some((name) => this.lookedFor.has(this.symbols.names.find(name)));
  }

  /** Updates after a record or typedef of this name was added or removed: it may change which definition is nearest. */
  typeAppeared(name: number): void {
    if (this.lookedFor.has(name)) this.forgetAll();
  }

  /**
   * Invalidates everything after types or macros that many files see have changed: initialisers and assignments may
   * fill other records.
   */
  forgetAll(): void {
    this.edits++;
    this.fillings = undefined;
    this.templates = new WeakMap();
    this.lookedFor.clear();
    this.forgetAnswers();
    this.given.forget();
    this.keysOf.clear();
    this.changed.clear();
    this.unknown.clear();
  }

  /** Reads all files in slices. */
  *prepare(): Generator<void, void> {
    if (this.fillings !== undefined) return;
    const { edits } = this;
    const fillings = new Map<string, Filling[]>();
    for (const file of this.files.inOrder()) {
      this.learn(file, fillings);
      yield;
      // Another query read all files meanwhile, or a file changed.
      if (this.fillings !== undefined || this.edits !== edits) return;
    }
    this.fillings = fillings;
  }

  private current(): Map<string, Filling[]> {
    if (this.fillings === undefined) {
      runToEnd(this.prepare());
      return (this.fillings ??= new Map());
    }
    if (this.changed.size === 0) return this.fillings;
    const before = filledBy(this.changed, this.keysOf, this.fillings);
    this.unlearn(this.changed, this.fillings);
    for (const file of this.changed) {
      if (this.files.at(file.id) === file) this.learn(file, this.fillings);
    }
    const now = filledBy(this.changed, this.keysOf, this.fillings);
    for (const [key, values] of before) if (now.get(key) !== values) this.news.add(memberOf(key));
    for (const key of now.keys()) if (!before.has(key)) this.news.add(memberOf(key));
    this.changed.clear();
    return this.fillings;
  }

  /** Removes the fillings of several files at once, so that a slot which thousands of files fill is scanned once. */
  private unlearn(files: ReadonlySet<LinkedFile>, fillings: Map<string, Filling[]>): void {
    const keys = new Set<string>();
    for (const file of files) {
      for (const key of this.keysOf.get(file) ?? []) keys.add(key);
      this.keysOf.delete(file);
    }
    for (const key of keys) {
      this.answers.delete(key);
      const others = (fillings.get(key) ?? []).filter((filling) => !files.has(filling.file));
      if (others.length > 0) fillings.set(key, others);
      else fillings.delete(key);
    }
  }

  private learn(file: LinkedFile, fillings: Map<string, Filling[]>): void {
    const keys = new Map<string, Slot>();
    const reading = this.reading(file, fillings, keys);
    const reader = new InitialiserReader(this.types, this.templates, file, reading);
    const { variables, macroUses } = file.summary.outline;
    for (const variable of variables) {
      if (variable.members.length > 0) this.lookFor(tagOf(baseOf(variable.type)));
      reader.readVariable(variable);
    }
    for (const use of macroUses) reader.readMacroUse(use);
    for (const [index, skeleton] of this.skeletonsOf(file.path)) {
      const fn = this.program.functionAt(file.path, index);
      if (fn !== undefined) this.fromAssignments(fn, skeleton, reading);
    }
    this.fromOutline(file, fillings, keys);
    this.noteKeys(file, keys);
  }

  /** The reader's input for a file. `keys` collects the filled slots. */
  private reading(
    file: LinkedFile,
    fillings: Map<string, Filling[]>,
    keys: Map<string, Slot>,
  ): InitialiserReading {
    const fill: Fill = (record, field, value, given) => {
      const asked = `${record}.${field}`;
      const slot = keys.get(asked) ?? this.slotOf(record, field, file);
      keys.set(asked, slot);
      this.lookFor(field);
      const filling: Filling = { file, home: slot.home, value, ...(given && { given }) };
      const known = fillings.get(slot.key);
      if (known === undefined) fillings.set(slot.key, [filling]);
      else if (!isAmongLast(known, filling)) known.push(filling);
    };
    const find: FindMacro = (name) => {
      this.lookFor(name);
      return this.macroNamed(name, file);
    };
    return { find, fill, isValue: (name: string) => this.mayBeFunction(name, file) };
  }

  /** Invalidates the answers of the slots that a file fills. */
  private noteKeys(file: LinkedFile, keys: ReadonlyMap<string, Slot>): void {
    for (const { key } of keys.values()) {
      addTo(this.keysOf, file, key);
      this.answers.delete(key);
    }
  }

  private fromOutline(file: LinkedFile, fillings: Map<string, Filling[]>, keys: Map<string, Slot>): void {
    for (const [at, { fills }] of file.summary.outline.functions.entries()) {
      for (const { field, value, variable, path, type } of fills.flatMap((fill) => ofArray(fill, file))) {
        const given = this.given.by(value, file.path, at);
        if (given === undefined && !this.mayBeFunction(value, file)) continue;
        const slot =
          field === '' ? this.slotOf('', variable, file) : { key: nearbyKey(field), home: file.directory };
        keys.set(slot.key, slot);
        const of = type === '' ? { variable, path } : { type, path };
        const filling: Filling = {
          file,
          home: slot.home,
          value,
          ...(given && { given }),
          ...(`${variable}${type}` !== '' && field !== '' && { of }),
        };
        const known = fillings.get(slot.key);
        if (known === undefined) fillings.set(slot.key, [filling]);
        else known.push(filling);
      }
    }
  }

  private fromAssignments(fn: FunctionRef, skeleton: Skeleton, { isValue, fill }: InitialiserReading): void {
    const outline = this.program.outline(fn.file);
    for (const block of skeleton.blocks) {
      for (const event of block.events) {
        if (event.k !== 'assign') continue;
        const target = arrayOf(skeleton, event.target);
        if (target?.k !== 'field' && target?.k !== 'global') continue;
        const index = target.k === 'global' ? functionParameter(skeleton, event.value) : undefined;
        if (index !== undefined) {
          fill('', target.name, `${storedParameter(index)} of ${fn.name}`, { setter: fn, index });
          continue;
        }
        const values = functionNames(skeleton, event.value, outline).filter(isValue);
        if (values.length === 0) continue;
        const record = target.k === 'field' && typeOf(skeleton, target.base, fn, this.program);
        if (record === '') continue;
        for (const value of values) fill(record === false ? '' : baseOf(record), target.name, value);
      }
    }
  }

  private lookFor(name: string): void {
    this.lookedFor.add(this.symbols.names.intern(name));
  }

  private mayBeFunction(name: string, file: LinkedFile): boolean {
    const { indexes, names } = this.symbols;
    const known = names.find(name);
    if (indexes.callables.first(known) >= 0) return true;
    if (
      indexes.constants.first(NAMES_OF_CONSTANTS.find(name)) < 0 &&
      indexes.variables.first(known) < 0 &&
      indexes.macros.first(known) < 0
    ) {
      addTo(this.unknown, names.intern(name), file);
    }
    return false;
  }

  /** The slot of a field: the record that declares it, and its home. */
  private slotOf(record: string, field: string, from: LinkedFile): Slot {
    if (record === '') {
      const home = this.program.resolveVariable(field, from.path)?.file ?? from.path;
      return { key: `${home}:${field}`, home: '' };
    }
    const found = this.types.resolveField(record, field, from);
    if (found !== undefined) {
      const { owner, path } = found;
      return {
        key: `${owner.item.tag}.${path[path.length - 1] ?? field}`,
        home: owner.file,
      };
    }
    const tag = tagOf(this.types.expand(baseOf(record), from));
    return { key: `${tag}.${field}`, home: this.types.resolveRecord(tag, from)?.file ?? '' };
  }
}
