import type { Diagnostic, PublishDiagnosticsParams } from 'vscode-languageserver';
import type { FindingPart } from '../../../analysis/ide/parts.js';
import type { OpenFile } from '../../documents/open-file.js';
import type { Root } from '../../programs/root.js';
import type { RootView } from '../../programs/view.js';
import { isShown } from '../../settings.js';
import { isSecond, toDiagnostic, type DiagnosticContext } from './diagnostics.js';

/** Maximum number of diagnostics of closed files, over all roots; a message gives the number of further ones. */
export const MAX_CLOSED = 1000;

/** The part of a root that is needed here. */
export interface ShownRoot extends Pick<
  Root,
  'settings' | 'uriOf' | 'current' | 'closedParts' | 'isIntroduced'
> {
  readonly view: Pick<RootView, 'parts'> | undefined;
  readonly open: ReadonlyMap<string, Pick<OpenFile, 'uri' | 'version' | 'text' | 'isShown'>>;
}

/** For one root: diagnostics of closed files sent and left out. */
interface Counts {
  readonly closed: number;
  readonly hidden: number;
}

interface Content {
  readonly diagnostics: readonly Diagnostic[];
  /** The version of an open document. */
  readonly version?: number;
  /** The open document; reopening a document makes a new one. */
  readonly document?: object;
}

/** What the client has received for a file. */
interface Sent {
  readonly text: string;
  readonly document: object | undefined;
}

/**
 * Publishes a file's diagnostics only if their visible part changes, because VS Code closes an open menu of fixes
 * whenever it receives diagnostics. Those of an open document carry its version; the caller publishes only results for
 * the current texts.
 */
export class Publisher {
  /** What the client shows, by root and URI. */
  private readonly sent = new Map<ShownRoot, Map<string, Sent>>();
  private readonly counts = new Map<ShownRoot, Counts>();
  /** What closed roots have shown, by URI, until another root publishes that file. */
  private readonly left = new Map<string, Sent>();
  /** Closed roots: their late results are outdated. */
  private readonly closed = new WeakSet<ShownRoot>();

  constructor(
    private readonly post: (params: PublishDiagnosticsParams) => void,
    /** URI of the folder with the rule pages. */
    private readonly rulePages: () => string | undefined,
    /** Further diagnostics of an open file, besides findings. */
    private readonly others: (root: ShownRoot, file: string) => readonly Diagnostic[] = () => [],
  ) {}

  /** Number of diagnostics of closed files left out because there are too many. */
  get notShown(): number {
    return this.sum(({ hidden }) => hidden);
  }

  publish(root: ShownRoot): void {
    if (this.closed.has(root)) return;
    const { view } = root;
    const context = this.contextOf(root);
    const render = (all: readonly FindingPart[] = []): readonly Diagnostic[] => {
      const parts = all.filter(({ finding }) => isShown(finding, root.settings));
      // Diagnostics that only point to another one come last.
      const [own, others] = [false, true].map((isOther) =>
        parts.filter((part) => isSecond(part) === isOther),
      );
      return [...(own ?? []), ...(others ?? [])].map((part) => toDiagnostic(part, context));
    };
    const next = new Map<string, Content>();
    const waiting = new Set<string>();
    for (const [name, document] of root.open) {
      const { uri, version, isShown: hasResult } = document;
      // A document that was just opened keeps the diagnostics it had while closed until it is analysed.
      if (!view || !hasResult) {
        waiting.add(uri);
        continue;
      }
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
    this.send(root, next, waiting);
  }

  /**
   * Notes that a root is closed, which shows nothing more. Its diagnostics stay until another root publishes them or
   * {@link forgetLeft} is called.
   */
  leave(root: ShownRoot): void {
    this.closed.add(root);
    for (const [uri, sent] of this.sent.get(root) ?? []) this.left.set(uri, sent);
    this.sent.delete(root);
    this.counts.delete(root);
  }

  /** Removes the diagnostics of closed roots that no other root has published. */
  forgetLeft(): void {
    for (const uri of this.left.keys()) this.post({ uri, diagnostics: [] });
    this.left.clear();
  }

  private send(root: ShownRoot, next: ReadonlyMap<string, Content>, waiting: ReadonlySet<string>): void {
    const before = this.sent.get(root) ?? new Map<string, Sent>();
    const after = new Map([...before].filter(([uri]) => waiting.has(uri)));
    for (const [uri, { diagnostics, version, document }] of next) {
      const text = JSON.stringify([version, diagnostics.map((each) => ({ ...each, data: undefined }))]);
      after.set(uri, { text, document });
      const known = before.get(uri);
      const left = this.left.get(uri);
      this.left.delete(uri);
      // Some clients drop the diagnostics of a document when it closes.
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
      textOf: (file) => root.open.get(file)?.text,
    };
  }
}
