import { EvidenceReader } from '../../analysis/evidence/read/reader.js';
import type { SourceEvidence } from '../../analysis/evidence/read/types.js';
import type { Connection } from 'vscode-languageserver';
import { CONFIG_FILE, forKernel, parseConfig } from '../../analysis/workspace/config.js';
import { skipText } from '../../host/api.js';
import { createBrowserParser, type ParserBytes } from '../../host/browser/parser.js';
import { BrowserProject } from '../../host/browser/project.js';
import { VirtualFiles, type FileSource } from '../../host/browser/virtual-files.js';
import { folderPath, joinPath, SOURCE } from '../../host/paths.js';
import { decodeText } from '../../host/text.js';
import { LIST_FILES, READ_FILE } from '../../protocol/methods.js';
import type { ListFilesResult, ReadFileResult } from '../../protocol/methods.js';
import type { Environment, FolderLocation, Tree, TreeOptions } from './environment.js';

/** Small files to read before all others. */
const FIRST = [CONFIG_FILE, '.lockorder', 'Makefile', 'Kbuild'] as const;

/**
 * An environment whose files are read through the client and compiled in this thread. Paths are URIs as the client
 * writes them.
 */
export function browserEnvironment(
  connection: Connection,
  parser: ParserBytes,
  version: string,
): Environment {
  return new BrowserEnvironment(connection, parser, version);
}

class BrowserEnvironment implements Environment {
  readonly jobs = 1;
  readonly rulePages = undefined;
  readonly build: string;
  /** By the folder's path. */
  private readonly files = new Map<string, VirtualFiles>();

  constructor(
    private readonly connection: Connection,
    private readonly parser: ParserBytes,
    readonly version: string,
  ) {
    this.build = `browser ${version}`;
  }

  memoryShare(): number {
    // A browser does not report the memory of a page.
    return 0;
  }

  pathOf(uri: string): string | undefined {
    // A document that was never saved gets a folder of its own.
    return uri.replace(/^([\w+.-]+:)(?!\/)/, '$1/').replace(/\/+$/, '');
  }

  uriOf(path: string): string {
    return path;
  }

  async prepare(folder: string, config: string | undefined): Promise<void> {
    const files = new VirtualFiles(folder, this.source(folder));
    try {
      await files.open();
      const first = FIRST.filter((name) => files.kindOf(name) === 'file');
      await files.fetch(config === undefined ? first : [...first, joinPath(config)]);
    } catch (reason) {
      this.connection.console.warn(`${folder}: ${String(reason)}`);
    }
    this.files.set(folder, files);
  }

  private source(folder: string): FileSource {
    return {
      list: async () => {
        const result: ListFilesResult = await this.connection.sendRequest(LIST_FILES, { uri: folder });
        if (!result.complete) {
          this.connection.console.warn(
            `${folder} has too many files; only the first ${result.files.length} are read`,
          );
        }
        return result.files;
      },
      read: async (file) => {
        const uri = this.absolute(folder, file);
        const result: ReadFileResult | null = await this.connection.sendRequest(READ_FILE, { uri });
        return result ? Uint8Array.from(atob(result.content), (sign) => sign.charCodeAt(0)) : undefined;
      },
    };
  }

  locate(folder: string): FolderLocation {
    const files = this.files.get(folder);
    const has = (name: string): boolean => files?.kindOf(name) !== undefined;
    const makefile = this.textIn(folder, 'Makefile') ?? '';
    const isSourceTree =
      has('Kbuild') || has(CONFIG_FILE) || has('include/linux') || /^\s*obj-(?:m|y|\$\()/m.test(makefile);
    return { root: folder, scope: folder, isSourceTree };
  }

  nameIn(root: string, path: string): string | undefined {
    return this.relative(root, path);
  }

  relative(root: string, path: string): string | undefined {
    if (path === root) return '.';
    if (!path.startsWith(`${root}/`)) return undefined;
    try {
      return decodeURIComponent(path.slice(root.length + 1));
    } catch {
      return undefined;
    }
  }

  absolute(root: string, file: string): string {
    if (file === '' || file === '.') return root;
    return `${root}/${file.split('/').map(encodePart).join('/')}`;
  }

  siblings(root: string, file: string): readonly string[] {
    const folder = folderPath(file);
    const entries = this.files.get(root)?.entries(folder) ?? [];
    return entries
      .filter(({ name, kind }) => kind === 'file' && SOURCE.test(name))
      .map(({ name }) => joinPath(folder, name));
  }

  below(): undefined {
    // Folders are listed once, so only what is known to be there is read again.
    return undefined;
  }

  async readEvidence(uri: string): Promise<SourceEvidence | { readonly reason: string }> {
    const result: ReadFileResult | null = await this.connection.sendRequest(READ_FILE, { uri });
    if (!result) return { reason: 'no such file' };
    const reader = new EvidenceReader(uri);
    const bytes = Uint8Array.from(atob(result.content), (sign) => sign.charCodeAt(0));
    reader.push(new TextDecoder().decode(bytes));
    return reader.finish();
  }

  keyOf(): undefined {
    return undefined;
  }

  changedFiles(): Promise<never> {
    return Promise.reject(new Error('there is no git in a browser'));
  }

  mayEdit(): boolean {
    // The editor reports no symbolic links.
    return true;
  }

  writeText(): void {
    // There is no cache.
  }

  readText(path: string): string | undefined {
    for (const root of this.files.keys()) {
      const file = this.relative(root, path);
      const text = file === undefined ? undefined : this.textIn(root, file);
      if (text !== undefined) return text;
    }
    return undefined;
  }

  loadConfig(root: string, file: string | undefined): ReturnType<Environment['loadConfig']> {
    const name = file === undefined ? CONFIG_FILE : joinPath(file);
    const text = this.textIn(root, name);
    const makefile = this.textIn(root, 'Makefile') ?? '';
    if (text === undefined) {
      return file === undefined
        ? { config: forKernel({}, makefile) }
        : { errors: [`${file}: no such file in the folder`] };
    }
    const parsed = parseConfig(text);
    if ('config' in parsed) return { config: forKernel(parsed.config, makefile) };
    return { errors: parsed.errors.map(({ line, text: told }) => `${name}:${line}: ${told}`) };
  }

  async openTree(options: TreeOptions): Promise<Tree> {
    const { root, paths, config, confidence, signal, onProgress } = options;
    const files = this.files.get(root) ?? new VirtualFiles(root, this.source(root));
    const project = new BrowserProject({
      files,
      parser: await this.createParser(),
      paths: paths.flatMap((path) => this.relative(root, path) ?? []),
      config,
      confidence,
      signal,
      ...(onProgress ? { onProgress } : {}),
    });
    return {
      workspace: project.workspace,
      get skipped() {
        return project.skipped.map((skip) => ({ file: skip.file, reason: skipText(skip) }));
      },
      load: () => project.load(),
      refresh: (names) => project.refresh(names),
      supply: (demands) => project.supply(demands),
      analysed: (name) => project.analysed(name),
      close: () => Promise.resolve(),
    };
  }

  survey(): undefined {
    // The editor would have to transfer every file.
    return undefined;
  }

  createParser(): ReturnType<Environment['createParser']> {
    return createBrowserParser(this.parser);
  }

  private textIn(root: string, file: string): string | undefined {
    const raw = this.files.get(root)?.read(file);
    const content = raw && 'bytes' in raw ? decodeText(raw.bytes) : undefined;
    return content && 'text' in content ? content.text : undefined;
  }
}

/** Encodes like the editor, which escapes more than the standard function. */
function encodePart(part: string): string {
  return encodeURIComponent(part).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
