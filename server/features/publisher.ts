import type { Diagnostic, PublishDiagnosticsParams } from 'vscode-languageserver';
import type { FindingPart } from '../../analysis/ide/parts.js';
import type { OpenFile } from '../documents/open-file.js';
import type { Root } from '../programs/root.js';
import type { View } from '../programs/view.js';
import { isShown } from '../settings.js';
import { isSecond, toDiagnostic, type DiagnosticContext } from './diagnostics.js';

/** Diagnostics of files that are not open, over all roots; beyond that a message says how many more there are. */
export const MAX_CLOSED = 1000;

/** What of a root is looked at here. */
export interface ShownRoot extends Pick<
  Root,
  'settings' | 'uriOf' | 'current' | 'closedParts' | 'isIntroduced'
> {
  readonly view: Pick<View, 'parts'> | undefined;
  readonly open: ReadonlyMap<string, Pick<OpenFile, 'uri' | 'version' | 'map'>>;
}

/** Of one root: diagnostics of closed files sent, and those left out. */
interface Counts {
  readonly closed: number;
  readonly hidden: number;
}

interface Content {
  readonly diagnostics: readonly Diagnostic[];
  /** Of an open document. */
  readonly version?: number;
  /** The open document itself: one that is closed and opened again is another one. */
  readonly document?: object;
}

/** What a client was told of a file. */
interface Sent {
  readonly text: string;
  readonly document: object | undefined;
}

/**
 * Sends each file's diagnostics when what is seen of them changes, and only then: VS Code shuts the menu of fixes that
 * is just being opened whenever it is told of diagnostics. Those of an open document carry its version; the caller
 * publishes only results of the texts that are open now.
 */
export class Publisher {
  /** By root and URI: what the client shows. */
  private readonly sent = new Map<ShownRoot, Map<string, Sent>>();
  private readonly counts = new Map<ShownRoot, Counts>();
  /** By URI: what roots that are gone have shown, until others have something to say. */
  private readonly left = new Map<string, Sent>();

  constructor(
    private readonly post: (params: PublishDiagnosticsParams) => void,
    /** URI of the folder of the rule pages. */
    private readonly rulePages: () => string | undefined,
    /** What there is to say about an open file besides findings. */
    private readonly others: (root: ShownRoot, file: string) => readonly Diagnostic[] = () => [],
  ) {}

  /** Diagnostics of closed files that are not sent because there are too many. */
  get notShown(): number {
    return this.sum(({ hidden }) => hidden);
  }

  publish(root: ShownRoot): void {
    const { view } = root;
    const context = this.contextOf(root);
    const render = (all: readonly FindingPart[] = []): readonly Diagnostic[] => {
      const parts = all.filter(({ finding }) => isShown(finding, root.settings));
      // Marks that only lead to another one come last.
      const [own, others] = [false, true].map((isOther) =>
        parts.filter((part) => isSecond(part) === isOther),
      );
      return [...(own ?? []), ...(others ?? [])].map((part) => toDiagnostic(part, context));
    };
    const next = new Map<string, Content>();
    // Before there is a first result, nothing can be said of open documents.
    for (const [name, document] of view ? root.open : []) {
      const { uri, version } = document;
      const diagnostics = [...render(view?.parts.get(name)), ...this.others(root, name)];
      next.set(uri, { diagnostics, version, document });
    }
    this.counts.delete(root);
    let budget = MAX_CLOSED - this.sum(({ closed }) => closed);
    let closed = 0;
    let hidden = 0;
    for (const [name, parts] of root.closedParts()) {
      if (root.open.has(name)) continue;
      const diagnostics = render(parts);
      if (diagnostics.length > budget) hidden += diagnostics.length;
      else if (diagnostics.length > 0) {
        next.set(root.uriOf(name), { diagnostics });
        budget -= diagnostics.length;
        closed += diagnostics.length;
      }
    }
    this.counts.set(root, { closed, hidden });
    this.send(root, next);
  }

  /** A root is gone. What it has shown stays until another one has analysed the same, or {@link forgetLeft}. */
  leave(root: ShownRoot): void {
    for (const [uri, sent] of this.sent.get(root) ?? []) this.left.set(uri, sent);
    this.sent.delete(root);
    this.counts.delete(root);
  }

  /** Takes back what nobody has said anew. */
  forgetLeft(): void {
    for (const uri of this.left.keys()) this.post({ uri, diagnostics: [] });
    this.left.clear();
  }

  private send(root: ShownRoot, next: ReadonlyMap<string, Content>): void {
    const before = this.sent.get(root) ?? new Map<string, Sent>();
    const after = new Map<string, Sent>();
    for (const [uri, { diagnostics, version, document }] of next) {
      const text = JSON.stringify([version, diagnostics.map((each) => ({ ...each, data: undefined }))]);
      after.set(uri, { text, document });
      const known = before.get(uri);
      const left = this.left.get(uri);
      this.left.delete(uri);
      // Some clients forget on closing what they were told.
      if (left?.text === text || (known?.text === text && known.document === document)) continue;
      this.post({ uri, diagnostics: [...diagnostics], ...(version === undefined ? {} : { version }) });
    }
    for (const uri of before.keys()) if (!after.has(uri)) this.post({ uri, diagnostics: [] });
    this.sent.set(root, after);
  }

  private sum(of: (counts: Counts) => number): number {
    return [...this.counts.values()].reduce((sum, counts) => sum + of(counts), 0);
  }

  private contextOf(root: ShownRoot): DiagnosticContext {
    return {
      settings: root.settings,
      rulePages: this.rulePages(),
      isIntroduced: (finding) => root.isIntroduced(finding),
      uriOf: (file) => root.uriOf(file),
      current: (file, span) => root.current(file, span),
    };
  }
}
