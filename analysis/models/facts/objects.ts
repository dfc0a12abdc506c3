/** Where objects begin and end: allocation, reference counts, containers. */
export interface ObjectModels {
  /** The result of a call when it finds the last reference; `undefined` for a call that does not report it. */
  lastReferenceTest(name: string): 'zero' | 'nonzero' | undefined;
  /** The kind of object that a call makes, and whether accesses to it sleep. */
  makes(name: string): MadeObject | undefined;
  /** Calls that return an object which no other code can reach yet. */
  isAllocator(name: string): boolean;
  /** Calls that return a pointer to a new object whose members are all zero. */
  makesZeros(name: string): boolean;
  /** The argument with allocation flags of which a call says whether they allow to wait. */
  asksFlags(name: string): number | undefined;
  /** Flags with which allocations, and what needs one, never fail. */
  neverFails(flag: string): boolean;
  /** For a call that drops a reference: the count argument, and the argument called with it on the last drop. */
  referencePut(name: string): { readonly countArg: number; readonly releaseArg: number } | undefined;
  /** For a call that drops a reference and calls the function in a table's member on the last one. */
  tablePut(name: string): TablePut | undefined;
  /** Whether the call drops a reference and says whether it was the last one. */
  tellsLastPut(name: string): boolean;
  /** Whether the call takes a reference, which only a matching put drops: {@link referencePut}. */
  takesReference(name: string): boolean;
  /** Whether the result of the call is the kind of an object, which never changes. */
  tellsKind(name: string): boolean;
  /** Whether the call takes the object of its first argument out of a container. */
  unlinks(name: string): boolean;
  /** Whether the call puts the object of its first argument into the list of its second. */
  links(name: string): boolean;
  /** Whether the call takes an object out of a container and returns it. */
  takesOut(name: string): boolean;
  /** What an allocation flag says about sleeping. */
  allocationFlag(name: string): AllocationFlag | undefined;
  /** Whether an allocation may map pages, and wait whatever its flags are. */
  mapsPages(name: string): boolean;
  /** Whether an allocation flag makes no sense where nothing may wait for memory. */
  needsReclaim(flag: string): boolean;
  /** The constant whose bit lets an allocation sleep. */
  readonly reclaimBit: string;
  /** Flags by which a request says that its operation may sleep. */
  readonly saysMaySleep: readonly string[];
  /** Whether an allocation with these flags never enters file systems to reclaim memory. */
  isWithoutFs(flags: string): boolean;
  /** The constant whose bit lets an allocation enter file systems. */
  readonly fileSystemBit: string;
}

/** For a call that drops a reference: the count argument, and the function called on the last drop. */
export interface ReferencePut {
  readonly countArg: number;
  readonly releaseArg: number;
}

/** A call that drops a reference and calls a function that a table names on the last one: `kobject_put(&x->kobj)`. */
export interface TablePut {
  readonly countArg: number;
  /** The members that may name what is called with the counted object: of a table, or of the object. */
  readonly releases: readonly { readonly record: string; readonly member: string }[];
  /** The function that takes the object from the kernel; the put behind it drops the reference that the object was made with. */
  readonly lastAfter?: string;
}

/** For a call that makes an object: the kind of object, and whether accesses to it sleep. */
export interface MadeObject {
  readonly kind: string;
  readonly sleeps: boolean;
}

/** What an allocation flag says about sleeping: it may, it must not, or nothing. */
export type AllocationFlag = 'waits' | 'never' | 'silent';
