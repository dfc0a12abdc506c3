/** The pool of a workqueue lockup: `pool cpus=2 node=0 flags=0x0 nice=-20 stuck for 58s!` */
const STUCK = /workqueue lockup - pool (.+?) stuck for/;
const QUEUE = /^workqueue (\S+): flags/;
const PART = /^\s*pwq \d+: (.+?)(?: active=|\s*$)/;
const ITEMS = /^\s*(pending|in-flight|inactive|delayed): (.+)$/;
const POOL = /^pool \d+: (.+?) hung=(\d+)s\b/;
const OTHER =
  /^(?:Showing (?:busy workqueues|backtraces of (?:running|busy) workers)|The pool might have|(?:Backtrace of l|L)ast woken worker|pool \d+:)/;
/** Since 7.3: all workers of the stuck pool sleep. */
const ASLEEP = /^pool \d+: (no worker in running state, cpu=-?\d+ is (?:idle|busy)\b.*)$/;
/** Seconds without progress after which the kernel calls a pool stuck, as configured by default. */
const LONGEST_WAIT = 30;
/** A worker and its item: `2067:rpc_async_schedule`, `88(RESCUER):nvme_reset_work [nvme]`. */
const RUNNING = /^(?:(\d+)(?:\(RESCUER\))?|bh(?:-hi)?):([\w.]+)/;
const MOST_ITEMS = 32;

interface Item {
  readonly function: string;
  readonly isRunning: boolean;
  /** The worker that runs it; absent in a softirq. */
  readonly pid?: number;
  readonly pool: string;
}

/**
 * Reads the list of busy workqueues that follows a workqueue lockup. It names all pools: only those that hang are to
 * blame.
 */
export class Pools {
  private readonly stuckPools: string[] = [];
  private isHead = true;
  /** Stuck pools other than the first. */
  private others = 0;
  private queue = '';
  private pool = '';
  private readonly items: Item[] = [];
  /** What the kernel says of stuck pools whose workers all sleep. */
  private readonly asleep: string[] = [];
  private readonly lines: { readonly text: string; readonly pool: string }[] = [];

  /** Notes which pool a headline is about. */
  stuck(headline: string): void {
    const pool = STUCK.exec(headline)?.[1];
    if (pool !== undefined) this.stuckPools.push(placeOf(pool));
  }

  /** The kernel names all stuck pools first, one line each. */
  private takeNext(text: string): boolean {
    const isNext = this.isHead && STUCK.test(text);
    if (isNext) {
      this.stuck(text);
      this.others += 1;
    } else this.isHead = false;
    return isNext;
  }

  take(text: string): boolean {
    if (this.stuckPools.length === 0) return false;
    if (this.takeNext(text)) return true;
    const queue = QUEUE.exec(text);
    if (queue) {
      this.queue = queue[1] ?? '';
      return true;
    }
    const part = PART.exec(text);
    if (part) {
      this.pool = placeOf(part[1] ?? '');
      return true;
    }
    const other = POOL.exec(text);
    if (other) {
      if (Number(other[2]) >= LONGEST_WAIT) this.stuckPools.push(placeOf(other[1] ?? ''));
      return true;
    }
    const asleep = ASLEEP.exec(text)?.[1];
    if (asleep !== undefined) {
      this.asleep.push(asleep);
      return true;
    }
    const items = ITEMS.exec(text);
    if (!items) return OTHER.test(text);
    const [, state = '', list = ''] = items;
    if (this.lines.length < MOST_ITEMS)
      this.lines.push({ text: `${this.queue}: ${state}: ${list.trim()}`, pool: this.pool });
    // Items of one worker are separated by blanks, those of several by commas; modules stand in brackets.
    // Newer kernels say how long an item runs, and how many equal ones wait.
    const words = list.replace(/ \[[\w-]+\]| for \d+s/g, '').split(/,\s*|\s+/);
    for (const word of words) this.add(word.replace(/^\d+\*/, ''), state);
    return true;
  }

  private add(word: string, state: string): void {
    if (this.items.length >= MOST_ITEMS || word === '') return;
    const running = state === 'in-flight' ? RUNNING.exec(word) : null;
    const name = running?.[2] ?? word;
    const pid = running?.[1];
    const worker = pid === undefined ? {} : { pid: Number(pid) };
    this.items.push({ function: name, pool: this.pool, isRunning: running !== null, ...worker });
  }

  /** What the stuck pools run, those of the headline's pool first. */
  private blamed(): readonly Item[] {
    const running = this.items.filter(({ isRunning, pool }) => isRunning && this.stuckPools.includes(pool));
    const [first] = this.stuckPools;
    return [...running.filter(({ pool }) => pool === first), ...running.filter(({ pool }) => pool !== first)];
  }

  /** The item that a stuck pool runs. */
  running(): string | undefined {
    return this.blamed()[0]?.function;
  }

  /** Workers of the stuck pools that run something; their backtraces may follow. */
  workers(): readonly number[] {
    return this.blamed().flatMap(({ pid }) => pid ?? []);
  }

  /** What runs and waits in the stuck pools. */
  facts(): readonly string[] {
    const lines = this.lines.filter(({ pool }) => this.stuckPools.includes(pool)).map(({ text }) => text);
    const facts = [...lines, ...this.asleep];
    return this.others === 0 ? facts : [`further stuck pools: ${this.others}`, ...facts];
  }
}

/** The words of a pool that all lines print alike: its flags change. */
function placeOf(pool: string): string {
  return pool.replace(/ flags=\S+/, '').trim();
}
