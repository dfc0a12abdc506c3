import { hashText } from '../base/hash.js';
import { BUILT_IN, BUILT_IN_HASH, recordsWith } from './records/built-in.js';
import {
  FS_RECLAIM,
  INVERSE_MEMBERS,
  MMAP_LOCK,
  SLEEPER,
  SRCU_DOMAIN_LOCK,
  STOPPED_BEFORE,
} from './classes.js';
import { PREEMPT_RT_OPTION, SMP_OPTION, underPreemptRt } from './preempt-rt.js';
import type { FunctionRecord, ModelRecord, UserModel } from './records/record.js';
import { recordsAbout } from './about.js';
import { BEGINS, DETACHING, ENDS_OF_USE, LAST_USES, MODULE_OWNER, TABLE_ENDS } from './removals.js';
import { tablesOf, type Tables } from './records/tables.js';
import type { LoopMacro, Models } from './types.js';
import {
  CURRENT_TASK,
  FILE_SYSTEM_BIT,
  isImplicitClass,
  implicitSections,
  acquiresImplicitClass,
  UNIQUE_MEMBERS,
} from './implicit.js';
import { userRecords } from './records/user.js';
import {
  asSleeping,
  asSpinning,
  assertion,
  irqVariant,
  nestedVariant,
  savingSwitch,
  sleepingType,
  spinningType,
  switchesOn,
} from './variants.js';

/** The entry function of a program, by the C standard. */
const PROGRAM_START = 'main';

/**
 * The built-in records together with the user's. A user's record replaces the built-in one of the same name. Summaries
 * do not depend on anything `preemptRt` changes, so the hash does not include it.
 */
export function createModels(user: readonly UserModel[] = [], preemptRt = false): Models {
  const added = userRecords(user);
  const tables = added.length === 0 ? BUILT_IN : tablesOf(recordsWith(added));
  const locks = preemptRt
    ? new Map([...tables.locks].map(([name, api]) => [name, underPreemptRt(api)]))
    : tables.locks;
  const { functions, events, expressions } = tables;
  const of = <K extends keyof FunctionRecord>(name: string, role: K): FunctionRecord[K] | undefined =>
    functions.get(name)?.[role];
  const fieldKey = (record: string, field: string): string => `${record.replace(/^struct /, '')}.${field}`;
  return {
    hash: added.length === 0 ? BUILT_IN_HASH : hashText(BUILT_IN_HASH + JSON.stringify(user)),
    lockApi: (name) => locks.get(name),
    lockNaming: (name) => of(name, 'lockNaming'),
    lockGiven: (name) => of(name, 'lockGiven'),
    mayPointToLock: (member) => expressions.lockMember.test(member),
    api: (name) => events.get(name),
    declarator: (name) => of(name, 'declarator'),
    loopMacro: (name) => loopMacro(tables, name),
    elementCall: (name) => of(name, 'element'),
    transparent: (name) => of(name, 'value'),
    givesArg: (name) => of(name, 'givesArg') === true,
    readsThrough: (name) => of(name, 'valueAt'),
    isMemberCall: (name) => of(name, 'member') === true,
    assignMacro: (name) => of(name, 'assign'),
    companion: (name) => of(name, 'companion'),
    container: (name) => of(name, 'container'),
    isAttribute: (word) => of(word, 'attribute') === true,
    isStructMacro: (word) => of(word, 'structMacro') === true,
    isAttributeCall: (word) => of(word, 'attributeCall') === true,
    isLockAnnotation: (word) => of(word, 'lockAnnotation') === true,
    isUnguarded: (word) => of(word, 'unguarded') === true,
    isAllocator: (name) => of(name, 'allocator') === true || expressions.allocator.test(name),
    makesZeros: (name) => of(name, 'zeros') === true,
    endsGiven: (name) => of(name, 'endsGiven') === true,
    zeroIf: (name) => of(name, 'zeroIf'),
    asksFlags: (name) => of(name, 'asksFlags'),
    returnsNumber: (name) => of(name, 'returnsNumber'),
    bits: (name) => of(name, 'bits'),
    neverFails: (flag) => of(flag, 'neverFails') === true,
    soundsLikeRelease: (name) => expressions.releases.test(name),
    soundsLikeAcquire: (name) => expressions.acquires.test(name),
    soundsLikeMakingNew: (name) => expressions.makesNew.test(name),
    soundsLikeCopying: (name) => expressions.copies.test(name),
    soundsLikeWritingText: (name) => expressions.writesText.test(name.toLowerCase()),
    soundsLikeTelling: (name) => expressions.tells.test(name.toLowerCase()),
    saysSleep: (member) => expressions.saysSleep.test(member),
    isNoReturn: (name) => of(name, 'noreturn') === true,
    returnsArg: (name) => of(name, 'returnsArg'),
    isFill: (name) => of(name, 'fill') === true,
    isCrash: (name) => of(name, 'crash') === true,
    resetsValidator: (name) => of(name, 'resetsValidator') === true,
    constant: (name) => of(name, 'constant'),
    lastReferenceTest: (name) => of(name, 'lastReferenceTest'),
    tellsKind: (name) => of(name, 'tellsKind') === true,
    isStateTest: (name) => of(name, 'stateTest') === true,
    claims: (name) => of(name, 'claims') === true,
    passesOn: (name) => of(name, 'passesOn') === true,
    sleepsInside: (name) => of(name, 'sleepsInside'),
    statesAcquisition: (name) => of(name, 'statesAcquisition') === true,
    makes: (name) => of(name, 'makes'),
    isConditionalBug: (name) => of(name, 'conditionalBug') === true,
    isInert: (name) =>
      !locks.has(name) && !events.has(name) && (of(name, 'inert') === true || expressions.inert.test(name)),
    errorTest: (name) => of(name, 'errorTest'),
    scopeMacro: (name) => {
      const form = of(name, 'scope');
      return form === undefined ? undefined : { form };
    },
    definesScope: (name) => of(name, 'definesScope'),
    expansion: (name) => of(name, 'expansion'),
    guardCalls: (name) => {
      const { setup, cleanup } = functions.get(`guard:${name}`) ?? {};
      return setup === undefined || cleanup === undefined ? undefined : { setup, cleanup };
    },
    scopeEnd: (name) => of(`free:${name}`, 'cleanup'),
    lockType: (base) => tables.lockTypes.get(base),
    isGenericContainer: (tag) => tables.wrappers.has(tag),
    hasKnownLock: (tag) => tables.lockedRecords.has(tag),
    lockWord: (words) => tables.lockWords.get(words),
    isBaseClass: (tag) => tables.sharedTypes.has(tag),
    isOwnersTable: (type) => tables.ownersTables.has(type),
    declaredIn: (lockClass) => tables.declaredIn.get(lockClass),
    operation: (record, field) => tables.operations.get(fieldKey(record, field)),
    handOver: (lockClass) => tables.handOvers.get(lockClass),
    isByFamily: (lockClass) => tables.byFamily.has(lockClass),
    assertion: (name) => assertion(locks, locks.get(name)),
    irqVariant: (name, form) => irqVariant(locks, name, form),
    nestedVariant: (name) => nestedVariant(locks, name),
    asSleeping: (word) => asSleeping(locks, word),
    sleepingType,
    asSpinning: (word) => asSpinning(locks, word),
    spinningType,
    delays: (name) => expressions.busyWaits.test(name),
    accessesDevice: (name) => expressions.accessesDevice.test(name),
    computes: (name) => expressions.computes.test(name),
    hashes: (name) => expressions.hashes.test(name),
    needsInterrupts: (name) =>
      of(name, 'needsInterrupts') === true || switchesOn(locks.get(name), events.get(name)),
    startedArg: (name) => {
      const event = events.get(name);
      return (event?.ontoArg ?? event?.queueName) === undefined ? of(name, 'starts') : event?.arg;
    },
    switchesOn: (name) => switchesOn(locks.get(name), events.get(name)),
    entersOff: (word) => of(word, 'entersOff') === true || expressions.entersOff.test(word),
    spinningWait: (name) => of(name, 'spinningWait'),
    tellsThread: (name) => of(name, 'tellsThread') === true,
    threaded: (name) => of(name, 'threaded'),
    yields: (name) => of(name, 'yields') === true,
    asWork: (name) => of(name, 'asWork'),
    attempt: (name) => {
      const made = locks.get(of(name, 'attempt') ?? '');
      return made?.op === 'try' && made.success === 'nonzero' ? made : undefined;
    },
    guardAttempt: tables.guardAttempt,
    restart: tables.restart,
    pause: tables.pause,
    switchedBack: (name) => of(name, 'switchedBack'),
    unlocked: (name) => of(name, 'unlocked'),
    clock: (name) => of(name, 'clock'),
    savingSwitch: (name) => savingSwitch(events, name),
    allocationFlag: (name) => of(name, 'allocationFlag'),
    mapsPages: (name) => of(name, 'mapsPages') === true,
    needsReclaim: (flag) => of(flag, 'needsReclaim') === true,
    tellsLastPut: (name) => of(name, 'lastPut') === true,
    takesReference: (name) => of(name, 'referenceGet') === true,
    unlinks: (name) => of(name, 'unlinks') === true,
    links: (name) => of(name, 'links') === true,
    takesOut: (name) => of(name, 'takesOut') === true,
    namesWhoRuns: (name) => of(name, 'namesRunner') === true,
    runsWithoutFaults: (name) => of(name, 'withoutFaults') === true || expressions.withoutFaults.test(name),
    endsRun: (name) => of(name, 'endsRun') === true,
    withoutWait: (name) => of(name, 'withoutWait'),
    inAtomic: (name) => of(name, 'inAtomic'),
    handlerField: (record, field) => tables.handlerFields.get(fieldKey(record, field)),
    referencePut: (name) => of(name, 'referencePut'),
    tablePut: (name) => of(name, 'tablePut'),
    tableEnds: (record, field) => {
      const found = tables.tableFields.get(fieldKey(record, field));
      return found && (found.tableEnds ?? TABLE_ENDS);
    },
    tableOnly: (record, field) => tables.tableFields.get(fieldKey(record, field))?.tableOnly,
    isRequestField: (record, field) => tables.requestFields.has(fieldKey(record, field)),
    isInterruptNumber: (record, field) => tables.interruptNumbers.has(fieldKey(record, field)),
    isHandlerField: (field) => tables.handlerFieldNames.has(field),
    attributeMacro: (name) => of(name, 'attributeMacro'),
    initialiserMacro: (name) => of(name, 'initialiserMacro'),
    memberMacro: (name) => of(name, 'memberMacro'),
    givesData: (name) => of(name, 'givesData') === true,
    opensFile: (name) => of(name, 'opensFile') === true,
    protocol: (type) => tables.protocols.get(type),
    isOneAtATime: (type) => tables.oneAtATime.has(type),
    watches: (type) => tables.watches.get(type),
    isWatchingName: (path) => tables.watchingNames.has(path),
    belongsTo: (type) => tables.belongsTo.get(type),
    memberType: (type, member) => tables.layouts.get(type)?.[member] ?? '',
    handlerParameter: (record) => tables.handlerParameters.get(record) ?? 0,
    atomicFlag: (name) => of(name, 'atomicFlag'),
    spareFlag: (name) => of(name, 'spareFlag'),
    reclaimBit: tables.reclaimBit,
    saysMaySleep: tables.saysMaySleep,
    fileSystemBit: FILE_SYSTEM_BIT,
    sectionsAt: (record, field) => implicitSections(tables.operations.get(fieldKey(record, field))),
    isContextMember: (name) => tables.contextMembers.has(name),
    isToldMember: (field) => tables.toldMembers.has(field),
    isOperation: (field) => tables.operationNames.has(field),
    recordOfMember: (field) => UNIQUE_MEMBERS.get(field),
    isImplicitClass,
    acquiresImplicitClass,
    faultClass: MMAP_LOCK,
    isCurrentTask: (name) => name === CURRENT_TASK,
    isWithoutFs: (flags) => of(flags, 'withoutFs') === true,
    reclaimClass: FS_RECLAIM,
    sleeperClass: SLEEPER,
    srcuDomainLock: SRCU_DOMAIN_LOCK,
    isWaitQueue: (type) => tables.waitQueues.has(type),
    queueLock: (type) => tables.queueLocks.get(type),
    validatorNames: (lockClass) => tables.validatorNames.get(lockClass) ?? [],
    spinningDelay: (name) => of(name, 'spinningDelay'),
    pollInAtomic: (name) => of(name, 'pollInAtomic'),
    sleepingIterator: (name) => of(name, 'sleepingIterator'),
    handlerShapes: tables.handlerShapes,
    timerMode: (name) => {
      const mode = of(name, 'timerMode');
      return mode === 'hard' && preemptRt && !name.endsWith('_HARD') ? 'soft' : mode;
    },
    softTimerMode: (name) => {
      const soft = `${name}_SOFT`;
      return of(name, 'timerMode') === 'hard' && of(soft, 'timerMode') === 'soft' ? soft : undefined;
    },
    preemptRt,
    neverUnset: (option) => option === SMP_OPTION,
    configured: (option) => (option === PREEMPT_RT_OPTION ? (preemptRt ? 1 : 0) : undefined),
    runsOnlyUp: (record, field, besides) =>
      tables.whileUp.get(fieldKey(record, field))?.has(besides) === true,
    isWhileUp: (record, field) => tables.whileUp.has(fieldKey(record, field)),
    isProbe: (field) => field === 'probe',
    begins: (field) => BEGINS.test(field),
    stoppedBefore: (field) => STOPPED_BEFORE.get(field),
    endsUse: (field) => LAST_USES.has(field),
    detaches: (field) => DETACHING.includes(field),
    endOfUse: (field) => ENDS_OF_USE.get(field) ?? [],
    isRemoval: (field) => field === 'remove' || field === 'remove_new',
    publishes: (name) => of(name, 'publishes') === true,
    opensDevice: (name) => {
      const api = events.get(name);
      const starts = api?.startsThread === true || api?.ontoArg !== undefined || api?.queueName !== undefined;
      if (starts || of(name, 'publishes') === true || of(name, 'starts') !== undefined) return true;
      return api?.handlerArg === undefined && expressions.publishes.test(name);
    },
    isProgramStart: (name) => name === PROGRAM_START,
    moduleOwner: MODULE_OWNER,
    moduleMark: tables.moduleMark,
    keepsHard: (flag) => of(flag, 'keepsHard') === true,
    isSoftQueue: (name) => of(name, 'softQueue') === true,
    contextMember: (name) => of(name, 'sleepsIf') ?? of(name, 'atomicIf'),
    isTimerSetup: (name) => of(name, 'timerSetup') === true,
    isGivenOutside: (name) => expressions.givenOutside.test(name),
    isModuleExit: (section) => of(section, 'section') === 'module-exit',
    isProcessEntry: (section, name) => of(section, 'section') !== undefined || expressions.section.test(name),
    callbackCalls: (name) => of(name, 'callbacks') ?? [],
    isInverseMember: (one, other) => {
      const way = one.slice(one.lastIndexOf('.') + 1);
      const back = other.slice(other.lastIndexOf('.') + 1);
      // Neighbours by another link are in another list.
      if (one.slice(0, -way.length) !== other.slice(0, -back.length)) return false;
      return INVERSE_MEMBERS.some(([a, b]) => (a.test(way) && b.test(back)) || (b.test(way) && a.test(back)));
    },
  };
}

/** All records about a function, macro, type, field (`record.field`) or lock class, patterns included. */
export function modelRecords(name: string, user: readonly UserModel[] = []): readonly ModelRecord[] {
  return recordsAbout(userRecords(user), name);
}

/** The model of a loop macro. An unknown macro with a loop-like name is only known to be a loop. */
function loopMacro({ functions, expressions }: Tables, name: string): LoopMacro | undefined {
  const known = functions.get(name)?.loop;
  if (known !== undefined) return known === false ? undefined : known;
  return expressions.loop.test(name) ? {} : undefined;
}
