import { awaitedIn, isSpinning, plainFunction } from '../../models/stacks.js';
import type { Models } from '../../models/types.js';
import type { SourcePlace, Wait } from './joined.js';
import { addressOf, recordedIn, type Recorded } from './recorded.js';
import { readStack, type ReadStack } from './stacks.js';
import { canWait, label, momentsOf, taskKey, type TaskState } from './states.js';
import type { Frame, LockMention, SourceEvidence } from '../read/types.js';

/** What the source at hand knows about backtraces; without source nothing. */
export interface WaitSource {
  place(frame: Frame, inner: Frame | undefined): SourcePlace;
  /** The class that a function waits for where it calls the given API; never one that the task holds already. */
  wantedBy(
    frame: Frame,
    through: string,
    held: ReadonlySet<string>,
  ): { readonly key: string; readonly name: string } | undefined;
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

interface Wanted {
  readonly state: TaskState;
  readonly keys: readonly string[];
  readonly name: string;
  readonly where: SourcePlace | undefined;
  /** The lock of the task's list that it waits for. */
  readonly listed: LockMention | undefined;
  readonly isLock: boolean;
}

/** Who holds something: surely, or as the only one left who can. */
interface Holders {
  readonly sure: TaskState[];
  /** Last in their lists, and nothing tells whether they have it or wait for it. */
  readonly perhaps: TaskState[];
}

/** Locks that the validator lists from the moment they are asked for. */
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

/** Who waits for what, and who has it; and where that goes round in a circle. */
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
    // A task that was seen again is where it was seen last, and who is in no list any more waits for no listed lock.
    for (const [key, waits] of found) {
      const isOver = isWhole && waits.some(({ isListed }) => isListed === true);
      if (seen.has(key) || isOver) found.delete(key);
    }
    for (const [key, waits] of own) found.set(key, waits);
    before = seen;
  }
  const waits = [...found.values()].flat();
  const next = new Map<string, Wait[]>();
  for (const wait of waits) {
    if (wait.heldBy === '' || wait.isLikely === true) continue;
    next.set(wait.task, [...(next.get(wait.task) ?? []), wait]);
  }
  return { waits, cycles: circles(next) };
}

/**
 * The kernel stops printing the backtraces of tasks that still hang after a while: one whose list ends as before still
 * is where it was.
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

/** What all tasks were doing around one moment. */
class Moment {
  private readonly read = new Map<TaskState, ReadStack>();
  private readonly holders = new Map<string, Holders>();

  constructor(
    private readonly states: readonly TaskState[],
    models: Models,
    private readonly recorded: Recorded,
    private readonly source: WaitSource | undefined,
  ) {
    for (const state of states) this.read.set(state, readStack(state.stack, models));
  }

  /** By task. */
  waits(): ReadonlyMap<string, readonly Wait[]> {
    const wanted = this.states.flatMap((state) => this.wantOf(state) ?? []);
    const wants = new Map(wanted.map((each) => [each.state, each]));
    for (const state of this.states) this.note(state, wants.get(state));
    return new Map(wanted.map((each) => [taskKey(each.state.task), this.waitsFor(each)]));
  }

  private wantOf(state: TaskState): Wanted | undefined {
    if (!canWait(state) && state.blockedBy === undefined) return undefined;
    const read = this.read.get(state);
    const { waits, through } = read ?? {};
    const first = read?.frames[0];
    if (!waits) {
      if (state.channel !== undefined) return this.byChannel(state, state.channel);
      if (state.blockedBy) return this.bySay(state);
      return state.letter === 'D' && state.stack.length === 0 ? this.unknown(state) : undefined;
    }
    // A processor that is in the middle of a loop of waiting is not waiting for anybody.
    if (state.letter === 'R' && (waits.k !== 'lock' || !isInLoop(state))) return undefined;
    const isLock = waits.k === 'lock';
    const listed = isLock && isListed(read?.inside) ? listedWant(state) : undefined;
    const known = listed ?? (first && this.recorded.get(addressOf(first) ?? '')?.wants);
    const named = known && (this.source?.identify(known) ?? { key: known.name, name: known.name });
    const frame = first ?? { function: through ?? '', offset: -1, size: -1, module: '', reliable: true };
    const held = new Set(state.held.map((lock) => this.source?.identify(lock).key ?? lock.name));
    const found = named ?? (first && this.source?.wantedBy(first, through ?? '', held));
    const inner = state.stack.find((each) => each.function.startsWith(through ?? ' '));
    const where = first && (this.source?.place(first, inner) ?? { function: plainFunction(first.function) });
    return {
      state,
      keys: listed && listed.instance !== '' ? [instanceKey(listed)] : found ? [found.key] : [],
      name: found?.name ?? unnamed(waits, through ?? '', frame.function),
      where,
      listed,
      isLock,
    };
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

  /** A list of tasks says that it sleeps uninterruptibly, and no more. */
  private unknown(state: TaskState): Wanted {
    return { state, keys: [], name: 'something', where: undefined, listed: undefined, isLock: false };
  }

  /** The kernel said who holds it, and no backtrace is there. */
  private bySay(state: TaskState): Wanted {
    const listed = listedWant(state);
    const name = listed?.name ?? `a ${(state.blockedOn ?? 'lock').replace('rw-semaphore', 'rwsem')}`;
    return { state, keys: [], name, where: undefined, listed, isLock: true };
  }

  /** Enters what a task has. */
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
      // The last in the list of a task that nobody looked at may be what it waits for.
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
      ...(listed && listed.instance !== '' ? { instance: listed.instance } : {}),
      ...(state.work === undefined ? {} : { work: state.work }),
      ...(state.seconds === undefined ? {} : { seconds: state.seconds }),
      ...(wanted.isLock ? { isLock: true as const } : {}),
    };
    const said = state.blockedBy ? { isSaid: true as const } : {};
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
      ...(isLikely ? { isLikely: true as const } : {}),
      ...said,
    }));
  }

  /** What a holder was seen doing; nothing where it waits. */
  private doing(owner: string): Pick<Wait, 'holder'> {
    const state = this.states.find(({ task }) => label(task) === owner);
    const read = state && this.read.get(state);
    const [first] = read?.frames ?? [];
    if (!state || !first || read?.waits || state.letter === 'D') return {};
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
    // Locks with one name may be many, where the kernel does not print their addresses.
    const isShared = listed !== undefined && listed.instance === '' && !isSingle(listed.name);
    // A task that has it already waits for itself; others who read it beside are no more to blame.
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
    if (only && !another && !isShared) return { owners: [label(only.task)], isLikely: true, others: [] };
    return { owners: [], isLikely: false, others: perhaps };
  }
}

/** Frames at the top of a backtrace that a loop of waiting stands in. */
const LOOP_FRAMES = 6;

/** A processor that was seen taking a lock waits for it only if it was seen in the loop. */
function isInLoop({ stack }: TaskState): boolean {
  return stack.slice(0, LOOP_FRAMES).some((frame) => isSpinning(frame.function));
}

/** Whether a name without an address stands for one lock: that of a variable, not of a member or a key. */
function isSingle(name: string): boolean {
  return /^[A-Za-z_]\w*$/.test(name) && !/^(?:sb_\w+|jbd2_handle|slock|sk_lock|kn|i_\w+)$/.test(name);
}

function unnamed(waits: NonNullable<ReadStack['waits']>, through: string, name: string): string {
  if (waits.k === 'lock') return `a ${waits.kind.replaceAll('_', ' ')} in ${plainFunction(name)}`;
  const words = awaitedIn(through) ?? (waits.awaits === 'other' ? 'something' : `a ${waits.awaits}`);
  return `${words} in ${plainFunction(name)}`;
}

/**
 * The validator counts a lock as held from the moment that it is asked for: whoever is inside an acquisition waits
 * for the last in its list.
 */
function listedWant(state: TaskState): LockMention | undefined {
  const last = state.held.at(-1);
  if (!last || last.name === '') return undefined;
  if (!last.at || state.stack.length === 0) return last;
  if (last.at.inlined === true) return last;
  const named = framesOf(state, last);
  if (named.length > 0) {
    // Taken at another address of the same function, it was taken before what is waited for.
    const { offset } = last.at;
    return named.some((frame) => offset < 0 || frame.offset < 0 || frame.offset === offset)
      ? last
      : undefined;
  }
  // A list none of whose places is in the backtrace was printed at another moment.
  return state.isWhole && state.held.some((lock) => framesOf(state, lock).length > 0) ? last : undefined;
}

/** Frames of the function in which a lock was taken. */
function framesOf({ stack }: TaskState, { at }: LockMention): readonly Frame[] {
  return at ? stack.filter((frame) => frame.function === at.function) : [];
}

function instanceKey(lock: LockMention): string {
  return `0x${lock.instance}`;
}

const MOST_CIRCLES = 16;

/** Every circle once, from its task with the smallest name. */
function circles(next: ReadonlyMap<string, readonly Wait[]>): Wait[][] {
  const found = new Map<string, Wait[]>();
  const dead = new Set<string>();
  for (const start of [...next.keys()].sort()) {
    const path: Wait[] = [];
    const walk = (task: string): boolean => {
      let isOpen = false;
      if (found.size >= MOST_CIRCLES || path.length > 16) return true;
      for (const wait of next.get(task) ?? []) {
        if (dead.has(wait.heldBy) || path.some((each) => each.task === wait.heldBy && each.task !== start))
          continue;
        path.push(wait);
        if (wait.heldBy === start) {
          isOpen = true;
          const key = path
            .map((each) => each.task)
            .sort()
            .join('\n');
          if (!found.has(key)) found.set(key, [...path]);
        } else if (!path.slice(0, -1).some((each) => each.task === wait.task)) {
          isOpen = walk(wait.heldBy) || isOpen;
        }
        path.pop();
      }
      return isOpen;
    };
    // Whoever leads into no circle need not be followed again.
    if (!walk(start)) dead.add(start);
  }
  return [...found.values()];
}
