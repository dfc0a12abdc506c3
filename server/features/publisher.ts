import type { Connection, Diagnostic } from 'vscode-languageserver';
import type { FindingPart } from '../../analysis/ide/parts.js';
import type { Root } from '../root.js';
import type { Session } from '../session.js';
import { isShown, toDiagnostic, type DiagnosticContext } from './diagnostics.js';

/** Diagnostics of files that are not open, over all roots; beyond that a message says how many more there are. */
export const MAX_CLOSED = 1000;

/**
 * Sends each file's diagnostics when they change. Those of an open document carry its version; the caller
 * publishes only results of the texts that are open now.
 */
export class Publisher {
  /** By root and URI: what the client shows. */
  private readonly shown = new Map<Root, Map<string, string>>();
  private readonly closedCounts = new Map<Root, { readonly shown: number; readonly hidden: number }>();

  constructor(
    private readonly connection: Connection,
    private readonly session: Session,
  ) {}

  /** Findings shown now. */
  get findings(): number {
    const ids = new Set<string>();
    for (const root of this.session.allRoots()) {
      for (const finding of root.view?.findings ?? []) {
        if (isShown(finding, root.settings) && finding.confidence === 'high') ids.add(finding.id);
      }
    }
    return ids.size;
  }

  /** Diagnostics of closed files that are not sent because there are too many. */
  get notShown(): number {
    return [...this.closedCounts.values()].reduce((sum, { hidden }) => sum + hidden, 0);
  }

  publish(root: Root): void {
    const { view } = root;
    if (!view) return;
    const context = this.contextOf(root);
    const next = new Map<
      string,
      { readonly diagnostics: readonly Diagnostic[]; readonly version?: number }
    >();
    for (const [name, file] of root.open) {
      const diagnostics = this.render(view.parts.get(name) ?? [], context);
      next.set(file.uri, { diagnostics, version: file.version });
    }
    let budget = MAX_CLOSED - this.closedElsewhere(root);
    const counts = { shown: 0, hidden: 0 };
    if (root.showsClosed) {
      for (const [name, parts] of view.parts) {
        if (root.open.has(name)) continue;
        const diagnostics = this.render(parts, context);
        if (diagnostics.length > 0 && diagnostics.length <= budget) {
          next.set(root.uriOf(name), { diagnostics });
          budget -= diagnostics.length;
          counts.shown += diagnostics.length;
        } else counts.hidden += diagnostics.length;
      }
    }
    this.closedCounts.set(root, counts);
    this.send(root, next);
  }

  /** Takes back everything of a root. */
  clear(root: Root): void {
    this.send(root, new Map());
    this.shown.delete(root);
    this.closedCounts.delete(root);
  }

  private send(
    root: Root,
    next: ReadonlyMap<string, { readonly diagnostics: readonly Diagnostic[]; readonly version?: number }>,
  ): void {
    const before = this.shown.get(root) ?? new Map<string, string>();
    const after = new Map<string, string>();
    const post = (uri: string, diagnostics: readonly Diagnostic[], version?: number): void => {
      const sent = version === undefined ? {} : { version };
      void this.connection.sendDiagnostics({ uri, diagnostics: [...diagnostics], ...sent });
    };
    for (const [uri, { diagnostics, version }] of next) {
      const text = JSON.stringify([version, diagnostics]);
      after.set(uri, text);
      if (before.get(uri) !== text) post(uri, diagnostics, version);
    }
    for (const uri of before.keys()) if (!after.has(uri)) post(uri, []);
    this.shown.set(root, after);
  }

  private render(parts: readonly FindingPart[], context: DiagnosticContext): Diagnostic[] {
    return parts
      .filter(({ finding }) => isShown(finding, context.settings))
      .map((part) => toDiagnostic(part, context));
  }

  private closedElsewhere(root: Root): number {
    let sum = 0;
    for (const [other, { shown }] of this.closedCounts) if (other !== root) sum += shown;
    return sum;
  }

  private contextOf(root: Root): DiagnosticContext {
    return {
      settings: root.settings,
      rulePages: this.session.options.rulePages ?? this.session.environment.rulePages,
      fixCount: (finding) => root.view?.fixes.get(finding.id)?.fixes.length,
      uriOf: (file) => root.uriOf(file),
      current: (file, span) => root.open.get(file)?.map.toCurrent(span) ?? span,
    };
  }
}
