import { isAllocator } from './allocators.js';
import { wellKnownConstant } from './errno.js';
import { hashText } from '../base/hash.js';
import { attributeCalls, attributes, lockAnnotations } from './annotations.js';
import { DECLARED_IN, INVERSE_MEMBERS, FS_RECLAIM, SLEEPER } from './classes.js';
import { contexts } from './contexts.js';
import { declarators } from './declarators.js';
import { objectFrees, referencePuts } from './frees.js';
import { allocationFlags, atomicFlags, RECLAIM_BIT, withoutFs } from './gfp.js';
import { attributeMacros } from './attributes.js';
import {
  handlerFields,
  handlerShapes,
  hardTimerModes,
  MODULE_EXIT,
  processSections,
  softTimerModes,
  SYSCALL,
  tableFields,
  timerSetups,
} from './handlers.js';
import { handOvers } from './hand-overs.js';
import { inertNames, isInert } from './inert.js';
import { lockApis } from './locks/index.js';
import { lockMember, lockNamings, validatorNames } from './lock-names.js';
import { loopMacro, loops } from './loops.js';
import {
  assignMacros,
  conditionalBugs,
  companions,
  containerMacros,
  elementCalls,
  errorTests,
  crashes,
  fills,
  noReturn,
  scopeEnds,
  scopeMacros,
  memberCalls,
  transparentCalls,
  validatorResets,
} from './macros.js';
import { isGivenOutside, neverDefined } from './never-defined.js';
import { operations } from './operations.js';
import { lockWords } from './lock-words.js';
import { baseClasses, genericContainers, lockTypes, ownersTables, waitQueues } from './records.js';
import { MODULE_MARK, publishing, quieting, whileUp } from './quiet.js';
import { hardFlags, PREEMPT_RT_OPTION, underPreemptRt } from './preempt-rt.js';
import { callbackCalls, registries } from './registries.js';
import { lastPuts, lastReferenceTests, runningNames, stateTests } from './references.js';
import { runsWithoutFaults, sleepers, spinningDelays } from './sleepers.js';
import type { LockApi, Models, OtherApi, UserModel } from './types.js';
import { userApis } from './user.js';
import { irqVariant, nestedVariant, savingSwitch } from './variants.js';
import { runEnds, waits, withoutWaits } from './waits.js';

/** Bumped when the meaning of a row changes without its text. */
const REVISION = 1;

const builtIn: ReadonlyMap<string, LockApi> = withGuardAliases(
  new Map(lockApis.map((api) => [api.name, api])),
);

const others: ReadonlyMap<string, OtherApi> = new Map(
  [...sleepers, ...contexts, ...objectFrees, ...quieting, ...waits, ...registries].map((api) => [
    api.name,
    api,
  ]),
);

const handlerFieldNames: ReadonlySet<string> = new Set(
  [...handlerFields.keys(), ...tableFields].map((name) => name.slice(name.lastIndexOf('.') + 1)),
);

let builtInText: string | undefined;

/**
 * The built-in tables and what a user adds to them. A user's row replaces the built-in one of its name. What
 * `preemptRt` changes no summary depends on: the hash does not know it.
 */
export function createModels(user: readonly UserModel[] = [], preemptRt = false): Models {
  const added = userApis(user);
  const all =
    added.length === 0 ? builtIn : new Map([...builtIn, ...added.map((api) => [api.name, api] as const)]);
  const locks = preemptRt ? new Map([...all].map(([name, api]) => [name, underPreemptRt(api)])) : all;
  const ends = new Set([...noReturn, ...user.flatMap((model) => model.noreturn ?? [])]);
  builtInText ??= JSON.stringify([
    REVISION,
    lockApis,
    [...others.values()],
    [...lockNamings],
    lockMember.source,
    [...declarators],
    [...loops],
    [...inertNames],
    [...transparentCalls],
    [...memberCalls],
    [...elementCalls],
    [...callbackCalls],
    [...assignMacros],
    [...companions],
    [...containerMacros],
    [...scopeMacros],
    [...scopeEnds],
    [...errorTests],
    [...crashes],
    [...noReturn],
    [...fills],
    [...conditionalBugs],
    [...attributes],
    [...attributeCalls],
    [...lockAnnotations],
    [...lockTypes],
    [...genericContainers],
    [...baseClasses],
    [...DECLARED_IN],
    [...operations],
    [...handOvers],
    [...neverDefined],
    [...allocationFlags],
    handlerShapes,
    [...softTimerModes, ...hardTimerModes, ...processSections, ...timerSetups],
  ]);
  return {
    hash: hashText(builtInText + JSON.stringify(user)),
    lockApi: (name) => locks.get(name),
    lockNaming: (name) => lockNamings.get(name),
    mayPointToLock: (member) => lockMember.test(member),
    api: (name) => (locks.has(name) ? undefined : others.get(name)),
    declarator: (name) => declarators.get(name),
    loopMacro,
    elementCall: (name) => elementCalls.get(name),
    transparent: (name) => transparentCalls.get(name),
    callbackCall: (name) => callbackCalls.get(name),
    isMemberCall: (name) => memberCalls.has(name),
    assignMacro: (name) => assignMacros.get(name),
    companion: (name) => companions.get(name),
    container: (name) => containerMacros.get(name),
    isAttribute: (word) => attributes.has(word),
    isAttributeCall: (word) => attributeCalls.has(word),
    isLockAnnotation: (word) => lockAnnotations.has(word),
    isAllocator,
    soundsLikeRelease: (name) => /unlock|release/.test(name),
    isNoReturn: (name) => ends.has(name),
    isFill: (name) => fills.has(name),
    isCrash: (name) => crashes.has(name),
    resetsValidator: (name) => validatorResets.has(name),
    constant: wellKnownConstant,
    lastReferenceTest: (name) => lastReferenceTests.get(name),
    isStateTest: (name) => stateTests.has(name),
    isConditionalBug: (name) => conditionalBugs.has(name),
    isInert: (name) => !locks.has(name) && !others.has(name) && isInert(name),
    errorTest: (name) => errorTests.get(name),
    scopeMacro: (name) => scopeMacros.get(name),
    scopeEnd: (name) => scopeEnds.get(name),
    lockType: (base) => lockTypes.get(base),
    isGenericContainer: (tag) => genericContainers.has(tag),
    lockWord: (words) => lockWords.get(words),
    isBaseClass: (tag) => baseClasses.has(tag),
    isInverseMember: (one, other) =>
      INVERSE_MEMBERS.some(([a, b]) => (a.test(one) && b.test(other)) || (b.test(one) && a.test(other))),
    isOwnersTable: (type) => ownersTables.has(type),
    declaredIn: (lockClass) => DECLARED_IN.get(lockClass),
    operation: (record, field) => operations.get(`${record.replace(/^struct /, '')}.${field}`),
    handOver: (lockClass) => handOvers.get(lockClass),
    irqVariant: (name, form) => irqVariant(locks, name, form),
    nestedVariant: (name) => nestedVariant(locks, name),
    savingSwitch: (name) => savingSwitch(others, name),
    allocationFlag: (name) => allocationFlags.get(name),
    tellsLastPut: (name) => lastPuts.has(name),
    namesWhoRuns: (name) => runningNames.has(name),
    runsWithoutFaults,
    endsRun: (name) => runEnds.has(name),
    withoutWait: (name) => withoutWaits.get(name),
    handlerField: (record, field) => handlerFields.get(`${record}.${field}`),
    referencePut: (name) => referencePuts.get(name),
    isTableField: (record, field) => tableFields.has(`${record}.${field}`),
    isHandlerField: (field) => handlerFieldNames.has(field),
    attributeMacro: (name) => attributeMacros.get(name),
    atomicFlag: (name) => atomicFlags.get(name),
    reclaimBit: RECLAIM_BIT,
    isWithoutFs: (flags) => withoutFs.has(flags),
    reclaimClass: FS_RECLAIM,
    sleeperClass: SLEEPER,
    isWaitQueue: (type) => waitQueues.has(type),
    validatorNames: (lockClass) => validatorNames.get(lockClass) ?? [],
    spinningDelay: (name) => spinningDelays.get(name),
    handlerShapes,
    timerMode: (name) =>
      softTimerModes.has(name) || (preemptRt && hardTimerModes.has(name) && !name.endsWith('_HARD'))
        ? 'soft'
        : hardTimerModes.has(name)
          ? 'hard'
          : undefined,
    preemptRt,
    configured: (option) => (option === PREEMPT_RT_OPTION ? (preemptRt ? 1 : 0) : undefined),
    runsOnlyUp: (record, field, besides) =>
      whileUp.get(`${record.replace(/^struct /, '')}.${field}`)?.has(besides) === true,
    isWhileUp: (record, field) => whileUp.has(`${record.replace(/^struct /, '')}.${field}`),
    isProbe: (field) => field === 'probe',
    publishes: (name) => publishing.has(name),
    moduleMark: MODULE_MARK,
    keepsHard: (flag) => hardFlags.has(flag),
    isTimerSetup: (name) => timerSetups.has(name),
    isGivenOutside,
    isModuleExit: (section) => section === MODULE_EXIT,
    isProcessEntry: (section, name) => processSections.has(section) || SYSCALL.test(name),
  };
}

/** A conditional guard class is asked for by its class name alone: `guard:mutex_intr` finds `cond_guard:mutex_intr`. */
function withGuardAliases(rows: Map<string, LockApi>): Map<string, LockApi> {
  const prefix = 'cond_guard:';
  for (const [name, api] of rows) {
    const alias = `guard:${name.slice(prefix.length)}`;
    if (name.startsWith(prefix) && !rows.has(alias)) rows.set(alias, api);
  }
  return rows;
}
