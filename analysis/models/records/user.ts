import type { FunctionRecord, LockFacts, ModelRecord, UserModel } from './record.js';
import type { UserCalls, UserLockCall } from '../types.js';

/** The records of a user's models. In lists of calls, a lock without a kind counts as a mutex. */
export function userRecords(models: readonly UserModel[]): ModelRecord[] {
  return models.flatMap((model) => (isCalls(model) ? recordsOf(model) : [model]));
}

const LISTS = ['acquire', 'release', 'try', 'noreturn'] as const;

/** Whether the entry consists of lists of calls, which has no subject of its own. */
function isCalls(model: UserModel): model is UserCalls {
  return Object.keys(model).every((key) => LISTS.some((list) => list === key));
}

function recordsOf(model: UserCalls): FunctionRecord[] {
  return [
    ...(model.acquire ?? []).map((call) => ({ name: call.name, acquire: facts(call) })),
    ...(model.try ?? []).map((call) => ({
      name: call.name,
      try: { ...facts(call), success: call.success ?? 'nonzero' },
    })),
    ...(model.release ?? []).map((call) => ({ name: call.name, release: facts(call) })),
    ...(model.noreturn ?? []).map((name) => ({ name, noreturn: true as const })),
  ];
}

function facts(call: UserLockCall): LockFacts {
  return {
    kind: call.kind ?? 'mutex',
    ...(call.arg === undefined ? {} : { arg: call.arg }),
    ...(call.mode === undefined ? {} : { mode: call.mode }),
    ...(call.subclassArg === undefined ? {} : { subclassArg: call.subclassArg }),
  };
}
