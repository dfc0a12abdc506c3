import { parseClassTag, parseHeld, parsePlace } from '../atoms.js';
import type { EventKind, Frame, TaskName } from '../types.js';
import type { Sink } from '../sink.js';
import { ReportBlock, type Draft } from './report.js';

type Row = readonly [RegExp, EventKind];

/** Headlines of lockdep reports; the words before the colon changed over the years. */
const HEADLINES: readonly Row[] = [
  [/possible circular locking dependency(?: detected|\s*$)/, 'circular'],
  [/circular locking deadlock detected!/, 'circular'],
  [/possible recursive locking detected/, 'recursive'],
  [/possible irq lock inversion dependency(?: detected|\s*$)/, 'irq-inversion'],
  [/[A-Z_]+-(?:READ-)?safe -> [A-Z_]+-(?:READ-)?unsafe lock order(?: detected|\s*$)/i, 'safe-unsafe'],
  [/(?:WARNING|INFO): inconsistent lock state/, 'inconsistent-state'],
  [/BUG: Invalid wait context/i, 'wait-context'],
  [/bad unlock balance detected!/, 'imbalance'],
  [/bad contention detected!/, 'imbalance'],
  [/held lock freed!/, 'held-freed'],
  [/still has locks held!/, 'held-at-exit'],
  [/locks? held when returning to user ?space!/, 'held-at-exit'],
  [/suspicious (?:RCU|rcu_dereference_check\(\)) usage/, 'rcu'],
  [/Nested lock was not taken/, 'nested-lock'],
  [/chain_key collision/, 'validator'],
  [/INFO: trying to register non-static key/, 'uninitialized'],
  [/BUG: key \S+ (?:not in \.data|has not been registered)!/, 'uninitialized'],
  [/BUG: (?:MAX_[A-Z_]+ too low!|looking up invalid subclass)/, 'validator'],
];
/** Lines in a report that tell its kind if its beginning is missing. */
const INNER_LINES: readonly Row[] = [
  [/^\S.*\/\d+ is trying to acquire lock:/, 'circular'],
  [/^but task is already holding lock:/, 'circular'],
  [/^the existing dependency chain \(in reverse order\) is:/, 'circular'],
  [/^and this task is already holding:/, 'safe-unsafe'],
  [/^\S.*\/\d+ just changed the state of lock:/, 'irq-inversion'],
];
const ORDERS: ReadonlySet<EventKind> = new Set([
  'circular',
  'recursive',
  'inconsistent-state',
  'irq-inversion',
  'safe-unsafe',
]);
/** The check that fails with a report, as a warning prints it. */
const CHECK =
  /^DEBUG_LOCKS_WARN_ON\(|WARNING: (?:CPU: \d+ PID: \d+ at )?(?:\[.*\] )?kernel\/locking\/lockdep\.c:/;
/** Reports whose backtrace follows directly, without a headline of its own. */
const HAS_NO_SECTIONS: ReadonlySet<EventKind> = new Set(['uninitialized', 'validator', 'nested-lock']);
const START = /(?:WARNING|BUG|INFO): /;
const EXIT_TASK = /(?:WARNING|BUG): (.+)\/(\d+) still has locks held!/;

const TASK =
  /^(.+)\/(\d+)(?: \[HC(\d+)\[\d+\]:SC(\d+)\[\d+\]:HE\d+:SE\d+\])? (is trying to acquire lock|is trying to acquire|is trying to lock|takes|just changed the state of lock|is trying to release lock|is trying to contend lock|is freeing memory|is leaving the kernel with locks still held)\b(.*)$/;
const RELEASED = /^ \((.*)\) at:/;
const STATE_AT = /^\{([\w -]+)\} state was registered at:/;
const BECAME = /^\.{2,3}\s+which became (\S+) at:/;
const SECTION =
  /^(?:but task is already holding lock|and this task is already holding|but this lock took another|but this lock was taken by another|which would create a new lock dependency|but this new dependency connects|to an? \S+-irq-unsafe lock|the existing dependency chain|stack backtrace|but this task is not holding|Chain exists of|the dependencies between|the shortest dependencies between)/;
const PHRASE =
  /^\s*(?:which lock already depends on the new lock|other info that might help us|\s*Possible (?:interrupt )?unsafe locking scenario|\s*CPU0(?:\s+CPU1)?\s*$|\s*-{4}|\s*(?:r?lock|sync|local_irq_disable)\(.*\);|\s*<Interrupt>|\s*\*\*\* DEADLOCK|\s*May be due to missing lock nesting|and interrupts could create inverse|but there are no (?:more locks|locks)|the code is fine but needs|you didn't initialize|note: |\d+\.\d+\.\S+ #|\.{1,3}$|\s*-> \(.*\{$|\s*\}|RCU used illegally|and the lock comparison|Held locks:|Locks in cached chain:|this task is not holding)/;
const FACT = /^(?:inconsistent \{.*\} usage\.|context-\{.*\}|rcu_scheduler_active = |\S+\.[ch]:\d+ .*[!.]$)/;
const RCU_PLACE = /^(\S+\.[ch]):(\d+) /;
const TREE = /^\s+(?:\.\.\. acquired at:|[A-Z -]+ at:|\.\.\. key\s+at:)/;
/** What makes the other lock of an inversion dangerous. */
const OTHER_LOCK = /^but this lock (?:took|was taken by) another, ([A-Z_]+)(?:-READ)?-(safe|unsafe) lock/m;

/** Opens a block if the line is a lockdep headline. */
export function openLockdep(text: string, line: number, sink: Sink): ReportBlock | undefined {
  if (!START.test(text)) return openCutLockdep(text, line, sink);
  for (const [pattern, kind] of HEADLINES) {
    if (pattern.test(text)) return new LockdepBlock(sink, kind, headlineOf(text), line);
  }
  return undefined;
}

/** Opens a report whose beginning is missing. Lockdep reports only once: behind another report, the line belongs to that. */
function openCutLockdep(text: string, line: number, sink: Sink): ReportBlock | undefined {
  const found = INNER_LINES.find(([pattern]) => pattern.test(text));
  if (!found || sink.has(ORDERS)) return undefined;
  const block = new LockdepBlock(sink, found[1], text.trim(), line, true);
  block.take(text, line);
  return block;
}

/** The headline without a logger's prefix. */
function headlineOf(text: string): string {
  const at = text.search(/\[ (?:BUG|INFO): |(?:WARNING|BUG|INFO): /);
  return text.slice(Math.max(at, 0)).trim();
}

type HolderSection = 'acquiring' | 'held' | 'outer' | 'other';
type ChainSection = 'new' | 'chain-names' | 'tree' | 'chain';
type Section = HolderSection | ChainSection | 'backtrace' | '';

class LockdepBlock extends ReportBlock {
  private section: Section = '';
  private readonly chain: Draft[] = [];
  /** Set in an interrupt: the interrupted task's locks were not taken for it. */
  private inInterrupt = false;
  private last: Draft | undefined;
  /** The lock whose states the lines of the dependencies list. */
  private shown: Draft | undefined;

  constructor(
    sink: Sink,
    kind: EventKind,
    headline: string,
    line: number,
    /** Set if the beginning is missing. */
    private readonly isHeadless = false,
  ) {
    super(sink, kind, headline, line);
    const leaving = EXIT_TASK.exec(headline);
    if (leaving) this.task = { name: leaving[1] ?? '', pid: Number(leaving[2]) };
    // Frames belong to the locks until `stack backtrace:`.
    this.into = [];
    if (HAS_NO_SECTIONS.has(kind)) this.into = undefined;
  }

  protected own(text: string): boolean {
    return this.taskLine(text) || this.sectionLine(text) || this.lockLine(text) || this.otherLine(text);
  }

  private taskLine(text: string): boolean {
    if (!text.includes('/')) return false;
    const match = TASK.exec(text);
    if (!match) return false;
    const [, name = '', pid = '', hard = '0', soft = '0', what = '', rest = ''] = match;
    const task: TaskName = { name, pid: Number(pid) };
    this.task ??= task;
    this.inInterrupt = hard !== '0' || soft !== '0';
    this.section = what.startsWith('is freeing') || what.startsWith('is leaving') ? 'held' : 'acquiring';
    if (rest.startsWith(' (')) {
      const released = RELEASED.exec(rest);
      const draft: Draft = {
        name: released?.[1] ?? '',
        role: 'acquiring',
        instance: '',
        usage: '',
        stack: [],
      };
      if (released) this.last = this.add(draft);
    }
    if (what.startsWith('is freeing')) this.fact(text);
    return true;
  }

  private sectionLine(line: string): boolean {
    // These lines begin a message's second line, which loggers and mail programs indent to widths of their own.
    const text = line.trimStart();
    if (text.startsWith('-> #')) {
      const tag = parseClassTag(text);
      if (!tag) return false;
      this.section = 'chain';
      const draft = this.add({ name: tag.name, role: 'chain', instance: '', usage: tag.usage, stack: [] });
      this.chain[tag.index] = draft;
      this.into = draft.stack;
      return true;
    }
    const registered = STATE_AT.exec(text);
    const became = BECAME.exec(text.trim());
    if (registered || became) {
      this.fact(text);
      const subject = registered ? this.locks[0] : this.last;
      const draft = this.add({
        name: subject?.name ?? '',
        role: 'chain',
        instance: subject?.instance ?? '',
        usage: subject?.usage ?? '',
        stack: [],
      });
      if (became && subject && subject.stack.length === 0) this.locks.pop();
      this.into = became && subject ? subject.stack : draft.stack;
      return true;
    }
    const match = SECTION.exec(text);
    if (!match) return false;
    const [phrase] = match;
    if (phrase.startsWith('but task') || phrase.startsWith('and this task')) this.section = 'held';
    else if (phrase.startsWith('but this task')) this.section = 'outer';
    else if (phrase.startsWith('which would')) this.section = 'new';
    else if (phrase.startsWith('Chain exists')) this.section = 'chain-names';
    else if (phrase.startsWith('the dependencies') || phrase.startsWith('the shortest')) {
      this.section = 'tree';
      this.into = [];
    } else if (phrase.startsWith('stack backtrace')) {
      this.section = 'backtrace';
      this.into = undefined;
    } else if (phrase.startsWith('but this') || phrase.startsWith('to a')) {
      this.section = 'other';
      this.fact(text);
    }
    return true;
  }

  private lockLine(text: string): boolean {
    const { section } = this;
    if (section === 'acquiring' || section === 'held') {
      const held = parseHeld(text);
      if (!held || held.index >= 0) return this.releasePlace(text);
      // Decoders repeat the line for each function inlined there.
      const before = this.locks.at(-1);
      if (before?.role === section && before.at?.inlined === true && before.name === held.name)
        this.locks.pop();
      this.last = this.addLock(section, text);
      return true;
    }
    if (section === 'new' && text.includes(' -> (')) {
      const [from, to] = text.split(' -> (');
      const first = parseClassTag(from ?? '');
      const second = parseClassTag(`(${to ?? ''}`);
      if (first && second) this.depends(first.name, second.name);
      return true;
    }
    if (section === 'other') {
      const tag = parseClassTag(text);
      if (!tag) return false;
      this.last = this.add({ name: tag.name, role: 'chain', instance: '', usage: tag.usage, stack: [] });
      return true;
    }
    if (section === 'outer') {
      this.section = '';
      return this.fact(`not held: ${text.trim()}`);
    }
    return section === 'chain-names' && text.includes(' --> ') && this.fact(`chain: ${text.trim()}`);
  }

  /** `[<ffffffffa0002000>] foo+0x1/0x2`, after a lock that is released or contended. */
  private releasePlace(text: string): boolean {
    const { last } = this;
    // Decoders print the functions inlined there first.
    const isKnown = last?.at && last.at.inlined !== true;
    if (!last || isKnown || last.instance !== '' || !/^\s*(?:\[<|\w)/.test(text)) return false;
    const at = parsePlace(text);
    if (!at) return false;
    last.at = at;
    return true;
  }

  private otherLine(text: string): boolean {
    if (this.announcesMore() && CHECK.test(text)) return true;
    if (FACT.test(text)) {
      const place = this.kind === 'rcu' ? RCU_PLACE.exec(text) : null;
      if (place) this.place = { file: place[1] ?? '', line: Number(place[2]) };
      return this.fact(text);
    }
    if (this.section === 'tree' && (TREE.test(text) || text.includes('){'))) {
      this.into = this.treeStack(text);
      return true;
    }
    return PHRASE.test(text);
  }

  /**
   * Which lock the frames after a dependency line belong to: the other lock of an inversion if the line names the state
   * that makes it safe or unsafe, otherwise none.
   */
  private treeStack(text: string): Frame[] {
    const tag = text.includes('){') ? parseClassTag(text) : undefined;
    if (tag) {
      this.shown = this.locks.find(
        ({ role, name, stack }) => role === 'chain' && name === tag.name && stack.length === 0,
      );
      return [];
    }
    const [, interrupt = '', safety = ''] = OTHER_LOCK.exec(this.facts.join('\n')) ?? [];
    const state = safety === 'safe' ? `IN-${interrupt}-` : `${interrupt}-ON-`;
    const { shown } = this;
    return interrupt !== '' && shown?.stack.length === 0 && text.trimStart().startsWith(state)
      ? shown.stack
      : [];
  }

  protected override conclude(): void {
    const numbered = this.chain.filter((each): each is Draft => each !== undefined);
    for (let at = 0; at + 1 < numbered.length; at++) this.link(numbered[at], numbered[at + 1]);
    if (numbered.length > 1) this.link(numbered.at(-1), numbered[0]);
    if (this.isHeadless) this.completeFrom(numbered);
    const acquiring = this.locks.find((lock) => lock.role === 'acquiring');
    if (this.inInterrupt || this.kind === 'imbalance') return;
    for (const [index, from] of this.ownList.entries()) {
      for (const to of this.ownList.slice(index + 1)) this.link(from, to);
    }
    for (const from of this.locks) if (from.role === 'held') this.link(from, acquiring);
  }

  /** The lock requested is the first of the chain. Without a chain, one class is taken twice. */
  private completeFrom(chain: readonly Draft[]): void {
    const [wanted] = chain;
    if (!wanted && this.kind === 'circular') this.kind = 'recursive';
    if (wanted && !this.locks.some(({ role }) => role === 'acquiring'))
      this.locks.unshift({ ...wanted, role: 'acquiring' });
  }

  private link(from: Draft | undefined, to: Draft | undefined): void {
    if (from && to && !this.dependencies.some((each) => each.from === from.name && each.to === to.name))
      this.depends(from.name, to.name);
  }

  /** An unregistered key is reported first, and then fails a check. */
  protected override announcesMore(): boolean {
    return this.kind === 'uninitialized' && this.trace.isEmpty;
  }

  protected override isOpen(): boolean {
    // A return to user space has no backtrace.
    const isWhole = /returning to user ?space/.test(this.headline) && this.ownList.length > 0;
    return super.isOpen() && !isWhole && !HAS_NO_SECTIONS.has(this.kind);
  }
}
