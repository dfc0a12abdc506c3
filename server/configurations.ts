import { CONFIG_FILE, type Config } from '../analysis/workspace/config.js';
import type { Environment } from './environment/environment.js';

/** The part of a configuration that findings depend on, for comparison. */
export function analysed({ ignore: _ignore, rules: _rules, ...rest }: Config): string {
  return JSON.stringify(rest);
}

/** What is needed to read configurations. */
type Reader = Pick<Environment, 'absolute' | 'loadConfig' | 'readText'>;

/** The configuration of each folder. While its file has mistakes, the last one without stays in effect. */
export class Configurations {
  private readonly valid = new Map<string, Config>();
  /** Mistakes that were reported and are still there. */
  private readonly reported = new Map<string, string>();
  /** Path and text of the file that each folder's configuration was read from; no text if it did not exist. */
  private readonly texts = new Map<string, { readonly path: string; readonly text: string | undefined }>();

  constructor(
    private readonly environment: Reader,
    private readonly report: (message: string) => void,
  ) {}

  /**
   * Reads the configuration to use in a folder, and reports its mistakes once.
   * @param root the folder of the default file
   * @param file the one that the settings name; empty for the default one
   */
  read(folder: string, root: string, file: string): Config {
    const { environment } = this;
    const path = environment.absolute(root, file === '' ? CONFIG_FILE : file);
    // Before the configuration: a file that is written meanwhile is read again.
    this.texts.set(folder, { path, text: environment.readText(path) });
    return this.take(folder, environment.loadConfig(root, file || undefined));
  }

  /** Forgets the files of all folders, which are read again. */
  restart(): void {
    this.texts.clear();
  }

  /** Whether a file was written, created or removed since it was read. */
  get isOutdated(): boolean {
    return [...this.texts.values()].some(({ path, text }) => this.environment.readText(path) !== text);
  }

  private take(folder: string, loaded: ReturnType<Environment['loadConfig']>): Config {
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
