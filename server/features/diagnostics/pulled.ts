import {
  DocumentDiagnosticReportKind,
  type Diagnostic,
  type DocumentDiagnosticReport,
  type PublishDiagnosticsParams,
} from 'vscode-languageserver';

interface Kept {
  /** Changes with the diagnostics. */
  readonly id: string;
  readonly text: string;
  readonly diagnostics: readonly Diagnostic[];
}

const NOTHING: Kept = { id: '0', text: '[]', diagnostics: [] };

/**
 * Diagnostics of open documents for a client that pulls them. It does not pull those of closed files, which are still
 * pushed.
 */
export class PulledDiagnostics {
  private readonly kept = new Map<string, Kept>();
  /** The id that the client has seen last, by URI. */
  private readonly seen = new Map<string, string>();
  /** Files whose pushed diagnostics the client shows. */
  private readonly pushed = new Set<string>();
  private ids = 0;

  constructor(
    private readonly push: (params: PublishDiagnosticsParams) => void,
    private readonly isOpen: (uri: string) => boolean,
    /** Called when the stored diagnostics differ from what the client has seen. */
    private readonly outdated: () => void,
  ) {}

  /** Takes what would be pushed to a client that does not pull. */
  take(params: PublishDiagnosticsParams): void {
    const { uri, diagnostics } = params;
    if (!this.isOpen(uri)) {
      this.kept.delete(uri);
      this.seen.delete(uri);
      if (diagnostics.length > 0) this.pushed.add(uri);
      else if (!this.pushed.delete(uri)) return;
      this.push(params);
      return;
    }
    // Otherwise it would be shown twice.
    if (this.pushed.delete(uri)) this.push({ uri, diagnostics: [] });
    const text = JSON.stringify(diagnostics);
    if (this.of(uri).text === text) return;
    this.ids += 1;
    this.kept.set(uri, { id: String(this.ids), text, diagnostics });
    if (this.isOutdated) this.outdated();
  }

  /** Whether the client has to be asked to pull again. */
  get isOutdated(): boolean {
    return [...this.kept].some(([uri, { id }]) => this.seen.get(uri) !== id);
  }

  /** The answer to a client that has the diagnostics of an earlier answer. */
  report(uri: string, previous: string | undefined): DocumentDiagnosticReport {
    const { id, diagnostics } = this.of(uri);
    if (this.kept.has(uri)) this.seen.set(uri, id);
    return previous === id
      ? { kind: DocumentDiagnosticReportKind.Unchanged, resultId: id }
      : { kind: DocumentDiagnosticReportKind.Full, resultId: id, items: [...diagnostics] };
  }

  private of(uri: string): Kept {
    return this.kept.get(uri) ?? NOTHING;
  }
}
