import { StringPool } from '../../base/encoding/pool.js';
import { withStalledStacks } from './stalls.js';
import type {
  Contention,
  EventKind,
  Frame,
  HeldList,
  InputKind,
  InterruptLine,
  LineSkip,
  LockMention,
  LogEvent,
  RuntimeClass,
  RuntimeDependency,
  SourceEvidence,
  TaskName,
  TaskSighting,
  ValidatorNote,
} from './types.js';

/** Bounds of what is kept of one input; more is only counted. */
export const LIMITS = {
  events: 20_000,
  tasks: 50_000,
  held: 50_000,
  classes: 65_536,
  dependencies: 500_000,
  others: 65_536,
  functions: 200_000,
} as const;

/** Facts kept of one report. */
export const MOST_FACTS = 24;
/** Number of reports about other things whose headlines are kept. */
const MOST_OTHERS = 16;

/** Collects the parsers' results. Strings are interned, so that none keeps the input in memory. */
export class Sink {
  private readonly pool = new StringPool();
  readonly skipped = new Map<LineSkip, number>();
  readonly inputs = new Map<InputKind, number>();
  private readonly events: LogEvent[] = [];
  private readonly tasks: TaskSighting[] = [];
  private readonly heldLists: HeldList[] = [];
  private dumpLine = 0;
  private stallLine = 0;
  private lockupLine = 0;
  private readonly classes: RuntimeClass[] = [];
  private readonly dependencies = new Map<string, RuntimeDependency>();
  private readonly contention: Contention[] = [];
  private readonly interrupts: InterruptLine[] = [];
  private readonly functions = new Set<string>();
  private readonly validator: ValidatorNote[] = [];
  private readonly others: { readonly headline: string; readonly line: number }[] = [];
  private readonly frames = new Map<string, Frame>();

  skip(reason: LineSkip, lines = 1): void {
    this.skipped.set(reason, (this.skipped.get(reason) ?? 0) + lines);
  }

  input(kind: InputKind, line: number): void {
    if (!this.inputs.has(kind)) this.inputs.set(kind, line);
  }

  event(event: LogEvent): void {
    if (this.events.length >= LIMITS.events) {
      this.skip('too-many', event.lastLine - event.line + 1);
      return;
    }
    if (event.stalled) this.stallLine = event.lastLine;
    if (event.kind === 'lockup') this.lockupLine = event.lastLine;
    for (const { from, to, line } of event.dependencies) this.dependency(from, to, line);
    this.events.push({
      ...event,
      headline: this.text(event.headline),
      ...(event.task ? { task: this.task(event.task) } : {}),
      locks: event.locks.map((lock) => this.mention(lock)),
      stack: event.stack.map((frame) => this.frame(frame)),
      facts: event.facts.map((fact) => this.text(fact)),
      dependencies: event.dependencies.map((each) => this.pair(each)),
    });
  }

  /** Whether there is a report of one of these kinds. */
  has(kinds: ReadonlySet<EventKind>): boolean {
    return this.events.some(({ kind }) => kinds.has(kind));
  }

  /** Adds a fact from a later line to the last report about a task. */
  fact({ pid }: TaskName, text: string): void {
    let at = this.events.length - 1;
    while (at >= 0 && this.events[at]?.task?.pid !== pid) at -= 1;
    const event = this.events[at];
    if (event) this.events[at] = { ...event, facts: [...event.facts, this.text(text)] };
  }

  /** Adds a fact from a later line to the last stall. */
  stallFact(text: string): boolean {
    let at = this.events.length - 1;
    while (at >= 0 && this.events[at]?.stalled === undefined) at -= 1;
    const event = this.events[at];
    if (!event || event.facts.length >= MOST_FACTS) return false;
    this.events[at] = { ...event, facts: [...event.facts, this.text(text)] };
    return true;
  }

  sighting(sighting: TaskSighting): void {
    if (this.tasks.length >= LIMITS.tasks) return;
    this.tasks.push({
      ...sighting,
      task: this.task(sighting.task),
      stack: sighting.stack.map((frame) => this.frame(frame)),
      ...(sighting.channel === undefined ? {} : { channel: this.text(sighting.channel) }),
      ...(sighting.work === undefined ? {} : { work: this.text(sighting.work) }),
    });
  }

  /** Whether a stall was reported within so many lines, so that backtraces of CPUs may follow. */
  hasStalled(line: number, within: number): boolean {
    return this.stallLine > 0 && line - this.stallLine <= within;
  }

  /** Whether a lockup was reported within so many lines. */
  hasLockedUp(line: number, within: number): boolean {
    return this.lockupLine > 0 && line - this.lockupLine <= within;
  }

  /** Begins a list of all tasks' locks. */
  dump(line: number): void {
    this.dumpLine = line;
  }

  held(list: HeldList): void {
    if (this.heldLists.length >= LIMITS.held) return;
    const isOfDump = this.dumpLine > 0 && list.line > this.dumpLine && list.isWhole !== undefined;
    this.heldLists.push({
      ...list,
      ...(isOfDump ? { dump: this.dumpLine } : {}),
      task: this.task(list.task),
      locks: list.locks.map((lock) => this.mention(lock)),
    });
  }

  lockClass(seen: RuntimeClass): void {
    if (this.classes.length < LIMITS.classes) this.classes.push({ ...seen, name: this.text(seen.name) });
  }

  dependency(from: string, to: string, line: number): void {
    const key = `${from}\n${to}`;
    if (this.dependencies.has(key) || this.dependencies.size >= LIMITS.dependencies) return;
    this.dependencies.set(this.text(key), this.pair({ from, to, line }));
  }

  contended(row: Contention): void {
    if (this.contention.length >= LIMITS.others) return;
    this.contention.push({
      ...row,
      name: this.text(row.name),
      waiters: row.waiters.map((name) => this.text(name)),
    });
  }

  interrupt(row: InterruptLine): void {
    if (this.interrupts.length >= LIMITS.others) return;
    this.interrupts.push({ ...row, actions: row.actions.map((name) => this.text(name)) });
  }

  /** Keeps the headline of a report that is not about locks. */
  other(headline: string, line: number): void {
    if (this.others.length < MOST_OTHERS) this.others.push({ headline: this.text(headline), line });
  }

  ran(name: string): void {
    if (this.functions.size < LIMITS.functions) this.functions.add(this.text(name));
  }

  note(note: ValidatorNote): void {
    if (this.validator.length < LIMITS.others) this.validator.push({ ...note, text: this.text(note.text) });
  }

  result(file: string, lines: number): SourceEvidence {
    return {
      file,
      lines,
      skipped: this.skipped,
      inputs: this.inputs,
      events: withStalledStacks(
        this.events.sort((a, b) => a.line - b.line),
        this.tasks,
      ),
      tasks: this.tasks,
      held: this.heldLists,
      classes: this.classes,
      dependencies: [...this.dependencies.values()],
      contention: this.contention,
      interrupts: this.interrupts,
      functions: this.functions,
      validator: this.validator.sort((a, b) => a.line - b.line),
      others: this.others,
    };
  }

  private text(text: string): string {
    return this.pool.share(text);
  }

  private task(task: TaskName): TaskName {
    return { name: this.text(task.name), pid: task.pid };
  }

  private pair({ from, to, line }: RuntimeDependency): RuntimeDependency {
    return { from: this.text(from), to: this.text(to), line };
  }

  /** Interns equal frames, which many reports share. */
  private frame(frame: Frame): Frame {
    const { function: name, offset, module, reliable } = frame;
    const place = frame.file === undefined ? '' : ` ${frame.file}:${frame.line}`;
    const marks = `${frame.inlined ? 'i' : ''}${frame.interrupted ? '!' : ''}`;
    const key = `${name}+${offset} ${module}${reliable ? '' : '?'}${place}${frame.address ?? ''}${marks}`;
    const known = this.frames.get(key);
    if (known) return known;
    if (reliable && name !== '') this.ran(name);
    const kept = {
      ...frame,
      function: this.text(name),
      module: this.text(module),
      ...(frame.address === undefined ? {} : { address: this.text(frame.address) }),
      ...(frame.file === undefined ? {} : { file: this.text(frame.file) }),
    };
    if (this.frames.size < LIMITS.functions) this.frames.set(this.text(key), kept);
    return kept;
  }

  private mention(lock: LockMention): LockMention {
    return {
      ...lock,
      name: this.text(lock.name),
      instance: this.text(lock.instance),
      usage: this.text(lock.usage),
      ...(lock.at ? { at: this.frame(lock.at) } : {}),
      stack: lock.stack.map((frame) => this.frame(frame)),
    };
  }
}
