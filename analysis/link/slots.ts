import { baseOf } from '../base/ctype.js';
import type { MacroItem } from '../outline/types.js';
import type { Expr, ExprId, Skeleton } from '../summary/types.js';
import { typeOf } from './expression-types.js';
import { comparePaths, type FileTable, type LinkedFile } from './files.js';
import { type Fill, Initialisers } from './initialisers.js';
import type { FindMacro } from './macro-expansion.js';
import type { Symbols } from './symbols.js';
import type { TypesTable } from './types-table.js';
import { tagOf } from './types-table.js';
import type { FunctionRef, Program } from './types.js';

/** A function put into a field of a record somewhere. */
interface Filling {
  readonly file: LinkedFile;
  /** File of the record's definition, `''` when it is not in the program: tells namesakes apart. */
  readonly home: string;
  readonly value: string;
}

/**
 * Which functions a field of function-pointer type may hold: by the initialisers of variables of the
 * record's type, and by assignments in skeletons. Built over all files when first asked.
 */
export class Slots {
  private fillings: Map<string, Filling[]> | undefined;
  private readonly keysOf = new Map<LinkedFile, Set<string>>();
  private readonly changed = new Set<LinkedFile>();
  /** Values that no symbol of the program has the name of, and where they are used, by name. */
  private readonly unknown = new Map<number, Set<LinkedFile>>();
  private initialisers: Initialisers;

  constructor(
    private readonly program: Program,
    private readonly files: FileTable,
    private readonly symbols: Symbols,
    private readonly types: TypesTable,
    /** The function-like macro that a name means in a file. */
    private readonly macroNamed: (name: string, file: LinkedFile) => MacroItem | undefined,
    private readonly skeletonsOf: (file: LinkedFile) => Iterable<readonly [FunctionRef, Skeleton]>,
  ) {
    this.initialisers = new Initialisers(types);
  }

  /**
   * The functions in `field` of `record` as `from` sees it, by path and place; in the variable `field` when
   * `record` is `''`.
   */
  resolve(record: string, field: string, from: LinkedFile): readonly FunctionRef[] {
    const fillings = this.current();
    const slot = this.slotOf(record, field, from);
    const found = new Set<FunctionRef>();
    for (const filling of fillings.get(`${slot.tag}.${slot.field}`) ?? []) {
      // A definition that is not there cannot tell namesakes apart.
      if (slot.home !== '' && filling.home !== '' && slot.home !== filling.home) continue;
      for (const fn of this.program.resolveCall(filling.value, filling.file.path)) {
        if (fn.item !== undefined) found.add(fn);
      }
    }
    return [...found].sort((a, b) => comparePaths(a.file, b.file) || a.index - b.index);
  }

  fileChanged(file: LinkedFile): void {
    if (this.fillings !== undefined) this.changed.add(file);
  }

  /** A callable of that name came: what was none before may be one now. */
  nameAppeared(name: number): void {
    for (const file of this.unknown.get(name) ?? []) this.fileChanged(file);
  }

  /** Types or macros that many files see changed: what initialisers and assignments fill may be another record. */
  forgetAll(): void {
    this.fillings = undefined;
    this.initialisers = new Initialisers(this.types);
    this.keysOf.clear();
    this.changed.clear();
    this.unknown.clear();
  }

  private current(): Map<string, Filling[]> {
    if (this.fillings === undefined) {
      this.fillings = new Map();
      for (const file of this.files.inOrder()) this.learn(file, this.fillings);
      this.changed.clear();
      return this.fillings;
    }
    for (const file of this.changed) {
      this.unlearn(file, this.fillings);
      if (this.files.at(file.id) === file) this.learn(file, this.fillings);
    }
    this.changed.clear();
    return this.fillings;
  }

  private unlearn(file: LinkedFile, fillings: Map<string, Filling[]>): void {
    for (const key of this.keysOf.get(file) ?? []) {
      const others = (fillings.get(key) ?? []).filter((filling) => filling.file !== file);
      if (others.length > 0) fillings.set(key, others);
      else fillings.delete(key);
    }
    this.keysOf.delete(file);
  }

  private learn(file: LinkedFile, fillings: Map<string, Filling[]>): void {
    const keys = new Set<string>();
    const add: Fill = (record, field, value) => {
      const slot = this.slotOf(record, field, file);
      const key = `${slot.tag}.${slot.field}`;
      keys.add(key);
      const filling: Filling = { file, home: slot.home, value };
      const known = fillings.get(key);
      if (known === undefined) fillings.set(key, [filling]);
      else if (!isAmongLast(known, filling)) known.push(filling);
    };
    const find: FindMacro = (name) => this.macroNamed(name, file);
    const isValue = (name: string): boolean => this.mayBeFunction(name, file);
    const { variables, macroUses } = file.summary.outline;
    for (const variable of variables) this.initialisers.ofVariable(variable, file, find, isValue, add);
    for (const use of macroUses) this.initialisers.ofMacroUse(use, file, find, isValue, add);
    for (const [fn, skeleton] of this.skeletonsOf(file)) this.fromAssignments(fn, skeleton, isValue, add);
    if (keys.size > 0) this.keysOf.set(file, keys);
  }

  private fromAssignments(
    fn: FunctionRef,
    skeleton: Skeleton,
    isValue: (name: string) => boolean,
    add: Fill,
  ): void {
    for (const block of skeleton.blocks) {
      for (const event of block.events) {
        if (event.k !== 'assign') continue;
        const target = throughElements(skeleton, event.target);
        if (target?.k !== 'field' && target?.k !== 'global') continue;
        const value = functionName(skeleton, event.value);
        if (value === undefined || !isValue(value)) continue;
        if (target.k === 'global') {
          add('', target.name, value);
          continue;
        }
        const record = typeOf(skeleton, target.base, fn, this.program);
        if (record !== '') add(baseOf(record), target.name, value);
      }
    }
  }

  private mayBeFunction(name: string, file: LinkedFile): boolean {
    const { indexes, names } = this.symbols;
    const known = names.find(name);
    if (indexes.callables.first(known) >= 0) return true;
    if (
      indexes.constants.first(known) < 0 &&
      indexes.variables.first(known) < 0 &&
      indexes.macros.first(known) < 0
    ) {
      const id = names.intern(name);
      const users = this.unknown.get(id);
      if (users === undefined) this.unknown.set(id, new Set([file]));
      else users.add(file);
    }
    return false;
  }

  /** The record that declares the field, and what tells it from namesakes. */
  private slotOf(
    record: string,
    field: string,
    from: LinkedFile,
  ): { tag: string; field: string; home: string } {
    if (record === '') {
      const home = this.program.resolveVariable(field, from.path)?.file ?? from.path;
      return { tag: '', field: `${home}:${field}`, home: '' };
    }
    const found = this.types.resolveField(record, field, from);
    if (found !== undefined) {
      const { owner, path } = found;
      return {
        tag: owner.item.tag,
        field: path[path.length - 1] ?? field,
        home: owner.ambiguous ? owner.file : '',
      };
    }
    const tag = tagOf(this.types.expand(baseOf(record), from));
    const known = this.types.resolveRecord(tag, from);
    return { tag, field, home: known?.ambiguous === true ? known.file : '' };
  }
}

/** Whether the file, whose fillings come last, has put the value there already. */
function isAmongLast(known: readonly Filling[], filling: Filling): boolean {
  for (let at = known.length - 1; at >= 0; at--) {
    const other = known[at];
    if (other?.file !== filling.file) return false;
    if (other.value === filling.value && other.home === filling.home) return true;
  }
  return false;
}

function throughElements(skeleton: Skeleton, id: ExprId): Expr | undefined {
  let expr = skeleton.exprs[id];
  while (expr?.k === 'index') expr = skeleton.exprs[expr.base];
  return expr;
}

function functionName(skeleton: Skeleton, id: ExprId): string | undefined {
  let expr = skeleton.exprs[id];
  while (expr?.k === 'cast' || expr?.k === 'address') expr = skeleton.exprs[expr.base];
  return expr?.k === 'global' ? expr.name : undefined;
}
