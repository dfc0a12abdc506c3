import type { ContextModels } from './facts/contexts.js';
import type { DeviceModels } from './facts/devices.js';
import type { EventModels } from './facts/events.js';
import type { LanguageModels } from './facts/language.js';
import type { LockModels } from './facts/locks.js';
import type { ObjectModels } from './facts/objects.js';
import type { OperationModels } from './facts/operations.js';
import type { ReplacementModels } from './facts/replacements.js';
import type { ScopeModels } from './facts/scopes.js';

export type { ExecutionContext, HandlerShape } from './facts/contexts.js';
export type { CallbackCall, MemberOfParameter, OtherApi, SleepsInside } from './facts/events.js';
export type {
  AssignMacro,
  AttributeMacro,
  Companion,
  ContainerMacro,
  DeclaratorMacro,
  LoopMacro,
} from './facts/language.js';
export type {
  HandOver,
  IrqForm,
  LockApi,
  LockGiven,
  LockKind,
  LockMode,
  LockNaming,
  QueueLock,
} from './facts/locks.js';
export type { AllocationFlag, MadeObject, ReferencePut, TablePut } from './facts/objects.js';
export type {
  BlockingMember,
  Deferral,
  Operation,
  SleepingMember,
  OwnFlag,
  TableCondition,
  TableProtocol,
  Watches,
  WorkCalls,
} from './facts/operations.js';
export type {
  AsWork,
  ClockFacts,
  GuardAttempt,
  PollInAtomic,
  SleepingIterator,
  SpinningDelay,
  ThreadedVariant,
  TimedWork,
  Unlocked,
} from './facts/replacements.js';
export type { EntryPoint, StackRole } from './facts/reports.js';
export type { DefinesScope, GuardCalls, MacroDefinition, ScopeMacro } from './facts/scopes.js';
export type { UserCalls, UserLockCall } from './facts/users.js';

/**
 * Everything known about the kernel. This folder is the only place with names of kernel functions, macros and types; all other
 * code asks {@link Models}.
 */
export interface Models
  extends
    LockModels,
    EventModels,
    LanguageModels,
    ScopeModels,
    ObjectModels,
    ContextModels,
    OperationModels,
    DeviceModels,
    ReplacementModels {
  /** Identifies the tables, including user records; part of every summary's cache key. */
  readonly hash: string;
}
