import { aKind } from '../../../models/kind-text.js';
import { awaitedIn, isSpinning, plainFunction } from '../../../models/stacks.js';
import type { Models } from '../../../models/types.js';
import type { SourcePlace, Wait } from '../joined.js';
import { addressOf, recordedIn, type Recorded } from './recorded.js';
import { readStack, type ReadStack } from './stacks.js';
import { circles } from './circles.js';
import { withEnders } from './enders.js';
import { canWait, label, momentsOf, taskKey, type TaskState } from './states.js';
import { elsewhereIn, framesOf, listedAt, listedInside, listedWant, trimmedWant } from './listed.js';
import { UNKNOWN_WANT } from './want.js';
import { runBy, type Worker } from './workers.js';
import type { WaitSource } from './wait-source.js';
import type { Frame, LockMention, SourceEvidence } from '../../read/types.js';

interface Wanted {
  readonly state: TaskState;
  readonly keys: readonly string[];
  readonly name: string;
  readonly where: SourcePlace | undefined;
  /** The entry in the task's list that the task waits for. */
  readonly listed: LockMention | undefined;
  readonly isLock: boolean;
  /** Set if the task may have got the lock meanwhile. */
  readonly isLikely?: true;
}

/** Holders of a lock, certain or possible. */
interface Holders {
  readonly sure: TaskState[];
  /** Tasks with the lock last in their lists, which may hold it or wait for it. */
  readonly perhaps: TaskState[];
}

/** Lock kinds that lockdep lists from the moment they are requested. */
const LISTED: ReadonlySet<string> = new Set([
  'mutex',
  'ww_mutex',
  'rwsem',
  'percpu_rwsem',
  'rt_mutex',
  'spinlock',
  'rwlock',
]);
const isListed = (kind: string | undefined): boolean => kind !== undefined && LISTED.has(kind);

/** Waiting tasks with the awaited objects and holders, and the circles among them. */
export function waitsOf(
  sources: readonly SourceEvidence[],
  models: Models,
  source?: WaitSource,
): { readonly waits: readonly Wait[]; readonly cycles: readonly (readonly Wait[])[] } {
  const recorded = recordedIn(sources, models);
  const found = new Map<string, readonly Wait[]>();
  let before: ReadonlyMap<string, TaskState> = new Map();
  for (const states of momentsOf(sources)) {
    const seen = new Map(states.map((state) => [taskKey(state.task), state]));
    for (const [key, state] of seen) carryOver(before.get(key), state);
    const own = new Moment(states, models, recorded, source).waits();
    const isWhole = states.some(({ held }) => held.length > 0);
    // The last observation of a task counts, and a task missing from a complete list waits for no listed lock.
    for (const [key, waits] of found) {
      const isOver = isWhole && waits.some(({ isListed }) => isListed === true);
      if (seen.has(key) || isOver) found.delete(key);
    }
    for (const [key, waits] of own) found.set(key, waits);
    before = seen;
  }
  const waits = withEnders([...found.values()].flat(), sources);
  const next = new Map<string, Wait[]>();
  for (const wait of waits) {
    if (wait.heldBy === '' || wait.isLikely === true) continue;
    next.set(wait.task, [...(next.get(wait.task) ?? []), wait]);
  }
  return { waits, cycles: circles(next) };
}

/**
 * The kernel stops printing backtraces of hung tasks after a while. A task whose list still ends as before has not
 * moved.
 */
function carryOver(before: TaskState | undefined, state: TaskState): void {
  const [last, old] = [state.held.at(-1), before?.held.at(-1)];
  if (!before || !last || !old || state.stack.length > 0 || state.letter !== '') return;
  const isSame =
    last.name === old.name &&
    last.instance === old.instance &&
    last.at?.function === old.at?.function &&
    last.at?.offset === old.at?.offset;
  if (!isSame) return;
  state.stack = before.stack;
  state.letter = before.letter;
  state.work ??= before.work;
  state.seconds ??= before.seconds;
}

/** The state of all tasks around one moment. */
class Moment {
  private readonly read = new Map<TaskState, ReadStack>();
  private readonly holders = new Map<string, Holders>();
  private readonly elsewhere: (state: TaskState) => LockMention | undefined;

  constructor(
    private readonly states: readonly TaskState[],
    models: Models,
    private readonly recorded: Recorded,
    private readonly source: WaitSource | undefined,
  ) {
    for (const state of states) this.read.set(state, readStack(state.stack, models));
    this.elsewhere = elsewhereIn(states);
  }

  /** Waits by task. */
  waits(): ReadonlyMap<string, readonly Wait[]> {
    const wanted = this.states.flatMap((state) => this.wantOf(state) ?? []);
    const wants = new Map(wanted.map((each) => [each.state, each]));
    for (const state of this.states) this.note(state, wants.get(state));
    wanted.push(...this.states.flatMap((state) => (wants.has(state) ? [] : this.behind(state, wanted))));
    const waits = wanted.map((each) => [each, this.waitsFor(each)] as const);
    const all = waits.flatMap(([, own]) => own);
    const workers = this.states.flatMap(workerOf);
    return new Map(
      waits.map(([{ state }, own]) => {
        const awaited = this.read.get(state)?.waits;
        const isFlush = awaited?.k === 'wait' && (awaited.awaits === 'work' || awaited.awaits === 'queue');
        const found = isFlush
          ? own.map((wait) =>
              wait.heldBy === '' ? runBy(wait, workers, all, this.source, awaited.awaits === 'queue') : wait,
            )
          : own;
        return [taskKey(state.task), found];
      }),
    );
  }

  private wantOf(state: TaskState): Wanted | undefined {
    if (!canWait(state) && state.blockedBy === undefined) return undefined;
    const read = this.read.get(state);
    const { waits, through } = read ?? {};
    const first = read?.frames[0];
    if (!waits) {
      const trimmed = trimmedWant(state, first) ?? (state.letter === 'D' ? this.elsewhere(state) : undefined);
      if (trimmed && first) return this.byList(state, trimmed, first);
      // A table cuts the channel's name; the backtrace has the whole one.
      const channel = state.channel !== undefined && state.stack.length > 0 ? first?.function : undefined;
      if (state.channel !== undefined) return this.byChannel(state, channel ?? state.channel);
      if (state.blockedBy) return this.bySay(state);
      // A hung task without a known wait becomes a report.
      const isTold = state.stack.length > 0 && state.seconds !== undefined;
      return state.letter === 'D' && !isTold ? this.unknown(state, first) : undefined;
    }
    // A CPU that is not in a wait loop waits for no lock.
    if (state.letter === 'R' && (waits.k !== 'lock' || !isInLoop(state))) return undefined;
    const isLock = waits.k === 'lock';
    // A function known to wait, such as freeze_super(), may be inside the acquisition that is last in the list.
    const inner = !isLock && isListed(read?.inside) ? listedInside(state) : undefined;
    const listed =
      isLock && isListed(read?.inside)
        ? (listedAt(state, first, through ?? '', this.source) ?? this.elsewhere(state))
        : inner;
    const known = listed ?? (first && this.recorded.get(addressOf(first) ?? '')?.wants);
    const named = known && (this.source?.identify(known) ?? { key: known.name, name: known.name });
    const frame = first ?? { function: through ?? '', offset: -1, size: -1, module: '', reliable: true };
    const held = new Set(state.held.map((lock) => this.source?.identify(lock).key ?? lock.name));
    const found = named ?? (first && this.source?.wantedBy(first, through ?? '', held));
    const called = inner ? undefined : state.stack.find((each) => each.function.startsWith(through ?? ' '));
    const at = inner?.at ?? first;
    const where =
      at && (this.source?.place(at, called, found?.key) ?? { function: plainFunction(at.function) });
    const shown = isLock && !listed ? state.lock : undefined;
    const symbol = shown === undefined || shown.name === '' ? undefined : shown.name;
    return {
      state,
      keys: listed && listed.instance !== '' ? [instanceKey(listed)] : found ? [found.key] : [],
      name: found?.name ?? symbol ?? unnamed(waits, read?.telling ?? '', frame.function, shown?.instance),
      where,
      listed,
      isLock: isLock || inner !== undefined,
    };
  }

  /** The task is inside the call that takes the last lock of its list. */
  private byList(state: TaskState, listed: LockMention, first: Frame): Wanted {
    const { key, name } = this.source?.identify(listed) ?? { key: listed.name, name: listed.name };
    const where = this.source?.place(first, undefined, key) ?? { function: plainFunction(first.function) };
    const keys = [listed.instance === '' ? key : instanceKey(listed)];
    return { state, keys, name, where, listed, isLock: true };
  }

  private byChannel(state: TaskState, channel: string): Wanted {
    const frame = { function: channel, offset: -1, size: -1, module: '', reliable: true };
    const found = this.source?.wantedBy(frame, '', new Set());
    return {
      state,
      keys: found ? [found.key] : [],
      name: found?.name ?? `${awaitedIn(channel) ?? 'something'} in ${channel}`,
      where: this.source?.place(frame, undefined) ?? { function: channel },
      listed: undefined,
      isLock: false,
    };
  }

  /**
   * What a task waits for if only its list of locks is known: a lock that another task certainly holds, and that only
   * one task can hold. It may have changed hands between the two lists, unless a third task is seen to wait for it.
   */
  private behind(state: TaskState, wanted: readonly Wanted[]): readonly Wanted[] {
    const last = state.held.at(-1);
    if (!last?.at || last.instance === '' || state.stack.length > 0 || state.letter !== '') return [];
    const key = instanceKey(last);
    const isMutex = wanted.some(
      (each) => each.keys.includes(key) && this.read.get(each.state)?.inside === 'mutex',
    );
    const sure = this.holders.get(key)?.sure ?? [];
    if (isMutex && sure.length === 1 && sure[0] !== state) return [this.byList(state, last, last.at)];
    return this.elsewhere(state) ? [{ ...this.byList(state, last, last.at), isLikely: true }] : [];
  }

  /** What a task waits for if only its uninterruptible sleep is known, and perhaps the place. */
  private unknown(state: TaskState, first: Frame | undefined): Wanted {
    const where =
      first && (this.source?.place(first, undefined) ?? { function: plainFunction(first.function) });
    return { state, keys: [], name: UNKNOWN_WANT, where, listed: undefined, isLock: false };
  }

  /** What a task without a backtrace waits for, if the kernel names the holder. */
  private bySay(state: TaskState): Wanted {
    const listed = listedWant(state);
    const name =
      listed?.name ?? (state.blockedOn === 'rw-semaphore' ? 'an rwsem' : `a ${state.blockedOn ?? 'lock'}`);
    return { state, keys: [], name, where: undefined, listed, isLock: true };
  }

  /** Records what a task holds. */
  private note(state: TaskState, wants: Wanted | undefined): void {
    const { source } = this;
    const add = (key: string, isSure: boolean): void => {
      const own = this.holders.get(key) ?? { sure: [], perhaps: [] };
      this.holders.set(key, own);
      const list = isSure ? own.sure : own.perhaps;
      if (!list.includes(state)) list.push(state);
    };
    const last = state.held.at(-1);
    const { inside } = this.read.get(state) ?? {};
    const isSeen = (this.read.get(state)?.frames.length ?? 0) > 0 || wants !== undefined;
    for (const lock of state.held) {
      if (lock === wants?.listed || lock.name === '') continue;
      // The last lock in the list of a task without a backtrace may be the one it waits for.
      const isElsewhere =
        isListed(inside) && wants?.listed === undefined && framesOf(state, lock).length === 0;
      const isSure =
        lock !== last || state.blockedBy !== undefined || (isSeen && state.isWhole && !isElsewhere);
      if (lock.instance !== '') add(instanceKey(lock), isSure);
      add(source?.identify(lock).key ?? lock.name, isSure && (lock.instance === '' || source !== undefined));
    }
    const frames = this.read.get(state)?.frames ?? [];
    if (state.held.length === 0) {
      for (const lock of this.recorded.get(addressOf(frames[0]) ?? '')?.holds ?? [])
        add(source?.identify(lock).key ?? lock.name, true);
    }
    for (const { key, owed } of source?.heldBy(frames) ?? []) {
      const isKnown = owed || state.held.length === 0;
      if (isKnown && !(wants?.keys.includes(key) ?? false)) add(key, true);
    }
  }

  private waitsFor(wanted: Wanted): readonly Wait[] {
    const { state, name, where, listed } = wanted;
    const { owners, isLikely, others } = this.ownersOf(wanted);
    const read = this.read.get(state);
    const base = {
      task: label(state.task),
      for: name,
      ...(where ? { where } : {}),
      ...(read && read.through !== '' ? { through: read.through } : {}),
      ...(listed ? { isListed: true as const } : {}),
      ...instanceOf(wanted),
      ...(state.work === undefined ? {} : { work: state.work }),
      ...(state.seconds === undefined ? {} : { seconds: state.seconds }),
      ...(wanted.isLock ? { isLock: true as const } : {}),
    };
    const last = state.blockedOn === 'semaphore' ? { isLast: true as const } : {};
    const said = state.blockedBy ? { isSaid: true as const, ...last } : {};
    if (owners.length === 0) {
      return [
        {
          ...base,
          heldBy: '',
          ...(others.length > 0 ? { perhaps: others.map(({ task }) => label(task)) } : {}),
        },
      ];
    }
    return owners.map((heldBy) => ({
      ...base,
      heldBy,
      ...this.doing(heldBy),
      ...(isLikely || wanted.isLikely ? { isLikely: true as const } : {}),
      ...said,
    }));
  }

  /** What a holder was doing; empty if it waits for something known. */
  private doing(owner: string): Pick<Wait, 'holder'> {
    const state = this.states.find(({ task }) => label(task) === owner);
    const read = state && this.read.get(state);
    const [first] = read?.frames ?? [];
    if (!state || !first || read?.waits) return {};
    const where = this.source?.place(first, undefined) ?? { function: plainFunction(first.function) };
    return { holder: { runs: state.letter === 'R', where } };
  }

  private ownersOf(wanted: Wanted): {
    readonly owners: readonly string[];
    readonly isLikely: boolean;
    readonly others: readonly TaskState[];
  } {
    const { state, keys, listed } = wanted;
    if (state.blockedBy) return { owners: [label(state.blockedBy)], isLikely: false, others: [] };
    const found = keys.flatMap((key) => this.holders.get(key) ?? []);
    // Without addresses, one name may denote many locks.
    const isShared = listed !== undefined && listed.instance === '' && !isSingle(listed.name);
    // A task that already holds the lock waits for itself; other readers do not block it.
    const sure = [...new Set(found.flatMap((each) => each.sure))];
    const isSelf = sure.includes(state) && listed !== undefined && !isShared;
    const owners = isSelf ? [state] : sure.filter((each) => each !== state);
    if (owners.length > 0) {
      const isLikely = isShared;
      if (isLikely && owners.length > 1) return { owners: [], isLikely: false, others: owners };
      return { owners: owners.map(({ task }) => label(task)), isLikely, others: [] };
    }
    const perhaps = [...new Set(found.flatMap((each) => each.perhaps))].filter((each) => each !== state);
    const [only, another] = perhaps;
    if (only && !another) return { owners: [label(only.task)], isLikely: true, others: [] };
    return { owners: [], isLikely: false, others: perhaps };
  }
}

/** The address of the lock that a task waits for, from its list or from a debugger. */
function instanceOf({ listed, state, isLock }: Wanted): Pick<Wait, 'instance'> {
  const instance = listed?.instance ?? (isLock ? state.lock?.instance : undefined) ?? '';
  return instance === '' ? {} : { instance };
}

/** The worker that a task is, by its work item or its name. */
function workerOf({ task, work }: TaskState): readonly Worker[] {
  if (work === undefined && !task.name.startsWith('kworker/')) return [];
  const [runs = '', queue = ''] = work?.split(' on ') ?? [];
  return [{ task: label(task), runs: plainFunction(runs), queue }];
}

/** Number of frames at the top of a backtrace searched for a wait loop. */
const LOOP_FRAMES = 6;

/** Whether a running task is inside a wait loop; otherwise it is only taking a lock. */
function isInLoop({ stack }: TaskState): boolean {
  return stack.slice(0, LOOP_FRAMES).some((frame) => isSpinning(frame.function));
}

/** Whether a name without an address denotes one lock: a variable, not a member or key. */
function isSingle(name: string): boolean {
  return /^[A-Za-z_]\w*$/.test(name) && !/^(?:sb_\w+|jbd2_handle|slock|sk_lock|kn|i_\w+)$/.test(name);
}

function unnamed(
  waits: NonNullable<ReadStack['waits']>,
  telling: string,
  name: string,
  instance: string | undefined,
): string {
  if (waits.k === 'lock') {
    // A section has no name of its own, and a lock of every file system only one reason to wait.
    const section = /section|percpu/.test(waits.kind) ? awaitedIn(telling) : undefined;
    if (section !== undefined) return `${section} in ${plainFunction(name)}`;
    const at = instance === undefined ? '' : ` at 0x${instance}`;
    return `${aKind(waits.kind)}${at} in ${plainFunction(name)}`;
  }
  const words = awaitedIn(telling) ?? (waits.awaits === 'other' ? 'something' : `a ${waits.awaits}`);
  return `${words} in ${plainFunction(name)}`;
}

function instanceKey(lock: LockMention): string {
  return `0x${lock.instance}`;
}
