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
import type { FileSummary, Skeleton } from '../skeleton/types.js';
import type { FileFacts } from './files/file-facts.js';
import type { Demand, FunctionRef } from './files/function-ref.js';

export type { Demand, FunctionRef } from './files/function-ref.js';

export interface VariableRef {
  readonly file: string;
  readonly item: VariableItem;
  /** Set if another file of the root defines a non-static variable of this name: qualify it. */
  readonly ambiguous: boolean;
}

export interface RecordRef {
  readonly file: string;
  readonly item: RecordItem;
  /** Set if the tag has several definitions in the root: the file then qualifies it. */
  readonly ambiguous: boolean;
}

/** A field found in a record; `owner` is the record that declares it. */
export interface FieldRef {
  readonly owner: RecordRef;
  /** The names from the queried record to the field, the field's own last. One name, unless a macro denotes a path. */
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

/**
 * All summaries of one root, linked by name. Names resolve from a place: same file, then its includes, then the nearest
 * path.
 */
export interface Program {
  readonly models: Models;
  readonly files: ReadonlyMap<string, FileSummary>;
  outline(file: string): FileOutline | undefined;
  /** Which files contain facts of one kind, and the facts. */
  readonly facts: FileFacts;
  /** Whether one file includes another, directly or transitively. */
  includesFile(from: string, to: string): boolean;
  /** The files of the program that a file includes directly. */
  included(file: string): readonly string[];
  /** The files that include a file, over any number of files in between; sorted. */
  includedBy(file: string): readonly string[];
  /** The files directly in a folder, sorted. */
  filesIn(folder: string): readonly string[];
  functions(): Iterable<FunctionRef>;
  functionById(id: number): FunctionRef | undefined;
  functionAt(file: string, index: number): FunctionRef | undefined;
  macroAt(file: string, index: number): FunctionRef | undefined;
  /** The functions and macros of a file that were asked for so far. */
  askedIn(file: string): Iterable<FunctionRef>;

  /** The functions and macros that a direct call from `file` may mean; the best is first. Empty if unknown. */
  resolveCall(name: string, file: string): readonly FunctionRef[];
  /**
   * Functions stored in `field` of `record` anywhere (op tables, assignments), as seen from `file`. With `''` as
   * record: functions stored in the variable `field`.
   */
  resolveSlot(record: string, field: string, file: string): readonly FunctionRef[];
  /** Functions, with or without skeleton, whose body calls a name that resolves to `target`. */
  callers(target: FunctionRef): readonly FunctionRef[];
  /** The direct callees of a function according to its outline. */
  callees(caller: FunctionRef): readonly FunctionRef[];

  resolveVariable(name: string, file: string): VariableRef | undefined;
  resolveConstant(name: string, file: string): number | undefined;
  /** The object-like macro that a plain identifier means. */
  resolveObjectMacro(name: string, file: string): MacroRef | undefined;
  resolvePrototype(name: string, file: string): PrototypeItem | undefined;
  resolveRecord(tag: string, file: string): RecordRef | undefined;
  /** Resolves typedefs down to the base type. */
  expand(type: CType, file: string): CType;
  /** A field of a record type (the caller strips pointers), searched through anonymous members and field aliases. */
  resolveField(record: CType, name: string, file: string): FieldRef | undefined;
  /** The number of places that embed this record by value. */
  embedders(tag: string, file: string): number;
  /** Members of a variable's designated initialiser (op tables). */
  initialisers(variable: VariableRef): readonly InitializerMember[];

  /**
   * Builds the indexes of slots and callers over all files in slices; otherwise the first query builds them at once.
   */
  prepare(): Generator<void, void>;
  /**
   * The skeleton of a function. Its content is stable while the reference is valid; the object may differ between
   * calls.
   */
  skeleton(fn: FunctionRef): Skeleton | undefined;
  /** Whether {@link skeleton} returns one, without unpacking it. */
  hasSkeleton(fn: FunctionRef): boolean;
  /** The skeletons supplied for a file, for {@link MutableProgram.adopt}. */
  supplied(file: string): SuppliedSkeletons | undefined;
  /** Demands a skeleton that is missing now and may arrive before the next round. Repeated demands count once. */
  demand(fn: FunctionRef, why: Demand['why']): void;
  /** Whether demands are pending, so that another run would see more. */
  hasDemands(): boolean;
  /** Number of demands made so far; shows whether a piece of work demanded anything. */
  readonly demandsMade: number;
  /** An answer that lacks demanded skeletons is used again: whoever uses it counts as having demanded them, too. */
  demandAgain(): void;
  /** Functions and macros that gained a skeleton, were replaced or removed since the last call. */
  takeChanged(): readonly FunctionRef[];
  /** Names of members and variables whose functions may have changed since the last call. */
  takeChangedSlots(): ReadonlySet<string>;
  /** Whether another outline of a file would change no interface: see {@link FileChange}. */
  isInternal(file: string, outline: FileOutline): boolean;
  /** Number of times a file was added, removed, or replaced by one of another meaning. */
  readonly filesSet: number;
  /** The same, also of texts of the same meaning: they differ in comments, strings and the ends of lines. */
  readonly textsSet: number;
  /** Number of changes that may affect any answer. */
  readonly changes: number;
  /** Whether the skeleton was demanded and its source is unavailable. */
  sourceUnavailable(fn: FunctionRef): boolean;
}

export interface FileChange {
  /** False if other files see no difference: at most bodies, positions and static functions changed. */
  readonly interfaceChanged: boolean;
}

/** The program as its single owner sees it. */
export interface MutableProgram extends Program {
  /**
   * Adds, replaces or (with `undefined`) removes a file. Its functions get new {@link FunctionRef}s with new ids,
   * except functions with the same text at the same place while the file's declarations are unchanged.
   */
  setFile(path: string, summary: FileSummary | undefined): FileChange;
  /** Supplies a demanded skeleton. Drops one whose text has changed since and demands it again. */
  supplySkeleton(
    file: string,
    isMacro: boolean,
    index: number,
    functionHash: string,
    skeleton: Skeleton,
  ): void;
  /** Adopts the skeletons that another program received for the same summary, so that nothing demands them again. */
  adopt(file: string, supplied: SuppliedSkeletons): void;
  /** The pending demands, sorted by file, kind and index. Each is returned once. */
  takeDemands(): readonly Demand[];
  /** Notes that the source of a demand is unavailable. */
  declineDemand(demand: Demand): void;
}

export interface LinkOptions {
  /** Architectures whose definitions count as common for code without an architecture; best first. */
  readonly architectures?: readonly string[];
  /**
   * A program whose {@link FunctionRef}s this one shares for files with the same summary in both: results computed
   * there about a function also hold here.
   */
  readonly like?: Program;
}
