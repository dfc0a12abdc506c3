import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CODE_SERVER, NODE } from './install.js';
import { KEYBINDINGS } from './keys.js';

export interface EditorServer {
  /** Page that shows the folder. */
  readonly url: string;
  log(): string;
  stop(): void;
}

export interface ServerOptions {
  /** Emptied and filled again. */
  readonly profile: string;
  readonly folder: string;
  readonly extension: string;
  readonly port?: number;
  /** Packages of other extensions to have beside it. */
  readonly others?: readonly string[];
  /** Language of the editor. */
  readonly locale?: string;
  /** On top of those every test has. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** What is read of the manifest of an extension that brings a language. */
interface LanguagePack {
  readonly publisher: string;
  readonly name: string;
  readonly version: string;
  readonly contributes?: {
    readonly localizations?: readonly {
      readonly languageId: string;
      readonly languageName: string;
      readonly translations: readonly { readonly id: string; readonly path: string }[];
    }[];
  };
}

const START_LIMIT_MS = 60_000;

/** What every test has. */
export const SETTINGS = {
  'workbench.startupEditor': 'none',
  'security.workspace.trust.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'update.mode': 'none',
  'window.commandCenter': false,
  // A widget that slides in ignores keys until it stands still.
  'workbench.reduceMotion': 'on',
  'window.autoDetectColorScheme': true,
  'window.autoDetectHighContrast': true,
  'workbench.preferredDarkColorTheme': 'Dark Modern',
  'workbench.preferredLightColorTheme': 'Light Modern',
  'chat.disableAIFeatures': true,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'git.enabled': false,
  'editor.hover.delay': 100,
  'editor.minimap.enabled': false,
  // Otherwise the speed of the machine decides how often the cursor moves on.
  'editor.find.cursorMoveOnType': false,
  'files.autoSave': 'off',
};

/** code-server writes its configuration on any call; it stays in the profile. */
function environment(profile: string): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    HOME: profile,
    XDG_CONFIG_HOME: profile,
    XDG_DATA_HOME: profile,
  };
  delete env['NODE_OPTIONS'];
  return env;
}

function command(profile: string): string[] {
  return [CODE_SERVER, '--user-data-dir', join(profile, 'data'), '--extensions-dir', join(profile, 'ext')];
}

/** Makes a private profile with the packaged extension in it; the folder that it is unpacked to. */
export function installExtension({
  profile,
  extension,
  others = [],
  settings,
  locale,
}: ServerOptions): string {
  rmSync(profile, { recursive: true, force: true });
  mkdirSync(join(profile, 'data/User'), { recursive: true });
  writeSettings(profile, settings);
  const packages = [extension, ...others].flatMap((path) => ['--install-extension', path]);
  const added = spawnSync(NODE, [...command(profile), ...packages], {
    env: environment(profile),
    encoding: 'utf8',
  });
  if (!added.stdout.includes('successfully installed')) throw new Error(added.stdout + added.stderr);
  if (locale !== undefined) knowLanguage(profile, locale);
  const folder = readdirSync(join(profile, 'ext')).find((name) => name.startsWith('lockorder.'));
  if (folder === undefined) throw new Error(`nothing was unpacked into ${profile}`);
  return join(profile, 'ext', folder);
}

/** Rewrites the user's settings and keys: those of every test, and more settings. */
export function writeSettings(profile: string, more: ServerOptions['settings'] = {}): void {
  const write = (name: string, content: object): void =>
    writeFileSync(join(profile, 'data/User', name), JSON.stringify(content, null, 2));
  write('settings.json', { ...SETTINGS, ...more });
  write('keybindings.json', KEYBINDINGS);
}

/** Records which extension brings a language, as the editor does when one is installed from its window. */
function knowLanguage(profile: string, locale: string): void {
  const packs = readdirSync(join(profile, 'ext')).flatMap((name) => {
    const file = join(profile, 'ext', name, 'package.json');
    if (!existsSync(file)) return [];
    const {
      contributes,
      publisher,
      version,
      name: id,
    } = JSON.parse(readFileSync(file, 'utf8')) as LanguagePack;
    const brought = contributes?.localizations?.find(({ languageId }) => languageId === locale);
    if (!brought) return [];
    const translations = brought.translations.map((each) => [each.id, join(profile, 'ext', name, each.path)]);
    return [
      {
        hash: locale,
        label: brought.languageName,
        extensions: [{ extensionIdentifier: { id: `${publisher}.${id}` }, version }],
        translations: Object.fromEntries(translations) as Record<string, string>,
      },
    ];
  });
  assert.equal(packs.length, 1, `extensions that bring ${locale}`);
  writeFileSync(join(profile, 'data/languagepacks.json'), JSON.stringify({ [locale]: packs[0] }));
}

/** Starts VS Code as a server on 127.0.0.1 with a private profile and the packaged extension in it. */
export async function startServer(options: ServerOptions): Promise<EditorServer> {
  const { profile, folder } = options;
  installExtension(options);

  const port = options.port ?? (await freePort());
  const child = spawn(
    NODE,
    [
      ...command(profile),
      '--auth=none',
      `--bind-addr=127.0.0.1:${port}`,
      '--disable-telemetry',
      '--disable-update-check',
      '--disable-workspace-trust',
      '--disable-getting-started-override',
      ...(options.locale === undefined ? [] : ['--locale', options.locale]),
      folder,
    ],
    { env: environment(profile), stdio: ['ignore', 'pipe', 'pipe'], detached: true },
  );
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (log += String(chunk)));
  const stop = (): void => {
    try {
      // The whole group: the server starts the extension host, which starts our server.
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
    } catch {
      // Gone already.
    }
  };

  const url = `http://127.0.0.1:${port}`;
  for (const deadline = Date.now() + START_LIMIT_MS; !(await isUp(url)); await sleep(50)) {
    if (child.exitCode === null && Date.now() < deadline) continue;
    stop();
    throw new Error(`code-server did not start\n${log}`);
  }
  const kind = folder.endsWith('.code-workspace') ? 'workspace' : 'folder';
  return { url: `${url}/?${kind}=${encodeURIComponent(folder)}`, log: () => log, stop };
}

async function isUp(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/healthz`)).ok;
  } catch {
    return false;
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** The processes of the extension's server that a profile has. */
export function languageServers(profile: string): readonly number[] {
  const isOurs = (pid: string): boolean => {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      return command.includes(profile) && command.includes('dist/server.cjs');
    } catch {
      // Gone meanwhile.
      return false;
    }
  };
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && isOurs(name))
    .map(Number);
}
