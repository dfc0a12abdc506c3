import * as vscode from 'vscode';
import type { StatusParams } from '../../protocol/methods.js';
import { IMPORT_EVIDENCE } from '../../protocol/views.js';
import type {
  EvidenceReport,
  ImportEvidenceParams,
  ImportEvidenceResult,
  Place,
} from '../../protocol/views.js';
import { isKernelLog } from '../kernel-log.js';
import type { Client } from '../options.js';
import { toRange } from '../places.js';
import { onStatus } from './status.js';

const LOG: vscode.DocumentSelector = { language: 'kernel-log' };
/** Languages whose documents may contain anything. */
const GENERAL: ReadonlySet<string> = new Set(['log', 'plaintext']);
/** Names in backtraces: `name+0x1a/0x90`. */
const FRAME = /\b([A-Za-z_]\w*)(?:\.\w+)*\+0x[0-9a-f]+(?:\/0x[0-9a-f]+)?/g;

/**
 * `Lock Order: Import Evidence`: compares logs, traces and tables of a running kernel with the source. A kernel log
 * opened in the editor is imported automatically; its reports link to findings, its frames to code.
 */
export function activate(context: vscode.ExtensionContext, client: Client): void {
  const logs = new Logs(client);
  context.subscriptions.push(
    logs,
    vscode.languages.registerCodeLensProvider(LOG, logs),
    vscode.languages.registerDocumentLinkProvider(LOG, logs),
    vscode.workspace.onDidOpenTextDocument((document) => logs.opened(document)),
    onStatus((status) => logs.grown(status)),
    vscode.commands.registerCommand('lockOrder.importEvidence', async () => {
      const chosen = await vscode.window.showOpenDialog({
        canSelectMany: true,
        openLabel: vscode.l10n.t('Import'),
        title: vscode.l10n.t('Kernel logs, traces and /proc tables'),
      });
      if (chosen && chosen.length > 0) await logs.imported(chosen);
    }),
  );
  for (const document of vscode.workspace.textDocuments) logs.opened(document);
}

class Logs implements vscode.CodeLensProvider, vscode.DocumentLinkProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.changed.event;
  private readonly reports = new Map<string, readonly EvidenceReport[]>();
  private readonly functions = new Map<string, Place>();
  /** Number of analysed C files when the logs were last read. */
  private files = 0;
  /** The verdict on the logs that were read together, and what to do next. */
  private readonly verdicts = new Map<string, { readonly title: string; readonly tooltip: string }>();

  constructor(private readonly client: Client) {}

  dispose(): void {
    this.changed.dispose();
  }

  opened(document: vscode.TextDocument): void {
    const { languageId, uri, lineCount } = document;
    // VS Code has its own language for `.log`, which includes other logs: the content decides.
    if (GENERAL.has(languageId) && isKernelLog(lineCount, (line) => document.lineAt(line).text)) {
      // This reopens the document.
      void vscode.languages.setTextDocumentLanguage(document, 'kernel-log');
      return;
    }
    if (languageId !== 'kernel-log' || this.reports.has(uri.toString())) return;
    void this.take([uri]);
  }

  /** Requests reports again that no finding explains, once more source is analysed. */
  grown({ state, extent }: StatusParams): void {
    const files = extent?.files ?? 0;
    if (state !== 'ready' || files === this.files) return;
    this.files = files;
    const open = [...this.reports].filter(([, all]) =>
      all.some(({ explainedBy }) => explainedBy.length === 0),
    );
    if (open.length > 0) void this.take(open.map(([uri]) => vscode.Uri.parse(uri)));
  }

  /** The command: reports the result, and shows the log if only one was chosen. */
  async imported(uris: readonly vscode.Uri[]): Promise<void> {
    const { t } = vscode.l10n;
    const result = await this.take(uris);
    for (const { uri, problem } of result.files) {
      if (problem === undefined) continue;
      void vscode.window.showWarningMessage(
        t('{0} cannot be read: {1}', vscode.Uri.parse(uri).path, problem),
      );
    }
    if (result.files.every(({ problem }) => problem !== undefined)) return;
    const explained = result.reports.filter(({ explainedBy }) => explainedBy.length > 0).length;
    void vscode.window.showInformationMessage(
      [
        ...result.verdict.slice(0, 1),
        result.reports.length === 1
          ? t('1 report, {0} explained by findings.', explained)
          : t('{0} reports, {1} explained by findings.', result.reports.length, explained),
        result.seen === 1
          ? t('1 finding was seen at run time.')
          : t('{0} findings were seen at run time.', result.seen),
      ].join(' '),
    );
    const [only, ...others] = uris;
    if (only && others.length === 0) await vscode.window.showTextDocument(only, { preview: true });
  }

  private async take(uris: readonly vscode.Uri[]): Promise<ImportEvidenceResult> {
    await this.client.start();
    const params: ImportEvidenceParams = { uris: uris.map((uri) => uri.toString()) };
    const result = await this.client.sendRequest<ImportEvidenceResult>(IMPORT_EVIDENCE, params);
    for (const uri of params.uris) {
      this.reports.set(
        uri,
        result.reports.filter((report) => report.uri === uri),
      );
    }
    const [title] = result.verdict;
    if (title !== undefined) {
      const tooltip = [...result.verdict.slice(1), ...result.next].join('\n');
      for (const uri of params.uris) this.verdicts.set(uri, { title, tooltip });
    }
    for (const [name, place] of Object.entries(result.functions)) this.functions.set(name, place);
    this.changed.fire();
    return result;
  }

  provideCodeLenses({ uri }: vscode.TextDocument): vscode.CodeLens[] {
    const { t } = vscode.l10n;
    const verdict = this.verdicts.get(uri.toString());
    const top = verdict
      ? [new vscode.CodeLens(new vscode.Range(0, 0, 0, 0), { ...verdict, command: '' })]
      : [];
    const lenses = (this.reports.get(uri.toString()) ?? []).flatMap(({ line, cause, explainedBy, gap }) => {
      const range = new vscode.Range(line, 0, line, 0);
      if (explainedBy.length === 0) {
        const title = gap === undefined ? cause : `${cause} · ${gap}`;
        return [new vscode.CodeLens(range, { title, command: '' })];
      }
      return explainedBy.map(
        ({ id, title, place }) =>
          new vscode.CodeLens(range, {
            title: t('Explain: {0}', title),
            tooltip: cause,
            command: 'lockOrder.explain',
            arguments: [place.uri, id],
          }),
      );
    });
    return [...top, ...lenses];
  }

  provideDocumentLinks(document: vscode.TextDocument): vscode.DocumentLink[] {
    return [...document.getText().matchAll(FRAME)].flatMap((match) => {
      const [, name = ''] = match;
      const place = this.functions.get(name);
      if (!place) return [];
      const start = document.positionAt(match.index);
      const range = new vscode.Range(start, start.translate(0, name.length));
      const { start: target } = toRange(place.range);
      const uri = vscode.Uri.parse(place.uri).with({
        fragment: `L${target.line + 1},${target.character + 1}`,
      });
      const link = new vscode.DocumentLink(range, uri);
      link.tooltip = place.label;
      return [link];
    });
  }
}
