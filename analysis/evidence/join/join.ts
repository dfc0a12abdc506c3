import { baseName } from '../../base/paths.js';
import type { Finding } from '../../checks/types.js';
import type { LockClass } from '../../graph/events/types.js';
import type { FunctionRef } from '../../link/types.js';
import { isAllocator, isSleepCheck, plainFunction, stackRole } from '../../models/stacks.js';
import type { Models } from '../../models/types.js';
import { causeOf } from './cause.js';
import { ClassIndex } from './source/classes.js';
import { edgesOf } from './edges.js';
import { explaining, explainingCircle, type EventFacts } from './explain.js';
import { troubledLines } from './interrupts.js';
import type { Evidence, JoinedContention, JoinedEvent, JoinedLock, SourcePlace, Wait } from './joined.js';
import { Places, sameFile, type TakenLock } from './source/places.js';
import { readStack } from './waits/stacks.js';
import type { EventKind, Frame, HeldList, LockMention, LogEvent, SourceEvidence } from '../read/types.js';
import { validatorState } from './validator.js';
import { heldAlong } from './source/along.js';
import { queueNames, workFunctions } from './source/works.js';
import { blockedOn } from './waits/blockers.js';
import { label } from './waits/states.js';
import { subjectOf } from './subject.js';
import type { WaitSource } from './waits/wait-source.js';
import { runningIn } from './running.js';
import { UNKNOWN_WANT } from './waits/want.js';
import { waitsOf } from './waits/waits.js';
import type { SourceWorld } from './world.js';

/** Lines between a message and the warning that follows it. */
const ANNOUNCED = 3;

/** Joins the evidence of all inputs, and compares it with the source if given. */
export function joinEvidence(
  sources: readonly SourceEvidence[],
  models: Models,
  world?: SourceWorld,
): Evidence {
  const joiner = new Joiner(models, world);
  const found = waitsOf(sources, models, joiner.waitSource());
  const waits = new Map(found.waits.map((wait) => [wait.task, wait]));
  const events: JoinedEvent[] = [];
  const gaps = new Map<string, number>();
  for (const source of sources) {
    source.events.forEach((event, index) => {
      const joined = joiner.event(source, event, [source.events[index - 1], source.events[index + 1]], waits);
      if (joined.gap !== undefined) gaps.set(joined.gap, (gaps.get(joined.gap) ?? 0) + 1);
      events.push(joined);
    });
  }
  const findings = world?.analysis.findings ?? [];
  const circled = found.cycles.flatMap((circle) => explainingCircle(circle, findings).map(({ id }) => id));
  return {
    sources,
    events,
    cyclesExplainedBy: circled,
    ...edgesOf(sources, joiner.classes, world),
    ...found,
    blocked: blockedOn(found.waits),
    running: runningIn(sources, events, (frames) => joiner.stack(frames)),
    validator: validatorState(sources),
    contention: joiner.contention(sources),
    interrupts: troubledLines(sources, world),
    gaps,
  };
}

/** Matches a function that a headline names: `initcall foo_init+0x0/0x1000 returned with …`. */
const NAMED = /\b([A-Za-z_]\w*)\+0x[0-9a-f]+\/0x/;
/** Number of innermost frames into which something may have been inlined. */
const INNERMOST = 4;
const MOST_INLINED = 64;

/** Reasons for reports without a finding, worded so that they can be counted. */
const GAPS = {
  source: 'no source to compare with',
  functions: 'its code is not in the source at hand',
  locks: 'its locks are not in the source at hand',
  finding: 'the source shows the code, and no finding covers it',
  kind: 'no rule covers this kind of report',
} as const;

class Joiner {
  readonly classes: ClassIndex | undefined;
  private readonly places: Places | undefined;
  private readonly lists = new Map<SourceEvidence, ReadonlyMap<number, readonly HeldList[]>>();

  constructor(
    private readonly models: Models,
    private readonly world: SourceWorld | undefined,
  ) {
    this.classes = world && new ClassIndex(world);
    this.places = world && new Places(world);
  }

  event(
    source: SourceEvidence,
    event: LogEvent,
    [before, next]: readonly [LogEvent | undefined, LogEvent | undefined],
    waits: ReadonlyMap<string, Wait>,
  ): JoinedEvent {
    const { world } = this;
    const wait = event.kind === 'hung-task' && event.task ? waits.get(label(event.task)) : undefined;
    // The warning after the message has the backtrace.
    const isAnnounced =
      event.stack.length === 0 && next?.kind === 'warn' && next.line - event.line <= ANNOUNCED;
    const frames = isAnnounced ? next.stack : event.stack;
    const read = readStack(frames, this.models);
    const locks = this.locks([...event.locks, ...this.heldMeanwhile(source, event, wait)], read.frames);
    const stack = this.stack(frames, read);
    // For a waiting task, the function it called to wait is part of the story.
    if (read.wrapper && (event.kind === 'hung-task' || event.kind === 'lockup'))
      stack.unshift(this.place(read.wrapper, undefined, read.frames));
    const isTold =
      before?.kind === 'sleep' && before.stack.length === 0 && event.line - before.line <= ANNOUNCED;
    const kind = isTold ? event.kind : this.kindOf(event, stack);
    const functions = new Set<string>();
    for (const each of frames) functions.add(plainFunction(each.function));
    for (const lock of event.locks) {
      if (lock.at) functions.add(plainFunction(lock.at.function));
      for (const frame of lock.stack) functions.add(plainFunction(frame.function));
    }
    for (const { where } of locks) if (where) functions.add(where.function);
    for (const place of stack) functions.add(place.function);
    const named = NAMED.exec(event.headline)?.[1];
    if (named !== undefined) functions.add(plainFunction(named));
    const inlined = this.inlinedInto(read.frames, named);
    const awaits = wait && this.awaited(wait);
    const facts = { kind, locks, functions, inlined, ...(awaits === undefined ? {} : { awaits }) };
    const found = world ? explaining(facts, world.analysis.findings) : [];
    const gap = found.length > 0 ? undefined : this.gapOf(kind, locks, stack, functions);
    const wrapper = read.wrapper && plainFunction(read.wrapper.function);
    // A wrapper that takes the awaited lock on its own is what the report is about.
    const isWrapped = stack[0]?.function === wrapper && wait?.where?.function !== wrapper;
    const told = isWrapped ? stack.slice(1) : stack;
    const subject = subjectOf({ kind, event, locks, stack: told.length > 0 ? told : stack });
    return {
      source: source.file,
      event,
      kind,
      locks,
      stack,
      cause: causeOf(kind, { event, locks, subject, wait }),
      ...(subject ? { subject } : {}),
      ...(wait ? { wait } : {}),
      explainedBy: found.map(({ id }: Finding) => id),
      ...(gap === undefined ? {} : { gap }),
    };
  }

  /** A backtrace in source places, without functions of the locking code. */
  stack(frames: readonly Frame[], read = readStack(frames, this.models)): SourcePlace[] {
    return read.frames.map((frame, index) =>
      this.place(frame, index === 0 ? innerOf(frames, frame) : read.frames[index - 1], read.frames),
    );
  }

  private awaited({ isLock, for: name }: Wait): EventFacts['awaits'] {
    if (isLock !== true) return name === UNKNOWN_WANT ? undefined : 'event';
    return this.world?.analysis.graph.classes.has(name) === true ? { class: name } : undefined;
  }

  /** Lists of held locks by task; memoized, since a log may have thousands of both. */
  private listsOf(source: SourceEvidence): ReadonlyMap<number, readonly HeldList[]> {
    const known = this.lists.get(source);
    if (known) return known;
    const lists = new Map<number, HeldList[]>();
    for (const list of source.held) lists.set(list.task.pid, [...(lists.get(list.task.pid) ?? []), list]);
    this.lists.set(source, lists);
    return lists;
  }

  /** A hung task's locks, from the list after its report. */
  private heldMeanwhile(
    source: SourceEvidence,
    event: LogEvent,
    wait: Wait | undefined,
  ): readonly LockMention[] {
    if (event.kind !== 'hung-task' || event.locks.length > 0) return [];
    const lists = this.listsOf(source).get(event.task?.pid ?? -1) ?? [];
    const list = lists.find(({ line }) => line > event.line) ?? lists.at(-1);
    return (list?.locks ?? [])
      .filter(({ name }) => name !== '')
      .map((lock, index, all) =>
        wait?.isListed === true && index === all.length - 1 ? { ...lock, role: 'acquiring' } : lock,
      );
  }

  /** The locks of a report with their classes. Their places are searched together. */
  private locks(mentions: readonly LockMention[], around: readonly Frame[]): readonly JoinedLock[] {
    const drafts = mentions.map((mention) => {
      const frame = this.frameOf(mention, around);
      const near = [...(frame ? [frame] : []), ...mention.stack, ...around];
      return { mention, frame, near, found: this.classOf(mention, near) };
    });
    const taken = new Map<(typeof drafts)[number], TakenLock>();
    for (const draft of drafts) {
      if (draft.frame && draft.found) taken.set(draft, { frame: draft.frame, key: draft.found.key });
    }
    const placed = this.places?.placesOf([...taken.values()], around);
    return drafts.map((draft) => {
      const { mention, frame, near, found } = draft;
      const own = taken.get(draft);
      const inner = frame && (mention.at ? lockCall(mention) : innerOf(mention.stack, frame));
      const where = (own && placed?.get(own)) ?? (frame && this.place(frame, inner, near));
      return {
        class: found?.id ?? mention.name,
        name: mention.name,
        role: mention.role,
        ...(where ? { where } : {}),
      };
    });
  }

  /**
   * The frame in which a lock was taken. If the reported address is outside the source because the function was
   * inlined, an inner frame of the backtrace is nearer.
   */
  private frameOf(mention: LockMention, around: readonly Frame[]): Frame | undefined {
    const { at } = mention;
    const { places } = this;
    if (!at) {
      const found = readStack(mention.stack, this.models).frames;
      // Around an allocation, the caller of the allocator matters.
      const caller = found.findIndex((frame) => !isAllocator(frame.function));
      const frames = found.slice(Math.max(caller, 0));
      return frames.find((frame) => places?.has(frame.function) === true) ?? frames[0];
    }
    // Not the helper that asks for the lock, but its caller.
    if (mention.role === 'acquiring' && stackRole(at.function) !== undefined) return around[0] ?? at;
    if (!places || places.has(at.function)) return at;
    const end = around.findIndex((frame) => frame.function === at.function);
    const isInside = ({ function: name, module }: Frame): boolean => module === at.module && places.has(name);
    return around.slice(0, Math.max(end, 0)).find(isInside) ?? at;
  }

  /** The source class that a report names; `undefined` if it is unknown. */
  private classOf(mention: LockMention, around: readonly Frame[]): LockClass | undefined {
    const [frame] = around;
    const taker = frame && this.places?.functionOf(frame, around);
    const found = this.classes?.match(mention.name, taker ? this.withInlined(taker) : []) ?? [];
    return found[0];
  }

  /** A function and the static functions it calls, which may be inlined into it. */
  private withInlined(fn: FunctionRef): readonly FunctionRef[] {
    const program = this.world?.program;
    return program ? [fn, ...program.callees(fn).filter((callee) => callee.item?.isStatic === true)] : [fn];
  }

  private inlinedInto(frames: readonly Frame[], named: string | undefined): ReadonlySet<string> {
    const inner = frames.filter((frame) => this.places?.has(frame.function)).slice(0, INNERMOST);
    const found = new Set(inner.flatMap((frame) => this.places?.functionOf(frame, frames) ?? []));
    const outer =
      named === undefined ? undefined : this.places?.functionOf(lockCall({ name: named }), frames);
    if (outer) found.add(outer);
    // The loop also visits entries that it adds.
    for (const fn of found)
      if (found.size < MOST_INLINED) for (const callee of this.withInlined(fn)) found.add(callee);
    return new Set([...found].map(({ name }) => name));
  }

  private place(frame: Frame, inner: Frame | undefined, around: readonly Frame[]): SourcePlace {
    const place = this.places?.placeOf(frame, inner, around) ?? {
      function: plainFunction(frame.function),
      ...(frame.file === undefined || frame.line === undefined ? {} : { file: frame.file, line: frame.line }),
    };
    return frame.inlined ? { ...place, inlined: true } : place;
  }

  /** A warning at a line that asserts a lock is about that lock. */
  private kindOf(event: LogEvent, stack: readonly SourcePlace[]): EventKind {
    const { world } = this;
    if (event.kind === 'warn' && event.stack.slice(0, 1).some((frame) => isSleepCheck(frame.function)))
      return 'sleep';
    if (event.kind !== 'warn' || !event.place || !world) return event.kind;
    const { file, line } = event.place;
    const here =
      stack.find((place) => place.file !== undefined && sameFile(file, place.file))?.file ??
      fileLike(world, file);
    const text =
      here === undefined
        ? undefined
        : world
            .linesOf(here)
            ?.slice(line - 1, line + 2)
            .join(' ');
    const call = /\b([a-z_]\w*)\s*\(/.exec(text ?? '')?.[1];
    const op = call === undefined ? undefined : world.models.lockApi(call)?.op;
    return op === 'assert-held' || op === 'assert-not-held' ? 'assert' : event.kind;
  }

  private gapOf(
    kind: EventKind,
    locks: readonly JoinedLock[],
    stack: readonly SourcePlace[],
    functions: ReadonlySet<string>,
  ): string {
    const { places, classes } = this;
    if (!places || !classes) return GAPS.source;
    if (kind === 'unknown') return GAPS.kind;
    // The locking code is in every kernel tree: what counts is who takes the lock, or else where it happened.
    const takers = locks.flatMap(({ role, where }) => (role === 'acquiring' && where ? [where] : []));
    const about = takers.length > 0 ? takers : stack.slice(0, 1);
    const names = about.length > 0 ? about.map((place) => place.function) : [...functions];
    if (!names.some((name) => places.has(name))) return GAPS.functions;
    const isKnown =
      locks.length === 0 ||
      locks.some((lock) => classes.match(lock.name).length > 0 || lock.class !== lock.name);
    return isKnown ? GAPS.finding : GAPS.locks;
  }

  /** Contended locks: by lockdep's name, otherwise by the class that the waiting function takes. */
  contention(sources: readonly SourceEvidence[]): readonly JoinedContention[] {
    const source = this.waitSource();
    const findings = this.world?.analysis.findings ?? [];
    return sources
      .flatMap(({ contention }) => contention)
      .filter(({ contentions, waitTotal }) => contentions > 0 || waitTotal > 0)
      .sort((a, b) => b.waitTotal - a.waitTotal || b.contentions - a.contentions)
      .map((row) => {
        const isLock = row.by === undefined || row.by === 'lock';
        const frames = row.waiters.map((name) => lockCall({ name }));
        const read = readStack(frames, this.models);
        // A profile with one function per row may name only a helper that waits.
        const waiter = read.frames[0]?.function ?? (read.through === '' ? undefined : read.through);
        const id = isLock
          ? this.classes?.match(row.name)[0]?.id
          : row.by === 'caller' && waiter !== undefined
            ? source?.wantedBy(lockCall({ name: waiter }), '', new Set())?.name
            : undefined;
        const own = id === undefined ? [] : findings.filter(({ locks }) => locks.includes(id));
        const where = waiter === undefined ? {} : { waiter };
        return {
          row,
          ...where,
          ...(id === undefined ? {} : { class: id }),
          findings: own.map((each) => each.id),
        };
      });
  }

  waitSource(): WaitSource | undefined {
    const { places, classes, world } = this;
    if (!places || !classes || !world) return undefined;
    return {
      place: (frame, inner, key) => {
        const taken = key === undefined ? [] : places.placesOf([{ frame, key }], []).values();
        const [where = this.place(frame, inner, [])] = taken;
        return where;
      },
      identify: (lock) => {
        const found = this.classOf(lock, lock.at ? [lock.at] : []);
        return { key: found?.key ?? lock.name, name: found?.id ?? lock.name };
      },
      workFunctions: (call, file) => workFunctions(world, call, file),
      queueNames: (call, file) => queueNames(world, call, file),
      ...heldAlong(world, places),
    };
  }
}

function fileLike(world: SourceWorld, file: string): string | undefined {
  if (world.program.files.has(file)) return file;
  const name = baseName(file);
  for (const known of world.program.files.keys()) {
    if ((known === name || known.endsWith(`/${name}`)) && sameFile(file, known)) return known;
  }
  return undefined;
}

/** A frame for a lock named after the call that takes it: a read section. */
function lockCall({ name }: { readonly name: string }): Frame {
  return { function: name, offset: -1, size: -1, module: '', reliable: true };
}

/** The entry directly inside a frame, lock and report functions included: what the frame called. */
function innerOf(stack: readonly Frame[], frame: Frame): Frame | undefined {
  const reliable = stack.filter((each) => each.reliable);
  return reliable[reliable.indexOf(frame) - 1];
}
