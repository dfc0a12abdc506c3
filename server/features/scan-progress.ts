import type { LoadState } from '../programs/stage.js';
import type { Translate } from '../words.js';

const MEGABYTE = 1_000_000;
/** No remaining time is shown before this many seconds of reading, and this share of all that follows the list of files. */
const LEAST_S = 2;
const LEAST_SHARE = 0.02;

/** Share of the run, in percent, that is done when all files are listed, and when all are read. */
const LISTED = 2;
const READ = 50;
/** Share of the remaining work that one pass over the program does: each demands fewer functions than the one before. */
const PER_PASS = 0.45;

/** The stages of a pass, in order, each with the share of the pass at which it begins. */
const PASS: Readonly<Record<string, number>> = {
  headers: 0,
  link: 0.05,
  bind: 0.05,
  selection: 0.1,
  summaries: 0.1,
  graph: 0.5,
  replay: 0.6,
  check: 0.7,
};

/**
 * Progress of a scan in words. The percentage is an estimate: it never decreases, although an analysis takes several
 * passes and each starts over.
 */
export class ScanProgress {
  private percent = 0;
  private passes = 0;
  private within = 0;
  private isRead = false;
  /** When reading began, in seconds. */
  private start: number | undefined;

  constructor(private readonly t: Translate) {}

  /** What to show at a time, in seconds; nothing for a stage without a name. */
  at(state: LoadState, now: number): { readonly percent: number; readonly text: string } | undefined {
    const reached = this.reached(state);
    if (reached === undefined) return undefined;
    this.percent = Math.max(this.percent, reached);
    if (state.stage === 'read' || state.stage === 'parts') this.start ??= now;
    const text = [this.what(state), this.left(now)].filter((part) => part !== '').join(', ');
    return { percent: Math.floor(this.percent), text };
  }

  private reached({ stage, done, total, bytes = 0, totalBytes = 0 }: LoadState): number | undefined {
    if (stage === 'list') return 0;
    if (stage === 'parts') return totalBytes > 0 ? (100 * bytes) / totalBytes : 0;
    if (stage === 'read') {
      this.isRead = true;
      // File sizes differ by a factor of a thousand, so bytes give a better estimate.
      const share = totalBytes > 0 ? bytes / totalBytes : total > 0 ? done / total : 0;
      return LISTED + (READ - LISTED) * Math.min(1, share);
    }
    const within = PASS[stage];
    if (within === undefined) return undefined;
    // The open files are analysed first; that is a small part of the whole.
    if (!this.isRead) return LISTED;
    if (within < this.within || this.passes === 0) this.passes += 1;
    this.within = within;
    const left = (1 - PER_PASS) ** (this.passes - 1) * (1 - PER_PASS * within);
    return 100 - (100 - READ) * left;
  }

  private what({ stage, done, total, bytes = 0, totalBytes = 0 }: LoadState): string {
    const { t } = this;
    const name = this.nameOf(stage);
    // Each check counts its own items, so the count would jump.
    if ((done === 0 && total === 0) || stage === 'check' || stage === 'replay') return name;
    // What was counted first may turn out to be more.
    const count = `${name}: ${done <= total ? t('{0} of {1}', done, total) : String(done)}`;
    if ((stage !== 'read' && stage !== 'headers') || bytes < MEGABYTE) return count;
    const size =
      totalBytes > 0
        ? t('{0} of {1} MB', megabytes(bytes), megabytes(totalBytes))
        : t('{0} MB', megabytes(bytes));
    return `${count}, ${size}`;
  }

  /** The remaining time in words; empty while it cannot be estimated, as from how long the list of files took. */
  private left(now: number): string {
    const passed = now - (this.start ?? now);
    const share = (this.percent - LISTED) / (100 - LISTED);
    if (passed < LEAST_S || share < LEAST_SHARE) return '';
    const seconds = Math.ceil((passed * (1 - share)) / share);
    return seconds >= 90
      ? this.t('about {0} min left', Math.round(seconds / 60))
      : this.t('about {0} s left', seconds);
  }

  /** A stage in words. */
  private nameOf(stage: string): string {
    const { t } = this;
    switch (stage) {
      case 'list':
        return t('listing files');
      case 'parts':
        return t('scanning in parts');
      case 'read':
        return t('reading files');
      case 'headers':
        return t('reading headers');
      case 'link':
      case 'bind':
        return t('linking functions');
      case 'selection':
      case 'summaries':
        return t('computing function summaries');
      case 'graph':
        return t('building the lock graph');
      default:
        return t('checking');
    }
  }
}

function megabytes(bytes: number): number {
  return Math.round(bytes / MEGABYTE);
}
