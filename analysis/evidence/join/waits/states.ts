import type {
  HeldList,
  Frame,
  LockMention,
  SourceEvidence,
  TaskName,
  TaskSighting,
} from '../../read/types.js';

/** All observations of one task around one moment. */
export interface TaskState {
  readonly task: TaskName;
  stack: readonly Frame[];
  /** State letter with the stack: `D`, `R`, `S` …; `''` if unknown. */
  letter: string;
  channel: string | undefined;
  blockedBy: TaskName | undefined;
  /** Kind of lock that the kernel names with the owner. */
  blockedOn: string | undefined;
  held: readonly LockMention[];
  /** False if the task's list is incomplete. */
  isWhole: boolean;
  work: string | undefined;
  cpu: number | undefined;
  seconds: number | undefined;
  /** Line of the list of all locks that contains the task's; 0 if its headline is lost, absent for a report's list. */
  listedIn: number | undefined;
  /** The lock that a debugger shows. */
  lock: TaskSighting['lock'];
}

export const label = ({ name, pid }: TaskName): string =>
  name === '' ? (pid === 0 ? 'the task' : `PID ${pid}`) : pid === 0 ? name : `${name}/${pid}`;

/** Idle tasks of all CPUs share one pid. */
export const taskKey = (task: TaskName): string => (task.pid === 0 ? label(task) : String(task.pid));

/** Whether a task in this state can wait for a lock: tasks in other states are idle. */
export const canWait = ({ letter }: TaskState): boolean => letter === '' || letter === 'D' || letter === 'R';

/**
 * The tasks of a run, moment by moment. Each list of all locks is one moment: a task missing from it holds nothing any
 * more. Reports of waiting tasks precede the list, backtraces of running ones follow it.
 */
export function momentsOf(sources: readonly SourceEvidence[]): readonly (readonly TaskState[])[] {
  const dumps = sources.map(({ held }) =>
    [...new Set(held.flatMap(({ dump }) => dump ?? []))].sort((a, b) => a - b),
  );
  const count = Math.max(1, ...dumps.map((lines) => lines.length));
  const moments = Array.from({ length: count }, () => new Map<string, TaskState>());
  sources.forEach(({ tasks, held }, index) => {
    const lines = dumps[index] ?? [];
    // Inputs without such lists describe the last moment.
    const shift = count - Math.max(1, lines.length);
    const last = Math.max(0, lines.length - 1);
    const before = (line: number): number => {
      const at = lines.findIndex((dump) => line <= dump);
      return shift + (at < 0 ? last : at);
    };
    const after = (line: number): number => {
      const at = lines.findIndex((dump) => line < dump);
      return shift + (at < 0 ? last : Math.max(0, at - 1));
    };
    for (const sighting of tasks) {
      const isRunning = sighting.cpu !== undefined && sighting.state === 'R';
      see(
        stateOf(moments[isRunning ? after(sighting.line) : before(sighting.line)], sighting.task),
        sighting,
      );
    }
    for (const list of held) {
      const at = list.dump === undefined ? before(list.line) : shift + lines.indexOf(list.dump);
      const isOverruled = list.dump === undefined && lines.length > 0 && list.line < (lines[at - shift] ?? 0);
      const state = stateOf(moments[at], list.task);
      if (!isOverruled || state.held.length === 0) take(state, list);
    }
  });
  return moments.map((states) => [...states.values()]);
}

function stateOf(states: Map<string, TaskState> | undefined, task: TaskName): TaskState {
  const key = taskKey(task);
  let state = states?.get(key);
  if (!state) {
    state = {
      task,
      stack: [],
      letter: '',
      channel: undefined,
      blockedBy: undefined,
      blockedOn: undefined,
      held: [],
      isWhole: true,
      work: undefined,
      cpu: undefined,
      seconds: undefined,
      listedIn: undefined,
      lock: undefined,
    };
    states?.set(key, state);
  }
  return state;
}

function see(state: TaskState, sighting: TaskSighting): void {
  // A later backtrace of the CPU does not end the wait.
  const isLess = state.stack.length > 0 && state.letter === 'D' && sighting.state !== 'D';
  if (sighting.stack.length > 0 && !isLess) {
    state.stack = sighting.stack;
    state.letter = sighting.state;
  } else if (state.stack.length === 0 && sighting.state !== '') state.letter = sighting.state;
  state.channel = sighting.channel ?? state.channel;
  state.blockedBy = sighting.blockedBy ?? state.blockedBy;
  state.blockedOn = sighting.blockedOn ?? state.blockedOn;
  state.work = sighting.work ?? state.work;
  state.cpu = sighting.cpu ?? state.cpu;
  state.seconds = sighting.seconds ?? state.seconds;
  state.lock = sighting.lock ?? state.lock;
}

function take(state: TaskState, list: HeldList): void {
  state.held = list.locks;
  state.listedIn = list.isWhole === undefined ? undefined : (list.dump ?? 0);
  state.isWhole = list.isWhole !== false;
}
