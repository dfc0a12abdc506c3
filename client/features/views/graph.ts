import * as vscode from 'vscode';
import type { GraphPageInput, GraphPageMessage } from '../../../protocol/graph-view.js';
import { GRAPH } from '../../../protocol/methods.js';
import type { GraphParams, GraphResult } from '../../../protocol/methods.js';
import { codeColumn, pageColumn } from '../../columns.js';
import { graphPage } from '../../pages/graph-page.js';
import type { PageParts } from '../../pages/html.js';
import type { Client } from '../../options.js';
import { readParts } from '../../pages/parts.js';
import { onChanged } from '../news.js';

/** How long the server must be idle before the graph is requested again, in milliseconds. */
const REST_MS = 500;

/** `Lock Order: Show Lock Graph`: the orders around the lock under the cursor, in a window beside the code. */
export function activate(context: vscode.ExtensionContext, client: Client): void {
  let shown: GraphWindow | undefined;
  let resting: ReturnType<typeof setTimeout> | undefined;
  context.subscriptions.push(
    vscode.commands.registerCommand('lockOrder.showGraph', async () => {
      const editor = vscode.window.activeTextEditor;
      if (!editor) {
        void vscode.window.showInformationMessage(vscode.l10n.t('Put the cursor on a lock in a C file.'));
        return;
      }
      const { line, character } = editor.selection.active;
      const params = { uri: editor.document.uri.toString(), position: { line, character } };
      const parts = await readParts(context, 'graph');
      if (!shown) {
        shown = new GraphWindow(parts, client);
        shown.panel.onDidDispose(() => (shown = undefined));
      }
      await shown.show(params);
    }),
    // Findings change while the server reads the folder and when the code changes.
    onChanged(() => {
      clearTimeout(resting);
      resting = setTimeout(() => void shown?.refreshQuietly(), REST_MS);
    }),
  );
}

class GraphWindow {
  readonly panel: vscode.WebviewPanel;
  private params: GraphParams | undefined;
  private result: GraphResult | null = null;

  constructor(
    parts: PageParts,
    private readonly client: Client,
  ) {
    this.panel = vscode.window.createWebviewPanel(
      'lockOrder.graph',
      vscode.l10n.t('Lock Graph'),
      pageColumn(),
      { enableScripts: true, localResourceRoots: [] },
    );
    this.panel.webview.onDidReceiveMessage((message: GraphPageMessage) => this.receive(message));
    this.panel.webview.html = graphPage(parts);
  }

  async show(params: GraphParams): Promise<void> {
    this.params = { depth: this.params?.depth ?? 1, ...params };
    this.panel.reveal(undefined, false);
    await this.refresh();
  }

  /** Requests the graph again, since the code may have changed. */
  async refresh(): Promise<void> {
    if (!this.params) return;
    const result = await this.client.sendRequest<GraphResult | null>(GRAPH, this.params);
    // `null` means that the document was closed: keeps what was shown.
    this.result = result ?? this.result;
    this.post();
  }

  /** Refreshes only if the window is visible. The page ignores an equal answer. */
  async refreshQuietly(): Promise<void> {
    if (this.panel.visible) await this.refresh();
  }

  private post(): void {
    const input: GraphPageInput = { type: 'graph', result: this.result, depth: this.params?.depth ?? 1 };
    void this.panel.webview.postMessage(input);
  }

  private async receive(message: GraphPageMessage): Promise<void> {
    switch (message.type) {
      case 'ready':
        this.post();
        // The page may have been hidden for a while.
        if (this.result) await this.refresh();
        return;
      case 'ask': {
        if (!this.params) return;
        const { depth, around } = message;
        this.params = { ...this.params, depth, ...(around === undefined ? {} : { around }) };
        await this.refresh();
        return;
      }
      case 'open':
        await this.open(message.file, message.line);
        return;
      case 'save':
        await save(message.name, message.format, message.text);
    }
  }

  /** Shows a place in the existing editor; the window of the graph keeps the focus. */
  private async open(file: string, line: number): Promise<void> {
    if (!this.result) return;
    const uri = vscode.Uri.joinPath(vscode.Uri.parse(this.result.folder), file);
    const start = new vscode.Position(line - 1, 0);
    try {
      const document = await vscode.workspace.openTextDocument(uri);
      const selection = document.lineAt(Math.min(line - 1, document.lineCount - 1)).range;
      await vscode.window.showTextDocument(document, {
        viewColumn: codeColumn(this.panel.viewColumn),
        preserveFocus: true,
        preview: true,
        selection: new vscode.Range(start, selection.end),
      });
    } catch (error) {
      void vscode.window.showWarningMessage(
        vscode.l10n.t(
          '{0} cannot be opened: {1}',
          file,
          error instanceof Error ? error.message : String(error),
        ),
      );
    }
  }
}

async function save(name: string, format: 'svg' | 'dot', text: string): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const target = await vscode.window.showSaveDialog({
    filters: format === 'svg' ? { SVG: ['svg'] } : { Graphviz: ['dot', 'gv'] },
    ...(folder ? { defaultUri: vscode.Uri.joinPath(folder, `${name}.${format}`) } : {}),
  });
  if (!target) return;
  try {
    await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(text));
  } catch (error) {
    void vscode.window.showErrorMessage(
      vscode.l10n.t('{0} cannot be written: {1}', target.path, String(error)),
    );
  }
}
