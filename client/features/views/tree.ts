import * as vscode from 'vscode';
import { State } from 'vscode-languageclient';
import { CLASSES, OVERVIEW } from '../../../protocol/views.js';
import type { ClassEntry, ListedFiles, Overview, OverviewFinding, Place } from '../../../protocol/views.js';
import type { StatusParams } from '../../../protocol/methods.js';
import { countIn, countText, entriesText } from '../../counts.js';
import { Latest } from '../../latest.js';
import type { Client } from '../../options.js';
import { showPlace, toRange } from '../../places.js';
import {
  filtered,
  findingNodes,
  groups,
  isFilter,
  NO_FILTER,
  passes,
  sections,
  SEVERITIES,
  type Filter,
  type Grouping,
  type Severity,
  type TreeNode,
} from '../../tree-model.js';
import { onChanged } from '../news.js';
import { onStatus } from '../status.js';

const VIEW = 'lockOrder.findings';
const GROUPING = 'lockOrder.treeGrouping';
const FILTERED = 'lockOrder.treeFiltered';
const NOTHING: Overview = { findings: [], suppressed: [], orders: [], classes: 0, scope: 'open' };

/** The tree view "Lock Order": findings, lock classes, declared orders, suppressed findings. */
export function activate(context: vscode.ExtensionContext, client: Client): void {
  const grouped = context.workspaceState.get<Grouping>(GROUPING) ?? 'rule';
  const tree = new Tree(client, grouped, () => view.visible);
  const view: vscode.TreeView<TreeNode> = vscode.window.createTreeView(VIEW, {
    treeDataProvider: tree,
    showCollapseAll: true,
  });
  const count = ({ findings, hints, scope, problems }: StatusParams): void => {
    const counted = countIn(countText(findings, hints), scope);
    const tooltip = [counted, entriesText(problems)].filter((part) => part !== '').join('. ');
    view.badge = findings > 0 ? { value: findings, tooltip } : undefined;
    if (tree.isOutdated) tree.refresh();
  };
  const group = (grouping: Grouping): void => {
    tree.grouping = grouping;
    void context.workspaceState.update(GROUPING, grouping);
    void vscode.commands.executeCommand('setContext', GROUPING, grouping);
  };
  const filter = (next: Filter): void => {
    tree.filter = next;
    // Shown above the tree, so that a filtered tree is not taken for the whole.
    view.message = isFilter(next) ? filterText(next) : '';
    void vscode.commands.executeCommand('setContext', FILTERED, isFilter(next));
  };
  group(tree.grouping);
  context.subscriptions.push(
    tree,
    view,
    onChanged(() => tree.refresh()),
    onStatus(count),
    client.onDidChangeState(({ newState }) => {
      if (newState !== State.Starting) tree.refresh();
    }),
    vscode.commands.registerCommand('lockOrder.refreshTree', () => tree.refresh()),
    vscode.commands.registerCommand('lockOrder.groupByRule', () => group('rule')),
    vscode.commands.registerCommand('lockOrder.groupByFolder', () => group('folder')),
    vscode.commands.registerCommand('lockOrder.clearFilter', () => filter(NO_FILTER)),
    vscode.commands.registerCommand('lockOrder.filterTree', async () => {
      const text = await vscode.window.showInputBox({
        title: vscode.l10n.t('Filter Findings, Locks and Orders'),
        prompt: vscode.l10n.t(
          'Shows entries whose rule, message, file, function or locks contain all of these words.',
        ),
        value: tree.filter.words,
      });
      if (text !== undefined) filter({ ...tree.filter, words: text.trim() });
    }),
    vscode.commands.registerCommand('lockOrder.filterSeverity', async () => {
      const { severities } = tree.filter;
      const items = SEVERITIES.map((severity) => ({
        label: severityText(severity),
        picked: severities.length === 0 || severities.includes(severity),
        severity,
      }));
      const title = vscode.l10n.t('Severities to Show');
      const chosen = await vscode.window.showQuickPick(items, { title, canPickMany: true });
      if (!chosen) return;
      const some = chosen.length === SEVERITIES.length ? [] : chosen.map(({ severity }) => severity);
      filter({ ...tree.filter, severities: some });
    }),
    vscode.commands.registerCommand('lockOrder.disableRuleInTree', async (node?: TreeNode) => {
      const rule =
        node?.kind === 'finding' ? node.finding.rule : node?.kind === 'group' ? node.name : undefined;
      if (rule !== undefined) await vscode.commands.executeCommand('lockOrder.disableRule', rule);
    }),
    vscode.commands.registerCommand('lockOrder.explainInTree', async (node?: TreeNode) => {
      if (node?.kind !== 'finding') return;
      const { place, id } = node.finding;
      await vscode.commands.executeCommand('lockOrder.explain', place.uri, id);
    }),
    vscode.commands.registerCommand('lockOrder.openInTree', async (node?: TreeNode) => {
      const place = node && placeOf(node);
      if (place) await showPlace(place);
    }),
  );
}

class Tree implements vscode.TreeDataProvider<TreeNode>, vscode.Disposable {
  // VS Code may use a pending answer for the request that it sends after a change, so the pending answer must be the
  // current one.
  private readonly latest = new Latest(() => this.ask());
  /** The last answer of the server. */
  private overview = NOTHING;
  /** The server did not answer: the previous entries stay. */
  isOutdated = false;
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly classes = new Latest(() => this.askClasses());
  private narrowed = NO_FILTER;

  constructor(
    private readonly client: Client,
    private by: Grouping,
    private readonly isVisible: () => boolean,
  ) {}

  get grouping(): Grouping {
    return this.by;
  }

  set grouping(grouping: Grouping) {
    this.by = grouping;
    this.changed.fire();
  }

  get filter(): Filter {
    return this.narrowed;
  }

  set filter(filter: Filter) {
    this.narrowed = filter;
    this.changed.fire();
  }

  /**
   * Something changed. Entries are requested only where they can be seen, so that typing stays fast. The editor learns of
   * the change when they are there: while it waits for the sections, it finds no entries in those that are open.
   */
  refresh(): void {
    const areClassesShown = this.classes.isAsked;
    this.latest.forget();
    this.classes.forget();
    this.isOutdated = false;
    if (!this.isVisible()) return this.changed.fire();
    const asked = areClassesShown ? [this.latest.get(), this.classes.get()] : [this.latest.get()];
    void Promise.all<unknown>(asked).then(() => this.changed.fire());
  }

  private async ask(): Promise<Overview> {
    try {
      const isRunning = this.client.isRunning();
      this.overview = isRunning ? await this.client.sendRequest<Overview>(OVERVIEW) : NOTHING;
    } catch (reason) {
      // The previous entries stay; the next notification of the server triggers another request.
      this.isOutdated = true;
      this.client.outputChannel.appendLine(`The view cannot be refreshed: ${String(reason)}`);
    }
    return this.overview;
  }

  /** The classes; none while the server restarts, after which everything is requested again. */
  private async askClasses(): Promise<readonly ClassEntry[]> {
    if (!this.client.isRunning()) return [];
    return this.client.sendRequest<readonly ClassEntry[]>(CLASSES).catch(() => []);
  }

  private async listedClasses(): Promise<readonly ClassEntry[]> {
    return (await this.classes.get()).filter(({ id, kind }) => passes(this.filter.words, id, kind));
  }

  dispose(): void {
    this.changed.dispose();
  }

  async getChildren(node?: TreeNode): Promise<TreeNode[]> {
    const overview = await this.latest.get();
    const { findings, suppressed, orders, classes } = overview;
    if (!node) {
      // An empty tree: the view's welcome text is shown.
      if (findings.length + suppressed.length + orders.length + classes === 0) return [];
      // Each section counts what it lists.
      const listed = this.filter.words === '' ? classes : (await this.listedClasses()).length;
      return sections({ ...overview, classes: listed }, this.filter);
    }
    if (node.kind === 'group') return findingNodes(node.findings, false);
    if (node.kind !== 'section') return [];
    switch (node.section) {
      case 'findings':
        return groups(filtered(findings, this.filter), this.by);
      case 'suppressed':
        return findingNodes(filtered(suppressed, this.filter), true);
      case 'orders':
        return orders
          .filter(({ text, place }) => passes(this.filter.words, text, place.label))
          .map((order) => ({ kind: 'order', order }));
      case 'classes':
        return (await this.listedClasses()).map((entry) => ({ kind: 'class', entry }));
    }
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    const { t } = vscode.l10n;
    switch (node.kind) {
      case 'section':
        return sectionItem(node, this.overview.scope);
      case 'group': {
        const name = node.name === '' ? t('(top folder)') : node.name;
        const item = new vscode.TreeItem(name, vscode.TreeItemCollapsibleState.Expanded);
        item.description = `${node.findings.length}`;
        item.iconPath = new vscode.ThemeIcon(node.grouping === 'rule' ? 'law' : 'folder');
        item.tooltip = node.grouping === 'rule' ? (node.findings[0]?.ruleTitle ?? '') : node.name;
        item.contextValue = `group-${node.grouping}`;
        return item;
      }
      case 'finding':
        return findingItem(node);
      case 'class': {
        const { id, kind, takers, place } = node.entry;
        const [, file, name = id] = /^(.*\/.*|.*\.[ch]):(.*)$/.exec(id) ?? [];
        const item = new vscode.TreeItem(name);
        const taken = takers === 1 ? t('1 function') : t('{0} functions', takers);
        item.description = [kind, taken, ...(file === undefined ? [] : [file])].join(' · ');
        item.tooltip = id;
        item.iconPath = new vscode.ThemeIcon('lock');
        item.contextValue = 'class';
        return place ? opening(item, place) : item;
      }
      case 'order': {
        const item = new vscode.TreeItem(node.order.text);
        item.description = node.order.place.label;
        item.iconPath = new vscode.ThemeIcon('list-ordered');
        item.contextValue = 'order';
        return opening(item, node.order.place);
      }
    }
  }
}

function sectionItem(
  { section, count, hints, of }: Extract<TreeNode, { kind: 'section' }>,
  scope: ListedFiles,
): vscode.TreeItem {
  const { t } = vscode.l10n;
  const [label, icon] = {
    findings: [t('Findings'), 'bug'],
    classes: [t('Lock Classes'), 'lock'],
    orders: [t('Declared Orders'), 'list-ordered'],
    suppressed: [t('Suppressed'), 'eye-closed'],
  }[section] as [string, string];
  const { Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
  const item = new vscode.TreeItem(label, section === 'findings' ? Expanded : Collapsed);
  item.id = section;
  const found = of ? t('{0} of {1}', count + hints, countText(...of)) : countText(count, hints);
  item.description = section === 'findings' ? countIn(found, scope) : String(count);
  item.iconPath = new vscode.ThemeIcon(icon);
  item.contextValue = `section-${section}`;
  return item;
}

const ICONS: Readonly<Record<OverviewFinding['severity'], readonly [icon: string, color: string]>> = {
  error: ['error', 'list.errorForeground'],
  warning: ['warning', 'list.warningForeground'],
  info: ['info', 'editorInfo.foreground'],
  hint: ['lightbulb', 'descriptionForeground'],
};

function findingItem({
  name,
  finding,
  isSuppressed,
}: Extract<TreeNode, { kind: 'finding' }>): vscode.TreeItem {
  const { t } = vscode.l10n;
  const { label } = finding.place;
  const item = new vscode.TreeItem(name);
  const seen = finding.evidence.some(({ verdict }) => verdict === 'seen') ? t('seen in a log') : '';
  const reason = isSuppressed ? (finding.reason ?? '') : '';
  item.description = [reason, finding.message, seen].filter((part) => part !== '').join(' · ');
  item.accessibilityInformation = { label: `${label} ${item.description}` };
  const [icon, color] = ICONS[finding.severity];
  item.iconPath = isSuppressed
    ? new vscode.ThemeIcon('eye-closed')
    : new vscode.ThemeIcon(icon, new vscode.ThemeColor(color));
  const tooltip = new vscode.MarkdownString('', true);
  tooltip.appendText(finding.message);
  tooltip.appendMarkdown('\n\n');
  tooltip.appendText(
    [
      finding.rule,
      t('{0} confidence', finding.confidence),
      `${finding.function}()`,
      finding.place.label,
    ].join(' · '),
  );
  if (finding.fixes !== undefined && finding.fixes > 0) {
    tooltip.appendMarkdown(`\n\n$(lightbulb-autofix) ${t('has a fix')}`);
  }
  item.tooltip = tooltip;
  item.contextValue = isSuppressed ? 'suppressed' : 'finding';
  return opening(item, finding.place);
}

function severityText(severity: Severity): string {
  const { t } = vscode.l10n;
  return { error: t('Errors'), warning: t('Warnings'), info: t('Infos'), hint: t('Hints') }[severity];
}

function filterText({ words, severities }: Filter): string {
  const parts = [...(words === '' ? [] : [`“${words}”`]), ...severities.map(severityText)];
  return vscode.l10n.t('Filter: {0}', parts.join(', '));
}

/** A click opens the place; the tree keeps the focus. */
function opening(item: vscode.TreeItem, { uri, range }: Place): vscode.TreeItem {
  item.command = {
    command: 'vscode.open',
    title: vscode.l10n.t('Open'),
    arguments: [vscode.Uri.parse(uri), { selection: toRange(range), preserveFocus: true, preview: true }],
  };
  return item;
}

function placeOf(node: TreeNode): Place | undefined {
  switch (node.kind) {
    case 'finding':
      return node.finding.place;
    case 'class':
      return node.entry.place;
    case 'order':
      return node.order.place;
    default:
      return undefined;
  }
}
