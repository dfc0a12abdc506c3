import type { Extent } from '../../protocol/methods.js';
import { MOST_BYTES, Vast, type Limited } from './growth.js';
import { nextLevel, wantedLevel, type Level, type Stage, type StageSetting } from './stage.js';

/** How far a root's program is to grow, and how far it has come. */
export class Bounds {
  /** Why not all is read where all was to be read. */
  limited: Limited | undefined;
  /** C files of the live program. */
  private linked = 0;

  constructor(private readonly setting: StageSetting) {}

  get wanted(): Level {
    return this.limited?.instead ?? wantedLevel(this.setting);
  }

  /** The program to make next; see {@link nextLevel}. */
  next(live: Stage, small: Stage | undefined, isLean: boolean): Level | undefined {
    return nextLevel(live, small, [...this.setting.open.keys()], this.wanted, isLean);
  }

  /** Throws when the folder is larger than what is read as a whole without being asked for. */
  async expectRoom(signal: AbortSignal): Promise<void> {
    const { settings, neighbourhood } = this.setting;
    if (settings.index === 'all' || !neighbourhood) return;
    const { files, bytes } = await neighbourhood.measure(signal);
    if (bytes > MOST_BYTES) throw new Vast(files);
  }

  /** This is the live program from now on. */
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
