import type { Extent } from '../../protocol/methods.js';
import { MOST_BYTES, Vast, type Limited } from './growth.js';
import { nextLevel, wantedLevel, type Level, type Stage, type StageSetting } from './stage.js';

/** How far a root's program may grow, and how far it has grown. */
export class Bounds {
  /** Why the folder was not read completely although its settings ask for that. */
  limited: Limited | undefined;
  /** Number of C files of the live program. */
  private linked = 0;

  constructor(private readonly setting: StageSetting) {}

  get wanted(): Level {
    return this.limited?.instead ?? wantedLevel(this.setting);
  }

  /** The next program to build; see {@link nextLevel}. */
  next(live: Stage, small: Stage | undefined, isLean: boolean): Level | undefined {
    return nextLevel(live, small, [...this.setting.open.keys()], this.wanted, isLean);
  }

  /** Throws if the folder is larger than what is read completely by default. */
  async expectRoom(signal: AbortSignal): Promise<void> {
    const { settings, neighbourhood } = this.setting;
    if (settings.index === 'all' || !neighbourhood) return;
    const { files, bytes } = await neighbourhood.measure(signal);
    if (bytes > MOST_BYTES) throw new Vast(files);
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
