import type { Progress } from '../analysis/checks/types.js';
import type { PartsDone } from '../host/api.js';

/** Shares of a whole run in percent, as measured for folders of Linux, with and without fixes. */
const READ = 60;
const HEADERS = 65;
const ANALYSED = 90;
/** Share of the remaining work that one pass does: each demands fewer functions than the one before. */
const PER_PASS = 0.3;

const STAGES: Readonly<Record<Exclude<Progress['stage'], 'fix'>, string>> = {
  link: 'linking',
  bind: 'binding names',
  selection: 'selecting functions',
  summaries: 'interpreting functions',
  graph: 'building the lock graph',
  replay: 'replaying paths',
  check: 'checking',
};

/** Progress of a whole run as text. The percentage is an estimate; it never decreases and never reaches 100. */
export class WholeProgress {
  private percent = 0;
  private passes = 0;

  /** Progress while files are read. */
  reading(stage: 'read' | 'headers', files: number, share: number): string {
    const [from, to, what] = stage === 'read' ? [0, READ, 'reading'] : [READ, HEADERS, 'reading headers'];
    return this.at(from + (to - from) * Math.min(1, share), `${what}: ${files} files`);
  }

  /** Begins a pass over the program. The number of passes depends on what each demands. */
  beginPass(): void {
    this.passes += 1;
  }

  analysing({ stage }: Progress): string {
    const left = (1 - PER_PASS) ** this.passes;
    const what = stage === 'fix' ? 'verifying fixes' : STAGES[stage];
    return this.at(HEADERS + (ANALYSED - HEADERS) * (1 - left), `${what}, pass ${Math.max(1, this.passes)}`);
  }

  /** @param done findings whose fixes are verified */
  fixing(done: number, total: number): string {
    return this.at(
      ANALYSED + (100 - ANALYSED) * (done / Math.max(1, total)),
      `verifying fixes: ${done} of ${total} findings`,
    );
  }

  private at(percent: number, text: string): string {
    this.percent = Math.min(99, Math.max(this.percent, Math.floor(percent)));
    return `${this.percent} %  ${text}`;
  }
}

export function partsText({ parts, allParts, bytes, allBytes }: PartsDone): string {
  const percent = Math.min(99, Math.floor((100 * bytes) / Math.max(1, allBytes)));
  return `${percent} %  scanning in parts: ${parts} of ${allParts}`;
}

/** Counts the parts that are done. */
export class PartsProgress {
  private bytes = 0;
  private parts = 0;

  constructor(
    private readonly all: { readonly parts: number; readonly bytes: number },
    private readonly tell: (done: PartsDone) => void,
  ) {}

  done(bytes: number): void {
    this.bytes += bytes;
    this.parts += 1;
    this.show();
  }

  show(): void {
    const { parts, bytes, all } = this;
    // A part that is halved counts as two.
    this.tell({ parts, allParts: Math.max(parts, all.parts), bytes, allBytes: all.bytes });
  }
}
