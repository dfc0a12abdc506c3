/** The pool of a workqueue lockup: `pool cpus=2 node=0 flags=0x0 nice=-20 stuck for 58s!` */
const STUCK = /workqueue lockup - pool (.+?) stuck for/;
const QUEUE = /^workqueue (\S+): flags/;
const PART = /^\s+pwq \d+: (.+?) active=/;
const ITEMS = /^\s+(pending|in-flight|inactive|delayed): (.+)$/;
const POOL = /^pool \d+: (.+?) hung=(\d+)s /;
const OTHER = /^(?:Showing (?:busy workqueues|backtraces of (?:running|busy) workers)|pool \d+:)/;
/** Seconds without progress after which the kernel calls a pool stuck, as configured by default. */
const LONGEST_WAIT = 30;
/** A worker and its item: `2067:rpc_async_schedule`, `88(RESCUER):nvme_reset_work [nvme]`. */
const RUNNING = /^(\d+)(?:\(RESCUER\))?:([\w.]+)/;
const MOST_ITEMS = 32;

interface Item {
  readonly function: string;
  /** The worker that runs it; absent for an item that waits. */
  readonly pid?: number;
  readonly pool: string;
}

/**
 * Reads the list of busy workqueues that follows a workqueue lockup. It names all pools: only those that hang are to
 * blame.
 */
export class Pools {
  private readonly stuckPools: string[] = [];
  private queue = '';
  private pool = '';
  private readonly items: Item[] = [];
  private readonly lines: { readonly text: string; readonly pool: string }[] = [];

  /** Notes which pool a headline is about. */
  stuck(headline: string): void {
    const pool = STUCK.exec(headline)?.[1];
    if (pool !== undefined) this.stuckPools.push(placeOf(pool));
  }

  take(text: string): boolean {
    if (this.stuckPools.length === 0) return false;
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
    const items = ITEMS.exec(text);
    if (!items) return OTHER.test(text);
    const [, state = '', list = ''] = items;
    if (this.lines.length < MOST_ITEMS)
      this.lines.push({ text: `${this.queue}: ${state}: ${list.trim()}`, pool: this.pool });
    // Items of one worker are separated by blanks, those of several by commas; modules stand in brackets.
    for (const word of list.replace(/ \[[\w-]+\]/g, '').split(/,\s*|\s+/)) this.add(word, state);
    return true;
  }

  private add(word: string, state: string): void {
    if (this.items.length >= MOST_ITEMS || word === '') return;
    const running = state === 'in-flight' ? RUNNING.exec(word) : null;
    const name = running?.[2] ?? word;
    this.items.push({ function: name, pool: this.pool, ...(running ? { pid: Number(running[1]) } : {}) });
  }

  /** What the stuck pools run, those of the headline's pool first. */
  private blamed(): readonly Item[] {
    const running = this.items.filter(({ pid, pool }) => pid !== undefined && this.stuckPools.includes(pool));
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
    return this.lines.filter(({ pool }) => this.stuckPools.includes(pool)).map(({ text }) => text);
  }
}

/** The words of a pool that all lines print alike: its flags change. */
function placeOf(pool: string): string {
  return pool.replace(/ flags=\S+/, '').trim();
}
