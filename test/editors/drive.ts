import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, delimiter, dirname, join } from 'node:path';
import { env, execPath } from 'node:process';
import { parseFixture, type ExpectedFix } from '../support/fixture.js';
import { ROOT } from '../support/root.js';

/** Longest run of one editor, in milliseconds. */
const LIMIT_MS = 150_000;

/** What the drivers neovim.lua and emacs.el write down; lines and columns are 1-based. */
export interface EditorResult {
  readonly diagnostics: readonly {
    readonly line: number;
    readonly column: number;
    readonly message: string;
    readonly severity: number | string;
  }[];
  readonly hover: string;
  /** Titles in the menu of fixes. */
  readonly offered: readonly string[];
  /** Why the driver gave up, and what the editor said until then. */
  readonly failure?: string;
  readonly messages?: string;
}

/** The program's path, if it is installed. */
export function installed(program: string): string | undefined {
  const folders = (env['PATH'] ?? '').split(delimiter);
  return folders.map((folder) => join(folder, program)).find((path) => existsSync(path));
}

/** The first code block of docs/editors.md in this language. */
export function documentedConfig(language: string): string {
  const page = readFileSync(join(ROOT, 'docs/editors.md'), 'utf8');
  const block = new RegExp('^```' + language + '\\n([^]*?)^```$', 'm').exec(page);
  if (!block?.[1]) throw new Error(`docs/editors.md has no ${language} block`);
  return block[1];
}

/** A fixture of test/fixtures as a git repository in a home of its own, with `lockorder` on the path. */
export class Project {
  readonly fix: ExpectedFix | undefined;
  private readonly home = mkdtempSync(join(tmpdir(), 'lockorder-editor-'));

  constructor(fixture: string) {
    const text = readFileSync(join(ROOT, 'test/fixtures', fixture), 'utf8');
    const { files, fixes } = parseFixture(text, basename(fixture));
    this.fix = fixes[0];
    for (const file of files) this.write(join('tree', file.name), file.text);
    this.write('tree/.git/HEAD', 'ref: refs/heads/main\n');
    this.write('tree/lockorder.json', '{ "fixes": "all" }\n');
    this.write('tree/Kbuild', 'obj-m += it.o\n');
    const program = join(ROOT, 'dist/cli.cjs');
    this.write('bin/lockorder', `#!/bin/sh\nexec '${execPath}' '${program}' "$@"\n`);
    chmodSync(join(this.home, 'bin/lockorder'), 0o755);
  }

  write(name: string, text: string): string {
    const path = join(this.home, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return path;
  }

  read(file: string): string {
    return readFileSync(join(this.home, 'tree', file), 'utf8');
  }

  remove(): void {
    rmSync(this.home, { recursive: true, force: true });
  }

  /** Runs an editor with a driver that opens `file` and writes a result. */
  async drive(command: string, args: readonly string[], file: string): Promise<EditorResult> {
    const result = join(this.home, 'result.json');
    const settled = await new Promise<string>((resolve) => {
      const options = {
        cwd: join(this.home, 'tree'),
        timeout: LIMIT_MS,
        killSignal: 'SIGKILL' as const,
        env: {
          ...env,
          PATH: `${join(this.home, 'bin')}${delimiter}${env['PATH'] ?? ''}`,
          HOME: this.home,
          XDG_CONFIG_HOME: join(this.home, 'config'),
          XDG_DATA_HOME: join(this.home, 'data'),
          XDG_STATE_HOME: join(this.home, 'state'),
          XDG_CACHE_HOME: join(this.home, 'cache'),
          LOCKORDER_TEST_FILE: join(this.home, 'tree', file),
          LOCKORDER_TEST_RESULT: result,
        },
      };
      const child = execFile(command, args, options, (error, stdout, stderr) =>
        resolve(`${error ? `${error.message}\n` : ''}${stdout}${stderr}`),
      );
      child.stdin?.end();
    });
    if (!existsSync(result)) throw new Error(`${command} wrote no result:\n${settled}`);
    const found = JSON.parse(readFileSync(result, 'utf8')) as EditorResult;
    if (found.failure !== undefined) {
      throw new Error(`${command}: ${found.failure}\n${found.messages ?? ''}\n${JSON.stringify(found)}`);
    }
    return found;
  }
}
