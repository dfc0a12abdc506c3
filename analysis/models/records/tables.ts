import { FRAMES } from './kinds.js';
import type {
  FieldRecord,
  FrameMeaning,
  FunctionRecord,
  LayoutRecord,
  ModelRecord,
  PatternRecord,
} from './record.js';
import { eventRow, lockRow } from './rows.js';
import type {
  GuardAttempt,
  EntryPoint,
  ExecutionContext,
  HandlerShape,
  HandOver,
  LockApi,
  LockKind,
  Operation,
  OtherApi,
  QueueLock,
  TableProtocol,
  Watches,
} from '../types.js';

/** The records as lookup tables. */
/** Contexts of code that interrupts other code. */
const INTERRUPTING: ReadonlySet<ExecutionContext> = new Set([
  'hardirq',
  'softirq',
  'timer',
  'tasklet',
  'rcu',
]);

export interface Tables {
  readonly functions: ReadonlyMap<string, FunctionRecord>;
  readonly patterns: readonly PatternRecord[];
  /** One combined expression for all patterns of a meaning. */
  readonly expressions: Readonly<Record<PatternMeaning, RegExp>>;
  readonly frames: Readonly<Record<FrameMeaning, RegExp>>;
  /** What is awaited, by pattern; the first match counts. */
  readonly awaited: readonly AwaitedEvent[];
  readonly locks: ReadonlyMap<string, LockApi>;
  readonly events: ReadonlyMap<string, OtherApi>;
  readonly lockTypes: ReadonlyMap<string, LockKind>;
  /** By tag and by type: `inode`, `struct inode`. */
  readonly wrappers: ReadonlySet<string>;
  readonly sharedTypes: ReadonlySet<string>;
  readonly ownersTables: ReadonlySet<string>;
  readonly waitQueues: ReadonlySet<string>;
  readonly queueLocks: ReadonlyMap<string, QueueLock>;
  /** Types of members by type: `struct socket`. */
  readonly layouts: ReadonlyMap<string, LayoutRecord['members']>;
  /** By `record.field`, the record without `struct`. */
  readonly operations: ReadonlyMap<string, Operation>;
  /** Tags of records with a lock of which some record tells, by the call that takes it or by its class. */
  readonly lockedRecords: ReadonlySet<string>;
  /** Names of the members of {@link operations}, without their records. */
  readonly operationNames: ReadonlySet<string>;
  /** Names of members, without their records, that the kernel calls under certain locks or in an interrupt. */
  readonly toldMembers: ReadonlySet<string>;
  /** Names of members that say in which context the operations beside them run. */
  readonly contextMembers: ReadonlySet<string>;
  readonly handlerFields: ReadonlyMap<string, ExecutionContext>;
  /** By field that points to a table: its record. */
  readonly tableFields: ReadonlyMap<string, FieldRecord>;
  readonly interruptNumbers: ReadonlySet<string>;
  /** Members whose handlers are of one request each. */
  readonly requestFields: ReadonlySet<string>;
  /** By type. */
  readonly handlerParameters: ReadonlyMap<string, number>;
  readonly protocols: ReadonlyMap<string, TableProtocol>;
  readonly oneAtATime: ReadonlySet<string>;
  readonly watches: ReadonlyMap<string, Watches>;
  readonly watchingNames: ReadonlySet<string>;
  readonly belongsTo: ReadonlyMap<string, readonly string[]>;
  readonly whileUp: ReadonlyMap<string, ReadonlySet<string>>;
  /** Last names of {@link handlerFields} and {@link tableFields}. */
  readonly handlerFieldNames: ReadonlySet<string>;
  readonly declaredIn: ReadonlyMap<string, string>;
  readonly validatorNames: ReadonlyMap<string, readonly string[]>;
  readonly lockWords: ReadonlyMap<string, string>;
  readonly handOvers: ReadonlyMap<string, HandOver>;
  readonly byFamily: ReadonlySet<string>;
  readonly handlerShapes: readonly HandlerShape[];
  readonly entryFields: ReadonlyMap<string, EntryPoint>;
  readonly entryMacros: ReadonlyMap<string, EntryPoint>;
  readonly entryContexts: ReadonlyMap<ExecutionContext, EntryPoint>;
  readonly moduleMark: string;
  readonly reclaimBit: string;
  readonly saysMaySleep: readonly string[];
  readonly restart: string;
  readonly guardAttempt: GuardAttempt | undefined;
  readonly pause: { readonly name: string; readonly given: string };
}

/** What a task waits for in functions of such names, and who ends the wait. */
export interface AwaitedEvent {
  readonly names: RegExp;
  readonly words: string;
  readonly thread?: RegExp;
  readonly stall?: true;
}

const MEANINGS = [
  'loop',
  'allocator',
  'inert',
  'entersOff',
  'withoutFaults',
  'section',
  'givenOutside',
  'lockMember',
  'releases',
  'acquires',
  'saysSleep',
  'makesNew',
  'copies',
  'writesText',
  'tells',
  'publishes',
  'busyWaits',
  'accessesDevice',
  'computes',
  'hashes',
  'graceThread',
] as const satisfies readonly (keyof PatternRecord)[];

type PatternMeaning = (typeof MEANINGS)[number];

const NOTHING = /(?!)/;

/** One expression for the patterns of these records. */
function anyOf(patterns: readonly PatternRecord[]): RegExp {
  return patterns.length === 0 ? NOTHING : new RegExp(patterns.map(({ pattern }) => pattern).join('|'));
}

function expressionsOf(patterns: readonly PatternRecord[]): Record<PatternMeaning, RegExp> {
  const expressions = MEANINGS.map(
    (meaning) => [meaning, anyOf(patterns.filter((record) => record[meaning] !== undefined))] as const,
  );
  return Object.fromEntries(expressions) as Record<PatternMeaning, RegExp>;
}

function framesOf(patterns: readonly PatternRecord[]): Record<FrameMeaning, RegExp> {
  const frames = FRAMES.map(
    (meaning) => [meaning, anyOf(patterns.filter(({ frame }) => frame === meaning))] as const,
  );
  return Object.fromEntries(frames) as Record<FrameMeaning, RegExp>;
}

function awaitedOf(patterns: readonly PatternRecord[]): readonly AwaitedEvent[] {
  return patterns.flatMap(({ pattern, awaited: words, endedBy }): readonly AwaitedEvent[] => {
    if (words === undefined) return [];
    const known = { names: new RegExp(pattern), words };
    if (endedBy === undefined) return [known];
    return [
      endedBy === 'grace period'
        ? { ...known, stall: true }
        : { ...known, thread: new RegExp(endedBy.thread) },
    ];
  });
}

/** Builds the tables of records. The later of two records about one subject wins. */
export function tablesOf(records: readonly ModelRecord[]): Tables {
  const functions = new Map<string, FunctionRecord>();
  const patterns: PatternRecord[] = [];
  const locks = new Map<string, LockApi>();
  const events = new Map<string, OtherApi>();
  const lockTypes = new Map<string, LockKind>();
  const [wrappers, sharedTypes, ownersTables, waitQueues] = [setOf(), setOf(), setOf(), setOf()];
  const operations = new Map<string, Operation>();
  const toldMembers = new Set<string>();
  const contextMembers = new Set<string>();
  const handlerFields = new Map<string, ExecutionContext>();
  const tableFields = new Map<string, FieldRecord>();
  const interruptNumbers = new Set<string>();
  const requestFields = new Set<string>();
  const handlerParameters = new Map<string, number>();
  const protocols = new Map<string, TableProtocol>();
  const oneAtATime = new Set<string>();
  const watches = new Map<string, Watches>();
  const watchingNames = setOf();
  const belongsTo = new Map<string, readonly string[]>();
  const layouts = new Map<string, LayoutRecord['members']>();
  const handlerFieldNames = setOf();
  const whileUp = new Map<string, ReadonlySet<string>>();
  const declaredIn = new Map<string, string>();
  const validatorNames = new Map<string, readonly string[]>();
  const queueLocks = new Map<string, QueueLock>();
  const lockWords = new Map<string, string>();
  const handOvers = new Map<string, HandOver>();
  const byFamily = new Set<string>();
  const handlerShapes: HandlerShape[] = [];
  const entryFields = new Map<string, EntryPoint>();
  const entryMacros = new Map<string, EntryPoint>();
  const entryContexts = new Map<ExecutionContext, EntryPoint>();
  let [moduleMark, reclaimBit, restart] = ['', '', ''];
  const saysMaySleep: string[] = [];
  let guardAttempt: GuardAttempt | undefined;
  let pause = { name: '', given: '' };

  for (const record of records) {
    if ('name' in record) {
      functions.set(record.name, { ...functions.get(record.name), ...record });
      if (record.moduleMark === true) moduleMark = record.name;
      if (record.failed !== undefined) guardAttempt = { declared: record.name, failed: record.failed };
      if (record.reclaimBit === true) reclaimBit = record.name;
      if (record.saysMaySleep === true) saysMaySleep.push(record.name);
      if (record.restarts === true) restart = record.name;
      if (record.pause !== undefined) pause = { name: record.name, given: record.pause };
      const lock = lockRow(record);
      // A lock operation is the whole of what happens, unless the call also registers, completes or awaits something under it.
      const isMore = (record.register ?? record.complete ?? (record.transient && record.wait)) !== undefined;
      const event = lock === undefined || isMore ? eventRow(record) : undefined;
      if (lock !== undefined) locks.set(record.name, lock);
      if (event !== undefined) events.set(record.name, event);
    } else if ('pattern' in record) {
      patterns.push(record);
    } else if ('type' in record) {
      if (record.lock !== undefined) lockTypes.set(record.type, record.lock);
      if (record.wrapper === true) addType(wrappers, record.type);
      if (record.shared === true) addType(sharedTypes, record.type);
      if (record.ownersTable === true) ownersTables.add(record.type);
      if (record.waitQueue === true) waitQueues.add(record.type);
      if (record.queueLock !== undefined) queueLocks.set(record.type, record.queueLock);
      if (record.handlerParameter !== undefined) handlerParameters.set(record.type, record.handlerParameter);
      if (record.oneAtATime === true) oneAtATime.add(record.type);
      if (record.watches !== undefined) watches.set(record.type, record.watches);
      if (record.watches?.byName === true) watchingNames.add(record.watches.hub);
      if (record.belongsTo !== undefined) belongsTo.set(record.type, record.belongsTo);
      if (record.protocol !== undefined) protocols.set(record.type, record.protocol);
    } else if ('layout' in record) {
      layouts.set(record.layout, record.members);
    } else if ('field' in record) {
      const {
        field,
        runsIn,
        interruptsOff,
        locksHeld = [],
        handlerRunsIn,
        exact,
        takenBy,
        ownLock,
        ownObject,
      } = record;
      const rest = {
        ...(exact === true && { isExact: true }),
        ...(takenBy && { takenBy }),
        ...(ownLock !== undefined && { ownLock }),
        ...(ownObject !== undefined && { ownObject }),
        ...(record.strict && { isStrict: true }),
        ...(interruptsOff === true && { interruptsOff }),
        ...(record.interruptsOn && { interruptsOn: true as const }),
        ...(record.filled && { isFilled: true }),
        ...(record.restarts && { restarts: true as const }),
        ...(record.alsoAtomic && { alsoAtomic: true as const }),
        ...(record.alsoProcess && { alsoProcess: true as const }),
        ...(record.blocking && { blocking: record.blocking }),
        ...(record.sleeping && { sleeping: record.sleeping }),
        ...(record.deferred && { deferred: record.deferred }),
        ...(record.sleepsIf !== undefined && { sleepsIf: record.sleepsIf }),
        ...(record.ownFlag && { ownFlag: record.ownFlag }),
        ...(record.atomicIf !== undefined && { atomicIf: record.atomicIf }),
        ...(record.onlyIf && { onlyIf: record.onlyIf }),
        ...(record.offAfter !== undefined && { offAfter: record.offAfter }),
        ...(record.unused !== undefined && { unused: record.unused }),
        ...(record.pinnedBy !== undefined && { pinnedBy: record.pinnedBy }),
        ...(record.kindMember !== undefined && { kindMember: record.kindMember }),
      };
      for (const name of [
        record.sleepsIf,
        record.atomicIf,
        record.onlyIf?.set,
        ...(record.onlyIf?.unset ?? []),
      ])
        if (name !== undefined) contextMembers.add(name);
      if (runsIn !== undefined) operations.set(field, { context: runsIn, locksHeld, ...rest });
      else if (interruptsOff === true) operations.set(field, { interruptsOff, locksHeld });
      if (exact === true || record.filled === true || INTERRUPTING.has(runsIn ?? handlerRunsIn ?? 'process'))
        toldMembers.add(field.slice(field.lastIndexOf('.') + 1));
      if (handlerRunsIn !== undefined) handlerFields.set(field, handlerRunsIn);
      if (record.ofRequest === true) requestFields.add(field);
      if (record.table === true) tableFields.set(field, record);
      if (record.interruptNumber === true) interruptNumbers.add(field);
      if (record.whileUp !== undefined) whileUp.set(field, new Set(record.whileUp));
      if (handlerRunsIn !== undefined || record.table === true) {
        handlerFieldNames.add(field.slice(field.lastIndexOf('.') + 1));
      }
    } else if ('class' in record) {
      if (record.declaredIn !== undefined) declaredIn.set(record.class, record.declaredIn);
      if (record.validatorNames !== undefined) validatorNames.set(record.class, record.validatorNames);
      if (record.handOver !== undefined) handOvers.set(record.class, record.handOver);
      if (record.byFamily) byFamily.add(record.class);
      for (const word of record.words ?? []) lockWords.set(word, record.class);
    } else if ('returns' in record) {
      const { runsIn, title, returns, parameters, registrars, softens } = record;
      const shape = { runsIn, title, returns, parameters, registrars };
      handlerShapes.push(softens === undefined ? shape : { ...shape, softens });
    } else {
      const { how, command, fields, macros, contexts } = record;
      for (const field of fields ?? []) entryFields.set(field, { how, command });
      for (const macro of macros ?? []) entryMacros.set(macro, { how, command });
      for (const context of contexts ?? []) entryContexts.set(context, { how, command });
    }
  }
  withGuardAliases(locks);
  return {
    functions,
    patterns,
    expressions: expressionsOf(patterns),
    frames: framesOf(patterns),
    awaited: awaitedOf(patterns),
    locks,
    events,
    lockTypes,
    wrappers,
    sharedTypes,
    ownersTables,
    waitQueues,
    queueLocks,
    operations,
    lockedRecords: lockedIn(locks.values(), operations.values()),
    operationNames: new Set([...operations.keys()].map((name) => name.slice(name.lastIndexOf('.') + 1))),
    toldMembers,
    contextMembers,
    handlerFields,
    tableFields,
    interruptNumbers,
    requestFields,
    handlerParameters,
    protocols,
    oneAtATime,
    watches,
    watchingNames,
    belongsTo,
    layouts,
    whileUp,
    handlerFieldNames,
    declaredIn,
    validatorNames,
    lockWords,
    handOvers,
    byFamily,
    handlerShapes,
    entryFields,
    entryMacros,
    entryContexts,
    moduleMark,
    guardAttempt,
    reclaimBit,
    saysMaySleep,
    restart,
    pause,
  };
}

const setOf = (): Set<string> => new Set();

/** Adds a record by its tag and by its type. */
function addType(types: Set<string>, type: string): void {
  const tag = type.replace(/^struct /, '');
  types.add(tag).add(`struct ${tag}`);
}

/**
 * Lets a conditional guard class be found by its class name alone: `guard:mutex_intr` finds `cond_guard:mutex_intr`.
 */
function withGuardAliases(rows: Map<string, LockApi>): void {
  const prefix = 'cond_guard:';
  for (const [name, api] of rows) {
    const alias = `guard:${name.slice(prefix.length)}`;
    if (name.startsWith(prefix) && !rows.has(alias)) rows.set(alias, api);
  }
}

/** The records that have a lock, as calls that take it and classes held at calls name them. */
function lockedIn(locks: Iterable<LockApi>, operations: Iterable<Operation>): ReadonlySet<string> {
  const found = new Set<string>();
  const note = (form: RegExp, text = ''): void => {
    const tag = form.exec(text)?.[1];
    if (tag !== undefined) found.add(tag);
  };
  for (const { argType, path } of locks)
    if (path !== undefined && path !== 'RET') note(/^struct (\w+)$/, argType);
  for (const { locksHeld = [] } of operations) for (const name of locksHeld) note(/^(\w+)\.\w+/, name);
  return found;
}
