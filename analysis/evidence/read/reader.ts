import { PROVING_OPTION, WATCHING_OPTIONS } from '../../models/evidence.js';
import type { InputBlock } from './block.js';
import { LineSplitter, type RawLine } from './lines.js';
import { isCommandLine, noteCommandLine, noteValidator } from './parsers/boot.js';
import { CrashBlock, GdbBlock, isCrash, isGdb } from './parsers/debuggers.js';
import { openLockdep } from './parsers/lockdep.js';
import {
  isMapOfStacks,
  isPerfContention,
  MapOfStacksBlock,
  isPerfReport,
  isTrace,
  PerfContentionBlock,
  PerfReportBlock,
  TraceBlock,
} from './parsers/perf.js';
import { ChainsBlock, ClassesBlock, LockStatBlock, StatsBlock } from './parsers/proc-lockdep.js';
import {
  ConfigBlock,
  greppedStack,
  InterruptsBlock,
  isStackFrame,
  ownerOfStack,
  taskColumns,
  TaskListBlock,
  TaskStackBlock,
} from './parsers/system.js';
import { openHeld, openHung, openTask, noteOwner } from './parsers/tasks.js';
import { openOther } from './parsers/other.js';
import { noteStall, openTrouble } from './parsers/trouble.js';
import { Decoder } from './decode.js';
import { Prefixes, secondStamp } from './prefix.js';
import { Stitcher } from './stitch.js';
import { Sink } from './sink.js';
import { Wrapped, type Message } from './wrapped.js';
import type { InputKind, SourceEvidence, TaskName } from './types.js';

/** Number of consecutive foreign lines after which a report is closed. */
const MOST_FOREIGN = 200;
/** Number of threads and CPUs with open reports. */
const MOST_STREAMS = 256;

/** What lines of interest contain: other lines are skipped. */
const KERNEL_LOG =
  /WARNING: |BUG|INFO: |bad: scheduling|held by |all locks held|critical section|returned with |LOCKUP|preempt leak|entered softirq|WARN_ON\(|Maximum lock depth|is flushing !|^task:|^Stack traceback for pid|NMI backtrace for|dump for CPU|^CPU: |Lock dependency|stack traces:|locking correctness|ommand line: |debug_locks| 0x[0-9a-f]{8,16}\s*$|kthread starved for|All QSes seen|csd: |sched_ext: |rtmutex deadlock|for bpf_res_spin_lock|^RTNL|is trying to acquire lock:|already holding(?: lock)?:|existing dependency chain|changed the state of lock|^UBSAN|fault|^Kernel panic|^Oops|^Internal error|^divide error|^Unable to handle|^PANIC|^int3|^FAULT_INJ|oom-killer|^ODEBUG|^refcount_t|corruption|^unregister_netdevice: waiting/;
const TABLES =
  /^all lock |^\(buggered\)|^lock_stat version|^ lock-classes:|^\s+CPU\d|\bPID\b|^\[<[0-9a-f]|^#0 |^\[Switching to thread |^(?:\* )?Thread \d|^\s*Name\s+(?:acquired|contended|avg|total|max|min)|^\s*(?:contended|total wait|max wait|avg wait|min wait)\s|^# output: |^@\w*\[|\bstack_trace\(|\bST\b|^CONFIG_|^# CONFIG_|^# Automatically generated|\block_(?:acquire|contended|release)|contention_(?:begin|end)|\/proc\/\d+|^\W*(?:[Pp][Ii][Dd]|[Tt]ask)?\W{0,3}\d{1,7}\b/;

const NOBODY: TaskName = { name: '', pid: 0 };

/** Any line of a kernel log, whose silence can be evidence. */
const KERNEL_LINE = /^(?:<\d+>)?\[\s*\d+\.\d{6}\]|\skernel(?:\[\d+\])?: |^\d+,\d+,\d+,[-c+]/;

/** Output of one thread or CPU. */
interface Stream {
  block: InputBlock | undefined;
  foreign: number;
  readonly stitcher: Stitcher;
}

/** A line without its prefixes. */
interface Stripped extends Message {
  readonly raw: string;
  readonly caller: string;
  readonly isBare: boolean;
  readonly isBinary: boolean;
  readonly isCut: boolean;
}

/** Lines that occur in logs but in no file of /proc, whatever the logger's prefix. */
const IN_LOGS_ONLY = /^(?:CPU: \d+ |Call [Tt]race:)/;

/**
 * Reads one input of any kind and returns its evidence. {@link LIMITS} bounds memory, not the input. Lines marked with
 * a thread or CPU are separated by it.
 */
export class EvidenceReader {
  private readonly sink = new Sink();
  private readonly splitter: LineSplitter;
  private readonly decoder = new Decoder();
  private readonly prefixes = new Prefixes();
  private readonly wrapped = new Wrapped<Stripped>();
  private readonly streams = new Map<string, Stream>();
  private last: Stream | undefined;
  private stackOwner = NOBODY;
  private greppedPid = -1;
  /** The only non-empty line so far; absent after a second one. */
  private single: { readonly text: string; readonly line: number } | undefined;
  private texts = 0;
  private unrelated = 0;
  private isLog = false;

  constructor(private readonly file: string) {
    this.splitter = new LineSplitter((line) => this.line(line));
  }

  push(chunk: string): void {
    this.splitter.push(chunk);
  }

  /** Ends the input; open blocks are taken as they are. */
  finish(): SourceEvidence {
    this.splitter.finish();
    for (const line of this.wrapped.finish()) this.whole(line);
    for (const stream of this.streams.values()) stream.block?.finish(true);
    this.streams.clear();
    const { sink, single } = this;
    if (single && this.texts === 1 && sink.inputs.size === 0 && isCommandLine(single.text)) {
      sink.input('command-line', single.line);
      noteCommandLine(single.text, single.line, sink);
      this.unrelated -= 1;
    }
    if (this.unrelated > 0) sink.skip('unrelated', this.unrelated);
    return sink.result(this.file, this.splitter.count);
  }

  private line({ text: raw, number, isBinary, isCut }: RawLine): void {
    const messages = isCut ? [raw] : this.decoder.messages(raw);
    const isDecoded = messages.length !== 1 || messages[0] !== raw;
    if (messages.length === 0) {
      this.unrelated += 1;
      return;
    }
    for (const message of messages) {
      // Two CPUs wrote into one line.
      const second = KERNEL_LINE.test(message) ? secondStamp(message) : -1;
      if (second > 0) {
        this.message(message.slice(0, second), number, isDecoded, isBinary, isCut);
        this.message(message.slice(second), number, isDecoded, isBinary, isCut);
      } else this.message(message, number, isDecoded, isBinary, isCut);
    }
  }

  private message(raw: string, number: number, isDecoded: boolean, isBinary: boolean, isCut: boolean): void {
    const { text, caller } = this.prefixes.strip(raw);
    const isBare = text.length === raw.length && !isDecoded;
    const line = { text, raw, caller, isBare, number, isBinary, isCut };
    for (const whole of this.wrapped.take(line)) this.whole(whole);
  }

  private whole({ text, raw, caller, isBare, number, isBinary, isCut }: Stripped): void {
    const isOfLog = KERNEL_LINE.test(raw) || this.decoder.isLog || IN_LOGS_ONLY.test(text);
    if (!isBare && !this.isLog && isOfLog) {
      this.isLog = true;
      this.sink.input('kernel-log', number);
    }
    const grepped = isBare && text.startsWith('/proc/') ? greppedStack(text) : undefined;
    if (grepped) {
      this.grepped(grepped.pid, grepped.text, number);
      return;
    }
    const blank = text.trim() === '';
    if (!blank) {
      this.texts += 1;
      this.single = this.texts === 1 ? { text, line: number } : undefined;
    }
    // An empty line between timestamped lines comes from a program.
    if (blank && isBare && this.isLog) return;
    // Quotation marks of mail do not identify the printing CPU or thread.
    const isUnmarked = isBare || /^[> ]+$/.test(raw.slice(0, raw.length - text.length));
    const stream = this.streamOf(caller, isUnmarked);
    const open = stream?.block;
    if (stream && open) {
      const whole = stream.stitcher.take(text);
      if (whole === undefined) return;
      const taken = open.take(whole, number);
      if (taken === 'taken') {
        stream.foreign = 0;
        return;
      }
      if (taken === 'ended') this.close(stream, false);
    }
    if (!blank && this.opens(text, number, caller, isBare)) return;
    // A program's output between kernel lines does not end a report.
    const isOutside = isBare && this.isLog;
    if (stream?.block && !isOutside && ++stream.foreign > MOST_FOREIGN) this.close(stream, true);
    if (isBinary) this.sink.skip('binary');
    else if (blank) return;
    else if (isCut) this.sink.skip('too-long');
    else if (stream?.block && !isOutside) this.sink.skip('not-understood');
    else this.unrelated += 1;
  }

  /** Reads a line of `grep` over all tasks' stacks, each with the path of its file. */
  private grepped(pid: number, text: string, number: number): void {
    const stream = this.streams.get('');
    if (stream?.block && this.greppedPid === pid && stream.block.take(text, number) === 'taken') return;
    this.greppedPid = pid;
    const block = new TaskStackBlock(this.sink, number, { name: '', pid });
    if (block.take(text) === 'taken') this.begin('task-stack', block, number, '');
  }

  /** A line without a prefix continues the last stream. */
  private streamOf(caller: string, isUnmarked: boolean): Stream | undefined {
    if (caller === '' && isUnmarked && this.last?.block) return this.last;
    const stream = this.streams.get(caller);
    if (stream) this.last = stream;
    return stream;
  }

  /** Opens the block that begins at this line; returns whether there is one. */
  private opens(text: string, number: number, caller: string, isBare: boolean): boolean {
    if (KERNEL_LOG.test(text)) {
      if (noteOwner(text, number, this.sink) || noteStall(text, this.sink)) return true;
      const block =
        openLockdep(text, number, this.sink) ??
        openHung(text, number, this.sink) ??
        openTrouble(text, number, this.sink) ??
        openTask(text, number, this.sink) ??
        openHeld(text, number, this.sink) ??
        openOther(text, number, this.sink);
      const noted = noteValidator(text, number, this.sink);
      if (block) this.begin('kernel-log', block, number, caller);
      else if (noted) this.sink.input('kernel-log', number);
      if (block ?? noted) return true;
    }
    if (!TABLES.test(text)) return false;
    const table = this.table(text, number, isBare);
    if (!table) return false;
    this.begin(table[0], table[1], number, caller);
    return true;
  }

  private begin(kind: InputKind, block: InputBlock, line: number, caller: string): void {
    this.sink.input(kind, line);
    let stream = this.streams.get(caller);
    if (stream?.block) this.close(stream, true);
    if (!stream) {
      if (this.streams.size >= MOST_STREAMS) this.dropOldest();
      stream = { block: undefined, foreign: 0, stitcher: new Stitcher() };
      this.streams.set(caller, stream);
    }
    stream.block = block;
    stream.foreign = 0;
    this.last = stream;
  }

  private dropOldest(): void {
    const [oldest] = this.streams;
    if (!oldest) return;
    oldest[1].block?.finish(true);
    this.streams.delete(oldest[0]);
  }

  private close(stream: Stream, isCut: boolean): void {
    stream.block?.finish(isCut);
    stream.block = undefined;
    stream.foreign = 0;
  }

  /** The table or backtrace that begins here. Takes the line if it is already part of the content. */
  private table(text: string, line: number, isBare: boolean): [InputKind, InputBlock] | undefined {
    const { sink } = this;
    const taking = (kind: InputKind, block: InputBlock): [InputKind, InputBlock] | undefined =>
      block.take(text, line) === 'taken' ? [kind, block] : undefined;
    if (text.startsWith('all lock classes:')) return ['lockdep-classes', new ClassesBlock(sink)];
    if (/^(?:\(buggered\) )?all lock chains:/.test(text)) return ['lockdep-chains', new ChainsBlock(sink)];
    if (text.startsWith('lock_stat version')) return ['lock-stat', new LockStatBlock(sink)];
    if (text.startsWith(' lock-classes:')) return taking('lockdep-stats', new StatsBlock(sink));
    if (/^\s+CPU\d+(?:\s+CPU\d+)*\s*$/.test(text) && !text.includes('----')) {
      const cpus = text.trim().split(/\s+/).length;
      // A report's scenario has the same words above its columns.
      return /^\s+CPU0(?:\s+CPU1)?$/.test(text) && /^ {7}CPU0/.test(text)
        ? undefined
        : ['interrupts', new InterruptsBlock(sink, cpus)];
    }
    const columns = taskColumns(text);
    if (columns) return ['task-list', new TaskListBlock(sink, columns)];
    // In a log, the same line is an address in some report.
    if (isStackFrame(text) && (isBare || !this.isLog) && !sink.inputs.has('kernel-log')) {
      const block = new TaskStackBlock(sink, line, this.stackOwner);
      this.stackOwner = NOBODY;
      return taking('task-stack', block);
    }
    this.stackOwner = ownerOfStack(text) ?? this.stackOwner;
    if (isCrash(text)) return ['crash', new CrashBlock(sink, line, text)];
    if (isGdb(text)) return taking('gdb', new GdbBlock(sink, line));
    if (isPerfReport(text)) return ['perf-report', new PerfReportBlock(sink, text)];
    if (isPerfContention(text)) return ['perf-contention', new PerfContentionBlock(sink, text)];
    if (isMapOfStacks(text)) return taking('perf-contention', new MapOfStacksBlock(sink, line));
    if (isTrace(text)) return taking('perf-script', new TraceBlock(sink));
    if (!/^(?:CONFIG_\w+=|# CONFIG_\w+ is not set|# Automatically generated)/.test(text)) return undefined;
    const wanted = { proving: PROVING_OPTION, watching: WATCHING_OPTIONS };
    return taking('config', new ConfigBlock(sink, line, wanted));
  }
}

/** Reads a complete input. */
export function parseEvidence(file: string, chunks: Iterable<string>): SourceEvidence {
  const reader = new EvidenceReader(file);
  for (const chunk of chunks) reader.push(chunk);
  return reader.finish();
}
