import { folderOf } from '../../base/paths.js';
import type { FunctionRef, Program } from '../../link/types.js';
import type { OtherApi } from '../../models/types.js';
import { eventAt } from '../../skeleton/lowering/events.js';
import type { EventId, Skeleton } from '../../skeleton/types.js';
import { bareName, pointed, type Term } from '../../summaries/locks/terms.js';
import { functionsGiven, isMember, isOfEachRow } from '../contexts/given-handlers.js';

/** A function that a call registers. */
export interface GivenFunction {
  readonly handler: FunctionRef;
  /** The argument that gives it. */
  readonly arg: number;
  readonly runsIn: OtherApi['runsIn'];
  /** Whether it is one of several that the variable, or the member of a table, may hold. */
  readonly isOneOf: boolean;
}

/** The function or variable that a value is, or points to. */
export function nameOf(value: Term | undefined): string | undefined {
  const at = value && pointed(value);
  return at?.k === 'global' ? bareName(at) : undefined;
}

/** The function with a body that a value names. */
export function functionOf(program: Program, value: Term | undefined, file: string): FunctionRef | undefined {
  const name = nameOf(value);
  const [found] = name === undefined ? [] : program.resolveCall(name, file);
  return found?.item === undefined ? undefined : found;
}

/** A call with its arguments, as its caller sees them. */
export interface RegisteringCall {
  readonly fn: FunctionRef;
  readonly skeleton: Skeleton;
  readonly event: EventId;
  readonly args: readonly Term[];
}

/** The functions that a call registers. A parameter is known where the function that has it is called. */
export function* handlersAt(
  program: Program,
  { fn, skeleton, event, args }: RegisteringCall,
  api: OtherApi,
): Generator<GivenFunction> {
  for (const [arg, runsIn] of handlerArgs(api)) {
    const named = functionOf(program, args[arg], fn.file);
    if (named !== undefined) {
      yield { handler: named, arg, runsIn, isOneOf: false };
      continue;
    }
    if (args[arg]?.k === 'parameter' || args[arg]?.k === 'constant') continue;
    const call = eventAt(skeleton, event);
    const given = call !== undefined && 'args' in call ? call.args[arg] : undefined;
    const all = functionsGiven(program, fn, skeleton, given).filter(
      ({ item, file }) => item !== undefined && folderOf(file) === folderOf(fn.file),
    );
    const isOneOf =
      (all.length > 1 || isMember(skeleton, given)) &&
      !isOfEachRow(program, fn, skeleton, { id: given, event });
    for (const handler of all) yield { handler, arg, runsIn, isOneOf };
  }
}

function* handlerArgs(api: OtherApi): Generator<readonly [number, OtherApi['runsIn']]> {
  if (api.handlerArg !== undefined) yield [api.handlerArg, api.runsIn];
  if (api.threadArg !== undefined) yield [api.threadArg, api.threadRunsIn];
}
