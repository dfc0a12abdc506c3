import {
  calledAs,
  isScheduling,
  isSpinning,
  plainFunction,
  stackRole,
  type StackRole,
} from '../../../models/stacks.js';
import type { LockKind, Models } from '../../../models/types.js';
import type { Frame } from '../../read/types.js';

/** A backtrace without locking functions, and what its innermost frames wait for. */
export interface ReadStack {
  /** Innermost first. */
  readonly frames: readonly Frame[];
  /** The awaited lock or event, by the outermost function that names it: the API called. */
  readonly waits: Exclude<StackRole, { readonly k: 'machinery' | 'entry' }> | undefined;
  /** Name of the waiting function, which the first of {@link frames} called. */
  readonly through: string;
  /** The function whose name says what is awaited: an inner one if {@link through} waits for several things in turn. */
  readonly telling: string;
  /** Its frame if it is no locking primitive: `rtnl_lock`, `synchronize_rcu`. */
  readonly wrapper: Frame | undefined;
  /** Kind of the lock whose slow path the task runs. */
  readonly inside: LockKind | undefined;
}

function roleOf(name: string, models: Models): StackRole | undefined {
  const known = stackRole(name);
  if (known) return known;
  for (const word of calledAs(name)) {
    const lock = models.lockApi(word);
    if (lock && (lock.op === 'acquire' || lock.op === 'try')) return { k: 'lock', kind: lock.kind };
    // Nothing waits in a release: a report from inside is about its caller.
    if (lock?.op === 'release') return { k: 'machinery' };
  }
  const api = models.api(plainFunction(name));
  return api?.k === 'wait' && api.awaits !== undefined ? { k: 'wait', awaits: api.awaits } : undefined;
}

/** Innermost entries among which the functions of a wait are looked for. */
const DEEPEST_WAIT = 12;

/**
 * The entries that count. A kernel built without an unwinder marks all of them as unsure; then stale ones lie between
 * the true ones, and those above the last function that waits are left out.
 */
function believed(stack: readonly Frame[], models: Models): readonly Frame[] {
  const named = stack.filter((frame) => frame.function !== '');
  const sure = named.filter(({ reliable }) => reliable);
  // For a running task, the scheduler's frame at the top may be the only reliable one.
  const isTelling = (frame: Frame): boolean => frame.interrupted !== true && !isScheduling(frame.function);
  if (named.length < 3 || sure.some(isTelling)) return sure;
  const roles = named.map((frame) => roleOf(frame.function, models)?.k);
  const waits = named
    .slice(0, DEEPEST_WAIT)
    .reduce(
      (last, { function: name }, at) =>
        roles[at] === 'lock' || roles[at] === 'wait' || isScheduling(name) ? at : last,
      -1,
    );
  return named.filter((_frame, at) => at > waits || roles[at] !== undefined);
}

/** Functions inlined into a wait loop, one into another. */
const MOST_INLINED = 4;

/** Events that a function waits for on behalf of another one, which then waits for nothing else at that moment. */
const NAMED_EVENTS: ReadonlySet<string> = new Set(['rcu', 'srcu', 'work', 'queue']);

/** Strips the functions for waiting, locking and reporting off the top of a backtrace. */
export function readStack(stack: readonly Frame[], models: Models): ReadStack {
  const reliable = believed(stack, models);
  let waits: ReadStack['waits'];
  let through = '';
  let telling = '';
  let wrapper: Frame | undefined;
  let inside: LockKind | undefined;
  // Debuggers show what is inlined into a wait loop.
  const loop = reliable.slice(0, MOST_INLINED).findIndex((frame) => isSpinning(frame.function));
  let top = Math.max(loop, 0);
  for (; top < reliable.length; top++) {
    const name = reliable[top]?.function ?? '';
    const role = roleOf(name, models);
    if (!role || role.k === 'entry') break;
    if (role.k === 'machinery') continue;
    // The outermost function is the most telling: a mutex wait goes through the scheduler.
    const isVague = role.k === 'wait' && role.awaits === 'other';
    if (!(isVague && waits?.k === 'wait' && NAMED_EVENTS.has(waits.awaits))) telling = plainFunction(name);
    waits = role;
    through = plainFunction(name);
    const primitive = stackRole(name);
    wrapper = primitive?.k === 'lock' ? undefined : reliable[top];
    if (primitive?.k === 'lock') inside ??= primitive.kind;
  }
  const rest = reliable.slice(top);
  const end = rest.findIndex((frame) => stackRole(frame.function)?.k === 'entry');
  return { frames: end < 0 ? rest : rest.slice(0, end), waits, through, telling, wrapper, inside };
}
