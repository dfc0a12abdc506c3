import { hashText } from '../../analysis/base/hash.js';
import type { InitializationOptions, Settings } from '../../protocol/methods.js';
import type { Environment } from './environment.js';
import { store } from '../programs/kept.js';
import { known } from '../listed.js';
import type { Root } from '../programs/root.js';

/** What this needs from the session. */
export interface MemoryHost {
  readonly environment: Environment;
  readonly options: InitializationOptions;
  readonly settings: Settings;
}

/** Results of scans, stored on disk across restarts of the server. */
export class Memory {
  constructor(private readonly session: MemoryHost) {}

  /** Stores the findings of a root for the next start. */
  keep(root: Root): void {
    const path = this.pathOf(root.place.scope);
    if (path === undefined) return;
    const text = store(known(root), this.recipe(root.place.root), this.keyOf(root.place.root));
    this.session.environment.writeText(path, text);
  }

  /** The stored findings of a folder. */
  read(folder: string): string | undefined {
    const path = this.pathOf(folder);
    return path === undefined ? undefined : this.session.environment.readText(path);
  }

  /** Makes a root show stored findings whose files have not changed. */
  restore(root: Root, text: string): void {
    root.kept.restore(text, this.recipe(root.place.root), this.keyOf(root.place.root));
  }

  private keyOf(root: string): (file: string) => string | undefined {
    const { environment } = this.session;
    return (file) => environment.keyOf(environment.absolute(root, file));
  }

  private pathOf(folder: string): string | undefined {
    const { environment, options } = this.session;
    return options.cacheDirectory === undefined
      ? undefined
      : environment.absolute(options.cacheDirectory, `found/${hashText(folder)}.json`);
  }

  /** Identifies what findings depend on besides the files in their stories. */
  private recipe(root: string): string {
    const { environment, settings } = this.session;
    const config = environment.loadConfig(root, settings.config || undefined);
    return hashText(JSON.stringify([environment.build, settings, config]));
  }
}
