import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Dialog, FrameLocator, Page } from 'playwright-core';
import { launch } from './chromium.js';
import { faintTexts } from './contrast.js';
import { Editor } from './editor.js';
import { install, unsupported } from './install.js';
import { copyExamples, packageExtension, packageOther } from './package.js';
import { RUN } from './paths.js';
import {
  languageServers,
  startServer,
  writeSettings,
  type EditorServer,
  type ServerOptions,
} from './server.js';

/** Folder to write pictures to, if any. */
const PICTURES = process.env['LOCKORDER_PICTURES'] ?? '';
const INSTALL_LIMIT_MS = 600_000;
const START_LIMIT_MS = 120_000;
/** Only an event that never happens takes so long: on a loaded machine, a step of two seconds takes forty. */
const STEP_LIMIT_MS = 120_000;
/** Between two looks at a condition without an event. */
const POLL_MS = 50;

export interface SessionOptions {
  /** Of the window, in pixels; 1400 x 850 unless said. */
  readonly size?: { readonly width: number; readonly height: number };
  readonly settings?: Readonly<Record<string, unknown>>;
  /** code-server unless said. */
  readonly startEditor?: (options: ServerOptions) => Promise<EditorServer>;
  /** Folders below extensions/, of what to have beside it. */
  readonly others?: readonly string[];
  /** Language of the editor; an extension has to bring it. */
  readonly locale?: string;
  /** A folder to open instead of a copy of the examples, with one of its entries; it is not removed. */
  readonly open?: { readonly folder: string; readonly entry: string };
  /** Needs a window in which nothing has been done: VS Code keeps what it knows of its user in the browser. */
  readonly isFirst?: boolean;
}

/** A server with the packaged extension, and what a session has done with it. */
interface Place {
  readonly profile: string;
  readonly server: EditorServer;
}

/** Another extension for C, below extensions/, that every window of the shared server has beside ours. */
const NEIGHBOUR = 'neighbour';
/** Name of the server that all sessions share whose options allow it. */
const SHARED = 'shared';
/*
 * Servers, windows and the browser last until the end: starting them takes most of the time of a short session. So does
 * loading VS Code into a window, but a session needs a folder that no earlier one has seen.
 */
let shared: Place | undefined;
let sharedPage: Page | undefined;
let chromium: Browser | undefined;
/** Removed in the end, since the shared window shows one until the next session opens its own. */
const folders: string[] = [];

// In the root suite: it runs after all sessions.
after(async () => {
  await chromium?.close();
  shared?.server.stop();
  for (const folder of folders) rmSync(dirname(folder), { recursive: true, force: true });
});

/** VS Code with the packaged extension and a copy of the examples, while the tests of a `describe` run. */
export class EditorSession {
  folder = '';
  private place: Place | undefined;
  private started: { readonly page: Page; readonly editor: Editor } | undefined;

  /** Call it in the `describe`; `name` names its profile, if it needs its own, and the pictures of its failures. */
  constructor(
    private readonly name: string,
    private readonly options: SessionOptions = {},
  ) {
    const begin = (): Promise<string | undefined> => this.start();
    before(async function () {
      this.timeout(INSTALL_LIMIT_MS);
      const reason = await begin();
      if (reason === undefined) return;
      console.log(`browser tests skipped: ${reason}`);
      this.skip();
    });
    after(() => this.stop());
    const failed = (test: Mocha.Test): Promise<void> => this.keepFailure(test);
    afterEach(async function () {
      // Also for a test whose hook failed.
      const { currentTest: test } = this;
      if (test && test.state !== 'passed' && !test.isPending()) await failed(test);
    });
  }

  get page(): Page {
    if (!this.started) throw new Error('the editor runs only while tests do');
    return this.started.page;
  }

  get editor(): Editor {
    if (!this.started) throw new Error('the editor runs only while tests do');
    return this.started.editor;
  }

  /** The page inside of the window of an extension that is shown. */
  get window(): FrameLocator {
    return this.page.frameLocator('iframe.webview.ready >> visible=true').frameLocator('#active-frame');
  }

  read(file: string): string {
    return readFileSync(join(this.folder, file), 'utf8');
  }

  write(file: string, text: string): void {
    const path = join(this.folder, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }

  /** Waits until something is true that the page does not show. */
  async until(isTrue: () => boolean | Promise<boolean>, what: () => string): Promise<void> {
    for (const deadline = Date.now() + STEP_LIMIT_MS; !(await isTrue()); await sleep(POLL_MS)) {
      assert.ok(Date.now() < deadline, what());
    }
  }

  /** Does something, and waits until an expression was true of the page meanwhile, for however short a time. */
  async whenSeen(expression: string, act: () => Promise<unknown>): Promise<void> {
    await Promise.all([this.page.waitForFunction(expression), act()]);
  }

  /** Answers the dialog for a file to be written, whose proposal ends in a suffix. */
  async saveAs(path: string, suffix: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget input').first();
    await input.waitFor();
    // When it is ready, the dialog replaces what was typed by its own proposal.
    await this.until(
      async () => (await input.inputValue()).endsWith(suffix),
      () => 'no proposal',
    );
    await input.fill(path);
    // It takes no answer while it reads the folder.
    await this.page.locator('.quick-input-progress .active').waitFor({ state: 'detached' });
    await this.page.keyboard.press('Enter');
    await this.until(
      () => existsSync(path),
      () => `${path} was not written`,
    );
  }

  /** Opens the same again, as after a crash, or another folder or workspace on the same server. */
  async reopen(path: string, firstEntry: string): Promise<void> {
    const url = new URL(this.page.url());
    const kind = path.endsWith('.code-workspace') ? 'workspace' : 'folder';
    const address = `${url.origin}/?${kind}=${encodeURIComponent(path)}`;
    // VS Code ignores the file of a workspace that it has read before it knows of the workspace. Of its own copy, which it
    // makes the first time, it always shows the folders.
    await this.leaving(async () => {
      if (kind === 'workspace') {
        await this.page.goto(address);
        await this.until(
          () => this.hasCopy(JSON.stringify(readFileSync(path, 'utf8'))),
          () => `VS Code has made no copy of ${path}`,
        );
      }
      await this.editor.open(address, firstEntry);
    });
  }

  /** Leaves what the window shows, without its unsaved changes. */
  private async leaving(act: () => Promise<unknown>): Promise<void> {
    const leave = (dialog: Dialog): void => void dialog.accept();
    this.page.on('dialog', leave);
    await act();
    this.page.off('dialog', leave);
  }

  /** Whether VS Code keeps a copy of the file of a workspace. */
  private hasCopy(content: string): boolean {
    const copies = join(this.place?.profile ?? '', 'data/User/caches/CachedConfigurations/workspaces');
    const names = existsSync(copies) ? readdirSync(copies) : [];
    return names
      .map((name) => join(copies, name, 'workspace.json'))
      .some((copy) => existsSync(copy) && readFileSync(copy, 'utf8').includes(content));
  }

  /** A second window on the same folder, with a server of its own. */
  async anotherWindow(): Promise<Editor> {
    const page = await this.page.context().browser()?.newPage({ viewport: this.page.viewportSize() });
    assert.ok(page);
    page.setDefaultTimeout(STEP_LIMIT_MS);
    const editor = new Editor(page);
    editor.folder = this.editor.folder;
    await editor.open(this.page.url(), this.options.open?.entry ?? 'two-semaphores');
    return editor;
  }

  /** What the editor shows, for people to look at; only when a folder for pictures is given. */
  async picture(name: string): Promise<void> {
    if (PICTURES === '') return;
    await this.page.screenshot({ path: join(PICTURES, `${name}.png`) });
  }

  /** The same in every theme. */
  async pictures(name: string): Promise<void> {
    if (PICTURES === '') return;
    for (const theme of THEMES) {
      await this.theme(theme);
      await this.picture(`${name}-${theme}`);
    }
  }

  /** Looks at the window of an extension in every theme: each text must stand out from what is behind it. */
  async expectReadable(): Promise<void> {
    for (const theme of THEMES) {
      await this.theme(theme);
      // The page receives its colours a little later.
      await this.window.locator(`body.${BODY[theme]}`).waitFor();
      assert.deepEqual(await faintTexts(this.window), [], theme);
    }
  }

  /** Changes the colours as the desktop would: nothing loses the focus or closes. */
  async theme(theme: Theme): Promise<void> {
    const { mark, colorScheme, isContrast } = LOOKS[theme];
    await this.page.evaluate((is) => (globalThis as unknown as Desktop).wantContrast(is), isContrast);
    await this.page.emulateMedia({ colorScheme });
    await this.page.locator(`.monaco-workbench.${mark}`).first().waitFor();
  }

  /** Starts everything; the reason when that is impossible here. */
  private async start(): Promise<string | undefined> {
    const impossible = unsupported();
    if (impossible !== undefined) return impossible;
    install();
    const { open, startEditor, size = { width: 1400, height: 850 } } = this.options;
    if (open === undefined) folders.push(copyExamples());
    this.folder = open?.folder ?? folders.at(-1) ?? '';
    const reason = await this.launch();
    if (reason !== undefined) return reason;
    const { settings } = this.options;
    const isLater = this.isShared && shared !== undefined;
    const place = (this.isShared ? shared : undefined) ?? (await this.begin());
    if (this.isShared) shared = place;
    this.place = place;
    if (isLater) writeSettings(place.profile, settings);
    const known = this.isSharedPage ? sharedPage : undefined;
    const page = known ?? (await newPage());
    if (this.isSharedPage) sharedPage = page;
    await page.setViewportSize(size);
    const editor = new Editor(page, !startEditor);
    if (!startEditor) editor.folder = this.folder;
    this.started = { page, editor };
    page.setDefaultTimeout(START_LIMIT_MS);
    const entry = open?.entry ?? 'two-semaphores';
    if (known) {
      await page.emulateMedia({ colorScheme: 'dark' });
      await this.reopen(this.folder, entry);
    } else await editor.open(isLater ? addressOf(place.server, this.folder) : place.server.url, entry);
    page.setDefaultTimeout(STEP_LIMIT_MS);
    return undefined;
  }

  /** Starts the browser; the reason when that is impossible here. */
  private async launch(): Promise<string | undefined> {
    if (chromium) return undefined;
    const browser = await launch();
    if ('reason' in browser) return browser.reason;
    chromium = browser;
    return undefined;
  }

  /** Whether its server has nothing that other sessions would notice. */
  private get isShared(): boolean {
    return !['startEditor', 'others', 'locale', 'open'].some((option) => option in this.options);
  }

  private get isSharedPage(): boolean {
    return this.isShared && this.options.isFirst !== true;
  }

  private async begin(): Promise<Place> {
    const { settings = {}, locale, startEditor = startServer } = this.options;
    const others = [...(this.options.others ?? []), ...(this.isShared ? [NEIGHBOUR] : [])];
    const profile = join(RUN, `${this.isShared ? SHARED : this.name}-profile`);
    const server = await startEditor({
      profile,
      folder: this.folder,
      extension: packageExtension(),
      others: others.map(packageOther),
      settings,
      ...(locale === undefined ? {} : { locale }),
    });
    return { profile, server };
  }

  private async stop(): Promise<void> {
    if (!this.isSharedPage && this.started) {
      // A window that is merely closed leaves its processes on the server, which waits for it to return.
      await this.leaving(() => this.page.goto('about:blank'));
      await this.page.context().close();
    }
    if (!this.isShared) this.place?.server.stop();
  }

  /** The processes of the extension's server. */
  get languageServers(): readonly number[] {
    return this.place ? languageServers(this.place.profile) : [];
  }

  private async keepFailure({ title, err }: Mocha.Test): Promise<void> {
    const name = `failed-${this.name}-${title.replace(/\W+/g, '-').slice(0, 40)}.png`;
    await this.started?.page.screenshot({ path: join(RUN, name) });
    // Only the end of a long output may be kept, and it contains the messages of failures.
    const shown = JSON.stringify(await this.started?.page.evaluate(SHOWN));
    if (err) err.stack = `${err.stack ?? err.message}\n    The window showed: ${shown}`;
    // What the window shows in words, for readers who have only the output.
    console.log(await this.started?.page.evaluate('document.body.innerText'));
    console.log(this.place?.server.log().slice(-2000));
  }
}

/** A window in which nothing has been done. */
async function newPage(): Promise<Page> {
  assert.ok(chromium);
  const page = await chromium.newPage({ colorScheme: 'dark' });
  await page.addInitScript(listenToDesktop);
  return page;
}

function addressOf({ url }: EditorServer, folder: string): string {
  return `${new URL(url).origin}/?folder=${encodeURIComponent(folder)}`;
}

/** In the page: what is shown beside the code, part by part. */
const SHOWN = `['.quick-input-widget', '.action-widget', '.monaco-editor .message', '.notifications-toasts', '.notifications-center', '.part.statusbar', '.tabs-container']
  .flatMap((part) => [...document.querySelectorAll(part)])
  .filter((part) => part.checkVisibility())
  .map((part) => part.innerText.replaceAll(/\\s+/g, ' '))`;

/** How the workbench is marked in a theme, and what the desktop says to get there. */
const LOOKS = {
  light: { mark: 'vs', colorScheme: 'light', isContrast: false },
  contrast: { mark: 'hc-black', colorScheme: 'dark', isContrast: true },
  'contrast-light': { mark: 'hc-light', colorScheme: 'light', isContrast: true },
  dark: { mark: 'vs-dark', colorScheme: 'dark', isContrast: false },
} as const;
export type Theme = keyof typeof LOOKS;

/** What {@link listenToDesktop} adds to the page. */
interface Desktop {
  wantContrast(isWanted: boolean): void;
}

/**
 * Makes the page believe what it is told about high contrast. What the browser itself can pretend goes too far: it
 * paints everything in the colours of the system then.
 */
function listenToDesktop(): void {
  const page = globalThis as unknown as Desktop & { matchMedia(query: string): unknown };
  const ask = page.matchMedia.bind(page);
  const list = Object.assign(new EventTarget(), { matches: false });
  page.matchMedia = (query) => (query === '(forced-colors: active)' ? list : ask(query));
  page.wantContrast = (isWanted) => {
    list.matches = isWanted;
    list.dispatchEvent(new Event('change'));
  };
}

/** How the page of a window is marked. */
const BODY: Readonly<Record<Theme, string>> = {
  light: 'vscode-light',
  contrast: 'vscode-high-contrast:not(.vscode-high-contrast-light)',
  'contrast-light': 'vscode-high-contrast-light',
  dark: 'vscode-dark',
};
/** The one that tests begin with comes last. */
export const THEMES = ['light', 'contrast', 'contrast-light', 'dark'] as const satisfies readonly Theme[];
