import type { Models } from '../../models/types.js';
import type { SourcePlace, Wait } from './joined.js';
import { addressOf, recordedIn, type Recorded } from './recorded.js';
import { readStack } from './stacks.js';
import type { Frame, HeldList, LockMention, SourceEvidence, TaskName, TaskSighting } from '../read/types.js';

/** What the source at hand knows about backtraces; without source nothing. */
export interface WaitSource {
  place(frame: Frame, inner: Frame | undefined): SourcePlace;
  /** The class that a function waits for where it calls the given API. */
  wantedBy(frame: Frame, through: string): { readonly key: string; readonly name: string } | undefined;
  /**
   * Classes held by a task with this backtrace, outermost last, without what it waits for; and, as `owed`, what
   * it would complete if it went on.
   */
  heldBy(
    frames: readonly Frame[],
  ): readonly { readonly key: string; readonly name: string; readonly owed: boolean }[];
  /** Internal identity and shown name of a lock that a log names. */
  identify(lock: LockMention): { readonly key: string; readonly name: string };
}

/** One task with everything that was seen of it. */
interface TaskState {
  readonly task: TaskName;
  stack: readonly Frame[];
  channel: string | undefined;
  blockedBy: TaskName | undefined;
  held: readonly LockMention[];
}

interface Wanted {
  readonly state: TaskState;
  readonly keys: readonly string[];
  readonly name: string;
  readonly where: SourcePlace | undefined;
}

const label = ({ name, pid }: TaskName): string =>
  name === '' ? String(pid) : pid === 0 ? name : `${name}/${pid}`;

/** The last thing seen of each task that is blocked, and of each that holds something. */
function statesOf(sources: readonly SourceEvidence[]): TaskState[] {
  const states = new Map<string, TaskState>();
  const stateOf = (task: TaskName): TaskState => {
    // Idle tasks of all processors share a number.
    const key = task.pid === 0 ? label(task) : String(task.pid);
    let state = states.get(key);
    if (!state) {
      state = { task, stack: [], channel: undefined, blockedBy: undefined, held: [] };
      states.set(key, state);
    }
    return state;
  };
  for (const { tasks, held } of sources) {
    for (const sighting of tasks) see(stateOf(sighting.task), sighting);
    for (const list of held) take(stateOf(list.task), list);
  }
  return [...states.values()];
}

function see(state: TaskState, { stack, channel, blockedBy, state: letter }: TaskSighting): void {
  // Interruptible sleepers wait for work, not for locks.
  if (letter !== '' && letter !== 'D' && letter !== 'R') return;
  if (stack.length > 0) state.stack = stack;
  state.channel = channel ?? state.channel;
  state.blockedBy = blockedBy ?? state.blockedBy;
}

function take(state: TaskState, list: HeldList): void {
  state.held = list.locks;
}

/** Who waits for what, and who has it; and where that goes round in a circle. */
export function waitsOf(
  sources: readonly SourceEvidence[],
  models: Models,
  source?: WaitSource,
): { readonly waits: readonly Wait[]; readonly cycles: readonly (readonly Wait[])[] } {
  const states = statesOf(sources);
  const recorded = recordedIn(sources, models);
  const wanted: Wanted[] = [];
  const holders = new Map<string, TaskState[]>();
  for (const state of states) {
    const wants = wantOf(state, models, recorded, source);
    if (wants) wanted.push(wants);
    for (const key of heldKeys(state, wants, models, recorded, source)) {
      const list = holders.get(key);
      if (list) list.push(state);
      else holders.set(key, [state]);
    }
  }
  const waits: Wait[] = [];
  const next = new Map<string, Wait[]>();
  for (const { state, keys, name, where } of wanted) {
    const owners = state.blockedBy
      ? [label(state.blockedBy)]
      : [...new Set(keys.flatMap((key) => holders.get(key) ?? []))]
          .filter((holder) => holder !== state)
          .map((holder) => label(holder.task));
    const task = label(state.task);
    const own = (owners.length === 0 ? [''] : owners).map((heldBy) => ({
      task,
      for: name,
      heldBy,
      ...(where ? { where } : {}),
    }));
    waits.push(...own);
    next.set(task, own);
  }
  return { waits, cycles: circles(next) };
}

function wantOf(
  state: TaskState,
  models: Models,
  recorded: Recorded,
  source: WaitSource | undefined,
): Wanted | undefined {
  const { frames, waits, through } = readStack(state.stack, models);
  const [first] = frames;
  if (!waits || !first) {
    if (state.channel === undefined) return undefined;
    const frame = { function: state.channel, offset: -1, size: -1, module: '', reliable: true };
    const where = source?.place(frame, undefined) ?? { function: state.channel };
    const found = source?.wantedBy(frame, '');
    return {
      state,
      keys: found ? [found.key] : [],
      name: found?.name ?? `something in ${state.channel}`,
      where,
    };
  }
  const where = source?.place(
    first,
    state.stack.find((each) => each.function.startsWith(through)),
  );
  const logged = loggedWant(state, frames);
  const known = logged ?? recorded.get(addressOf(first) ?? '')?.wants;
  const named = known && (source?.identify(known) ?? { key: known.name, name: known.name });
  const found = named ?? source?.wantedBy(first, through);
  const keys = [
    ...(logged && logged.instance !== '' ? [instanceKey(logged)] : []),
    ...(found ? [found.key] : []),
  ];
  const name = found?.name ?? unnamed(waits, first.function);
  return {
    state,
    keys: logged && logged.instance !== '' ? keys.slice(0, 1) : keys,
    name,
    where: where ?? { function: first.function },
  };
}

function unnamed(waits: NonNullable<ReturnType<typeof readStack>['waits']>, name: string): string {
  if (waits.k === 'lock') return `a ${waits.kind.replaceAll('_', ' ')} in ${name}`;
  return `${waits.awaits === 'other' ? 'something' : `a ${waits.awaits}`} in ${name}`;
}

/** lockdep counts a lock as held from the moment that it is asked for: the last in the list, taken right here. */
function loggedWant(state: TaskState, frames: readonly Frame[]): LockMention | undefined {
  const last = state.held.at(-1);
  const [first] = frames;
  if (!last?.at || !first) return undefined;
  const isHere = last.at.function === first.function && (last.at.offset === first.offset || first.offset < 0);
  return isHere ? last : undefined;
}

function instanceKey(lock: LockMention): string {
  return `0x${lock.instance}`;
}

function heldKeys(
  state: TaskState,
  wants: Wanted | undefined,
  models: Models,
  recorded: Recorded,
  source: WaitSource | undefined,
): ReadonlySet<string> {
  const keys = new Set<string>();
  const { frames, waits } = readStack(state.stack, models);
  const waiting = waits ? loggedWant(state, frames) : undefined;
  for (const lock of state.held) {
    if (lock === waiting) continue;
    if (lock.instance !== '') keys.add(instanceKey(lock));
    keys.add(source?.identify(lock).key ?? lock.name);
  }
  if (state.held.length === 0) {
    const there = recorded.get(addressOf(frames[0]) ?? '')?.holds ?? [];
    for (const lock of there) keys.add(source?.identify(lock).key ?? lock.name);
  }
  for (const { key, owed } of source?.heldBy(frames) ?? []) {
    const isKnown = owed || state.held.length === 0;
    if (isKnown && !(wants?.keys.includes(key) ?? false)) keys.add(key);
  }
  return keys;
}

const MOST_CIRCLES = 16;

/** Every circle once, from its task with the smallest name. */
function circles(next: ReadonlyMap<string, readonly Wait[]>): Wait[][] {
  const found = new Map<string, Wait[]>();
  for (const start of [...next.keys()].sort()) {
    const path: Wait[] = [];
    const walk = (task: string): void => {
      if (found.size >= MOST_CIRCLES || path.length > 16) return;
      for (const wait of next.get(task) ?? []) {
        if (wait.heldBy === '' || path.some((each) => each.task === wait.heldBy && each.task !== start))
          continue;
        path.push(wait);
        if (wait.heldBy === start) {
          const key = path
            .map((each) => each.task)
            .sort()
            .join('\n');
          if (!found.has(key)) found.set(key, [...path]);
        } else if (!path.slice(0, -1).some((each) => each.task === wait.task)) walk(wait.heldBy);
        path.pop();
      }
    };
    walk(start);
  }
  return [...found.values()];
}
