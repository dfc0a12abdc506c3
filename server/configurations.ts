import type { Config } from '../analysis/workspace/config.js';
import type { Environment } from './environment/environment.js';

/** The configuration of each folder. While its file has mistakes, the last one without stays in effect. */
export class Configurations {
  private readonly valid = new Map<string, Config>();
  /** Mistakes that were reported and are still there. */
  private readonly reported = new Map<string, string>();

  constructor(private readonly report: (message: string) => void) {}

  /** The configuration to use, now that the file of a folder was read. Reports its mistakes once. */
  take(folder: string, loaded: ReturnType<Environment['loadConfig']>): Config {
    if ('config' in loaded) {
      this.valid.set(folder, loaded.config);
      this.reported.delete(folder);
      return loaded.config;
    }
    const mistakes = loaded.errors.join('\n');
    if (this.reported.get(folder) !== mistakes)
      loaded.errors.forEach((error) => this.report(withoutParent(error, folder)));
    this.reported.set(folder, mistakes);
    return this.valid.get(folder) ?? {};
  }
}

/** A message without the path of its folder: the name of the folder identifies it. */
function withoutParent(message: string, folder: string): string {
  return message.replace(folder.slice(0, folder.lastIndexOf('/') + 1), '');
}
