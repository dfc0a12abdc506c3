import { hashText } from '../analysis/base/hash.js';
import type { InitializationOptions, Settings } from '../protocol/methods.js';
import type { Environment } from './environment.js';
import { store } from './programs/kept.js';
import type { Root } from './programs/root.js';

/** What is needed of the session. */
export interface MemoryHost {
  readonly environment: Environment;
  readonly options: InitializationOptions;
  readonly settings: Settings;
}

/** What scans have found, kept on disk over restarts of the server. */
export class Memory {
  constructor(private readonly session: MemoryHost) {}

  /** Writes down what a root has found, for the next start. */
  keep(root: Root): void {
    const path = this.pathOf(root.place.scope);
    if (path === undefined) return;
    const text = store(root.known(), this.recipe(root.place.root), this.keyOf(root.place.root));
    this.session.environment.writeText(path, text);
  }

  /** What was written down for a folder. */
  read(folder: string): string | undefined {
    const path = this.pathOf(folder);
    return path === undefined ? undefined : this.session.environment.readText(path);
  }

  /** Has a root show again what was written down, as far as its files are still the same. */
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

  /** Names what findings depend on besides the files in their stories. */
  private recipe(root: string): string {
    const { environment, settings } = this.session;
    const config = environment.loadConfig(root, settings.config || undefined);
    return hashText(JSON.stringify([environment.build, settings, config]));
  }
}
