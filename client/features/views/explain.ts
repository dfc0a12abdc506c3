import * as vscode from 'vscode';
import { State } from 'vscode-languageclient';
import type { ExplainPageInput, ExplainPageMessage } from '../../../protocol/explain-view.js';
import { EXPLAIN } from '../../../protocol/methods.js';
import type { ExplainParams, ExplainResult } from '../../../protocol/methods.js';
import { codeColumn, pageColumn } from '../../columns.js';
import { explainPage } from '../../pages/explain-page.js';
import type { PageParts } from '../../pages/html.js';
import type { Client } from '../../options.js';
import { readParts } from '../../pages/parts.js';
import { achieved } from '../../progress.js';
import { cursor, showPlace } from '../../places.js';
import { onChanged } from '../news.js';
import { isComplete, onStatus } from '../status.js';
import { Marks } from './marks.js';

/** How long a request may take before the user sees that it is on its way, in milliseconds. */
const SILENCE_MS = 500;

/**
 * `Lock Order: Explain Finding`: opens the page of the finding at the cursor, or of the one given by uri and id, beside
 * the code.
 */
export function activate(context: vscode.ExtensionContext, client: Client): void {
  let shown: ExplainWindow | undefined;
  const marks = new Marks(client);
  context.subscriptions.push(
    marks,
    vscode.commands.registerCommand('lockOrder.explain', async (uri?: unknown, id?: unknown) => {
      const params = request(uri, id);
      const parts = readParts(context, 'explain');
      const result = params ? await explained(client, marks, params) : null;
      if (result === undefined) return;
      if (!params || !result) {
        void vscode.window.showInformationMessage(
          marks.isComplete
            ? vscode.l10n.t('No finding here.')
            : vscode.l10n.t('No finding here yet. Files are still being read.'),
        );
        return;
      }
      const page = await parts;
      if (!shown) {
        shown = new ExplainWindow(page, client);
        shown.panel.onDidDispose(() => (shown = undefined));
      }
      shown.show(params.uri, result);
      achieved('hasExplained');
    }),
    onChanged(() => void shown?.refresh()),
  );
}

function request(uri: unknown, id: unknown): ExplainParams | undefined {
  return typeof uri === 'string' && typeof id === 'string' ? { uri, id } : cursor();
}

/**
 * The explanation; `undefined` if the user does not wait for it. What the code showed as a finding may have to be found
 * again, as by the next server after one that died, which takes its diagnostics along.
 */
async function explained(
  client: Client,
  marks: Marks,
  params: ExplainParams,
): Promise<ExplainResult | null | undefined> {
  const isMarked = (): boolean => marks.isMarked(params);
  const wasMarked = marks.wasMarked(params);
  let isNext = client.state !== State.Running || (wasMarked && !isMarked());
  const watching = client.onDidChangeState(() => (isNext = true));
  const ask = (): Promise<ExplainResult | null> =>
    client.sendRequest<ExplainResult | null>(EXPLAIN, params).catch((reason: unknown) => {
      if (!wasMarked) throw reason;
      isNext = true;
      return null;
    });
  const first = ask();
  try {
    const result = await Promise.race([first, unanswered()]);
    if (result || (result === null && !(isMarked() || (wasMarked && isNext)))) return result;
    return await waited(client, first, ask, (isReady) => !isMarked() && (isReady || !isNext));
  } finally {
    watching.dispose();
  }
}

/** Resolves when the user should see that there is something to wait for. */
function unanswered(): Promise<undefined> {
  return new Promise((resolve) => setTimeout(() => resolve(undefined), SILENCE_MS));
}

/** Asks again after each change until there is an answer, or until no answer is one. */
function waited(
  client: Client,
  first: Promise<ExplainResult | null>,
  ask: () => Promise<ExplainResult | null>,
  isNone: (isReady: boolean) => boolean,
): Thenable<ExplainResult | null | undefined> {
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: vscode.l10n.t('Analysing this code'),
    cancellable: true,
  };
  return vscode.window.withProgress(
    options,
    (_, token) =>
      new Promise<ExplainResult | null | undefined>((resolve, reject) => {
        const end = (found: ExplainResult | null | undefined): void => {
          for (const each of listening) each.dispose();
          resolve(found);
        };
        let isReady = false;
        const look = async (asked: Promise<ExplainResult | null>): Promise<void> => {
          const wasReady = isReady;
          const found = await asked;
          if (found || isNone(wasReady)) end(found);
        };
        const lookAgain = (): void => void look(ask()).catch(reject);
        const listening = [
          onChanged(lookAgain),
          onStatus(({ state }) => {
            isReady = isComplete(state);
            if (isReady) lookAgain();
          }),
          client.onDidChangeState(({ newState }) => {
            if (newState === State.Running) lookAgain();
          }),
          token.onCancellationRequested(() => end(undefined)),
        ];
        look(first).catch(reject);
      }),
  );
}

class ExplainWindow {
  readonly panel: vscode.WebviewPanel;
  private uri = '';
  private result: ExplainResult | undefined;

  constructor(
    private readonly parts: PageParts,
    private readonly client: Client,
  ) {
    this.panel = vscode.window.createWebviewPanel(
      'lockOrder.explain',
      vscode.l10n.t('Finding'),
      { viewColumn: pageColumn(), preserveFocus: false },
      { enableScripts: true, enableFindWidget: true, localResourceRoots: [] },
    );
    this.panel.webview.onDidReceiveMessage((message: ExplainPageMessage) => this.receive(message));
  }

  show(uri: string, result: ExplainResult): void {
    this.uri = uri;
    this.panel.reveal(undefined, false);
    this.render(result);
  }

  /** Updates the page after the code may have changed. A finding that is gone stays on the page, which says so. */
  async refresh(): Promise<void> {
    const { result, uri } = this;
    if (!result || !this.panel.visible) return;
    const next = await this.client.sendRequest<ExplainResult | null>(EXPLAIN, { uri, id: result.id });
    if (next && JSON.stringify(next) !== JSON.stringify(this.result)) this.render(next);
    else this.post({ type: 'state', isGone: !next });
  }

  private render(result: ExplainResult): void {
    this.result = result;
    this.panel.title = result.title;
    this.panel.webview.html = explainPage(this.parts, result.page);
  }

  private async receive(message: ExplainPageMessage): Promise<void> {
    const { result } = this;
    if (!result) return;
    switch (message.type) {
      case 'open': {
        const at = { line: message.line, character: message.character };
        const viewColumn = codeColumn(this.panel.viewColumn);
        await showPlace({ uri: message.uri, range: { start: at, end: at } }, { viewColumn });
        return;
      }
      case 'rule':
        if (result.page.rulePage !== undefined) await openRulePage(vscode.Uri.parse(result.page.rulePage));
        return;
      case 'copy':
        await vscode.env.clipboard.writeText(result.text);
        this.say(vscode.l10n.t('Copied as plain text.'));
        return;
      case 'fix':
        await vscode.commands.executeCommand(
          'lockOrder.fix',
          result.page.place.uri,
          result.id,
          message.title,
        );
        return;
      case 'suppress':
        await vscode.commands.executeCommand(
          'lockOrder.suppress',
          result.page.place.uri,
          result.id,
          message.where,
        );
    }
  }

  private say(text: string): void {
    this.post({ type: 'note', text });
  }

  private post(input: ExplainPageInput): void {
    void this.panel.webview.postMessage(input);
  }
}

async function openRulePage(page: vscode.Uri): Promise<void> {
  try {
    await vscode.commands.executeCommand('markdown.showPreview', page);
  } catch {
    // Without the built-in preview, shows the text.
    await vscode.commands.executeCommand('vscode.open', page);
  }
}
