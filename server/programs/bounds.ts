import type { Finding } from '../../analysis/checks/types.js';
import type { ScannedApart } from '../../host/api.js';
import type { Extent } from '../../protocol/methods.js';
import type { LargeTree } from '../environment/environment.js';
import { leastConfidence } from '../settings.js';
import { MOST_BYTES, Vast, type Limited } from './growth.js';
import {
  Cancelled,
  nextLevel,
  unlessCancelled,
  wantedLevel,
  type Level,
  type LoadState,
  type Stage,
  type StageSetting,
} from './stage.js';

/** How far a root's program may grow, how far it has grown, and what is scanned where it may not grow. */
export class Bounds {
  /** Why the folder was not read completely although its settings ask for that. */
  limited: Limited | undefined;
  /** Progress of a scan by other processes. */
  loading: LoadState | undefined;
  /** What the last scan by other processes read. */
  scanned: Omit<ScannedApart, 'findings'> | undefined;
  /** Number of C files of the live program. */
  private linked = 0;

  constructor(
    private readonly setting: StageSetting,
    private readonly progressed: () => void,
  ) {}

  get wanted(): Level {
    return this.limited?.instead ?? wantedLevel(this.setting);
  }

  /** The next program to build; see {@link nextLevel}. */
  next(live: Stage, small: Stage | undefined, isLean: boolean): Level | undefined {
    return nextLevel(live, small, [...this.setting.open.keys()], this.wanted, isLean);
  }

  /** Throws if the folder is larger than what is read completely by default. */
  async expectRoom(signal: AbortSignal): Promise<void> {
    const vast = await this.vast(signal);
    if (vast !== undefined) throw new Vast(vast.files);
  }

  /** The findings of a folder that is too large to be linked, from other processes; `undefined` of any other folder. */
  async scanApart(signal: AbortSignal): Promise<readonly Finding[] | undefined> {
    this.scanned = undefined;
    const vast = await unlessCancelled(this.vast(signal), signal);
    if (vast === undefined) return undefined;
    this.show({ stage: 'list', done: 0, total: 0 });
    try {
      const { findings, ...scanned } = await vast.tree.scan({
        confidence: leastConfidence(this.setting.settings),
        signal,
        onProgress: ({ parts, allParts, bytes, allBytes }) =>
          this.show({ stage: 'parts', done: parts, total: allParts, bytes, totalBytes: allBytes }),
      });
      this.scanned = scanned;
      return findings;
    } catch (reason) {
      throw signal.aborted ? new Cancelled() : reason;
    } finally {
      this.show(undefined);
    }
  }

  private show(state: LoadState | undefined): void {
    this.loading = state;
    this.progressed();
  }

  private async vast(
    signal: AbortSignal,
  ): Promise<{ readonly tree: LargeTree; readonly files: number } | undefined> {
    const { settings, neighbourhood } = this.setting;
    if (settings.index === 'all' || !neighbourhood) return undefined;
    const { files, bytes } = await neighbourhood.measure(signal);
    return bytes > MOST_BYTES ? { tree: neighbourhood, files } : undefined;
  }

  /** Sets the live program. */
  reached(stage: Stage): void {
    this.linked = stage.fileCount;
  }

  extent({ level }: Stage): Extent {
    return {
      level,
      files: this.linked,
      ...(this.limited instanceof Vast ? { of: this.limited.files } : {}),
    };
  }
}
