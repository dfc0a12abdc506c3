import type { CType } from '../base/ctype.js';
import type { Models } from '../models/types.js';
import type {
  Condition,
  FileOutline,
  InitializerMember,
  MacroItem,
  PrototypeItem,
  RecordItem,
  VariableItem,
} from '../outline/types.js';
import type { SuppliedSkeletons } from './demands.js';
import type { FileSummary, Skeleton } from '../summary/types.js';
import type { FileFacts } from './file-facts.js';
import type { Demand, FunctionRef } from './function-ref.js';

export type { Demand, FunctionRef } from './function-ref.js';

export interface VariableRef {
  readonly file: string;
  readonly item: VariableItem;
  /** Set when another file of the root defines a variable of this name that is not static: qualify it. */
  readonly ambiguous: boolean;
}

export interface RecordRef {
  readonly file: string;
  readonly item: RecordItem;
  /** Set when the tag has more than one definition in the root: the file to qualify it with. */
  readonly ambiguous: boolean;
}

/** A field found in a record; `owner` is the record that declares it. */
export interface FieldRef {
  readonly owner: RecordRef;
  /** The names that lead to it from the record asked, the field's own last: one unless a macro stands for a path. */
  readonly path: readonly string[];
  readonly type: CType;
  readonly line: number;
  readonly condition: Condition;
}

export interface MacroRef {
  readonly file: string;
  readonly index: number;
  readonly item: MacroItem;
}

/** All summaries of one root, linked by name. Resolution is from a place: same file, then what it includes, then nearest path. */
export interface Program {
  readonly models: Models;
  readonly files: ReadonlyMap<string, FileSummary>;
  outline(file: string): FileOutline | undefined;
  /** Which files say something of a matter, and what. */
  readonly facts: FileFacts;
  /** Whether one file stands in the text that another is compiled with, over any number of files in between. */
  includesFile(from: string, to: string): boolean;
  /** The files of the program that a file includes itself. */
  included(file: string): readonly string[];
  functions(): Iterable<FunctionRef>;
  functionById(id: number): FunctionRef | undefined;
  functionAt(file: string, index: number): FunctionRef | undefined;
  macroAt(file: string, index: number): FunctionRef | undefined;

  /** Every function or macro a direct call from `file` may mean; the first is the best. Empty when unknown. */
  resolveCall(name: string, file: string): readonly FunctionRef[];
  /**
   * Functions assigned to `field` of `record` anywhere (op tables, assignments), as visible from `file`.
   * With `''` as record: functions assigned to the variable `field`.
   */
  resolveSlot(record: string, field: string, file: string): readonly FunctionRef[];
  /** Functions (with skeletons or without) whose body calls `name` such that it resolves to `target`. */
  callers(target: FunctionRef): readonly FunctionRef[];
  /** Every direct callee of a function by its outline. */
  callees(caller: FunctionRef): readonly FunctionRef[];

  resolveVariable(name: string, file: string): VariableRef | undefined;
  resolveConstant(name: string, file: string): number | undefined;
  /** The object-like macro that a plain identifier means. */
  resolveObjectMacro(name: string, file: string): MacroRef | undefined;
  resolvePrototype(name: string, file: string): PrototypeItem | undefined;
  resolveRecord(tag: string, file: string): RecordRef | undefined;
  /** Follows typedefs to a type whose base is no typedef. */
  expand(type: CType, file: string): CType;
  /** The field of a record type (pointers stripped by the caller), searched through anonymous members and field aliases. */
  resolveField(record: CType, name: string, file: string): FieldRef | undefined;
  /** How many distinct places embed this record by value. */
  embedders(tag: string, file: string): number;
  /** Members of designated initialisers of a variable (op tables). */
  initialisers(variable: VariableRef): readonly InitializerMember[];

  /** Looks through all files for what slots hold and who calls whom, in slices: else whoever asks first waits for it. */
  prepare(): Generator<void, void>;
  /** The same content as long as the reference is valid, not always the same object. */
  skeleton(fn: FunctionRef): Skeleton | undefined;
  /** Whether {@link skeleton} has one, without unpacking it. */
  hasSkeleton(fn: FunctionRef): boolean;
  /** What was supplied for a file, for {@link MutableProgram.adopt}. */
  supplied(file: string): SuppliedSkeletons | undefined;
  /** Asks for a skeleton; `undefined` now, perhaps there in the next round. Counted once. */
  demand(fn: FunctionRef, why: Demand['why']): void;
  /** Whether a demand waits to be taken: another run would see more. */
  hasDemands(): boolean;
  /** How many demands were made so far: tells whether a piece of work asked for anything. */
  readonly demandsMade: number;
  /** Functions and macros that got a skeleton, were made or are gone since this was last asked. */
  takeChanged(): readonly FunctionRef[];
  /** Names of members and variables whose functions may be others since this was last asked. */
  takeChangedSlots(): ReadonlySet<string>;
  /** How often a file was added, replaced or removed. */
  readonly filesSet: number;
  /** How often anything came, went or became something else that an answer may depend on. */
  readonly changes: number;
  /** True when the skeleton was asked for and its source cannot be had: go on without. */
  sourceUnavailable(fn: FunctionRef): boolean;
}

export interface FileChange {
  /** False when at most bodies and places of functions changed: what other files see of this one is the same. */
  readonly interfaceChanged: boolean;
}

/** The program as its one owner holds it. */
export interface MutableProgram extends Program {
  /**
   * Adds, replaces or (with `undefined`) removes a file. Its functions get new {@link FunctionRef}s with new
   * ids, but for those that are the same text in the same place while the file declares the same.
   */
  setFile(path: string, summary: FileSummary | undefined): FileChange;
  /** Hands over a skeleton asked for. One whose text has changed since is dropped and asked for again. */
  supplySkeleton(
    file: string,
    isMacro: boolean,
    index: number,
    functionHash: string,
    skeleton: Skeleton,
  ): void;
  /** Takes over what another program was supplied with, of the same summary of a file: nobody has to ask for it again. */
  adopt(file: string, supplied: SuppliedSkeletons): void;
  /** Demands not taken yet, sorted by file, kind and index. Each is handed out once. */
  takeDemands(): readonly Demand[];
  /** Its source cannot be had. */
  declineDemand(demand: Demand): void;
}

export interface LinkOptions {
  /** Architectures whose definitions stand for all where code of no architecture asks; best first. */
  readonly architectures?: readonly string[];
}
