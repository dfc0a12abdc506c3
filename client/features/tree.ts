import * as vscode from 'vscode';
import { State } from 'vscode-languageclient';
import { CLASSES, OVERVIEW } from '../../protocol/views.js';
import type { ClassEntry, Overview, OverviewFinding, Place } from '../../protocol/views.js';
import type { Client } from '../options.js';
import { showPlace, toRange } from '../places.js';
import {
  filtered,
  groups,
  passes,
  sections,
  type Grouping,
  type Section,
  type TreeNode,
} from '../tree-model.js';
import { onChanged } from './news.js';
import { onStatus } from './status.js';

const VIEW = 'lockOrder.findings';
const GROUPING = 'lockOrder.treeGrouping';
const FILTERED = 'lockOrder.treeFiltered';
const NOTHING: Overview = { findings: [], suppressed: [], orders: [], classes: 0 };

/** The tree view "Lock Order": findings, lock classes, declared orders, what is suppressed. */
export function activate(context: vscode.ExtensionContext, client: Client): void {
  const tree = new Tree(client, context.workspaceState.get<Grouping>(GROUPING) ?? 'rule');
  const view = vscode.window.createTreeView(VIEW, { treeDataProvider: tree, showCollapseAll: true });
  let isStale = true;
  /** Asks only for what is seen: typing goes on meanwhile. */
  const refresh = async (): Promise<void> => {
    isStale = !view.visible;
    if (!isStale) await tree.refresh();
  };
  const count = (findings: number): void => {
    const tooltip = vscode.l10n.t('{0} lock-order problems', findings);
    view.badge = findings > 0 ? { value: findings, tooltip } : undefined;
  };
  const group = (grouping: Grouping): void => {
    tree.grouping = grouping;
    void context.workspaceState.update(GROUPING, grouping);
    void vscode.commands.executeCommand('setContext', GROUPING, grouping);
  };
  const filter = (text: string): void => {
    tree.filter = text;
    view.description = text === '' ? '' : vscode.l10n.t('only “{0}”', text);
    void vscode.commands.executeCommand('setContext', FILTERED, text !== '');
  };
  group(tree.grouping);
  context.subscriptions.push(
    tree,
    view,
    onChanged(() => void refresh()),
    onStatus(({ findings }) => count(findings)),
    view.onDidChangeVisibility(() => {
      if (isStale) void refresh();
    }),
    client.onDidChangeState(({ newState }) => {
      if (newState !== State.Starting) void refresh();
    }),
    vscode.commands.registerCommand('lockOrder.refreshTree', refresh),
    vscode.commands.registerCommand('lockOrder.groupByRule', () => group('rule')),
    vscode.commands.registerCommand('lockOrder.groupByFolder', () => group('folder')),
    vscode.commands.registerCommand('lockOrder.clearFilter', () => filter('')),
    vscode.commands.registerCommand('lockOrder.filterTree', async () => {
      const text = await vscode.window.showInputBox({
        title: vscode.l10n.t('Filter Lock Order'),
        prompt: vscode.l10n.t('Words that must occur in the rule, the message, the place or the lock.'),
        value: tree.filter,
      });
      if (text !== undefined) filter(text.trim());
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
  overview = NOTHING;
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.changed.event;
  private classes: readonly ClassEntry[] | undefined;
  private words = '';

  constructor(
    private readonly client: Client,
    private by: Grouping,
  ) {}

  get grouping(): Grouping {
    return this.by;
  }

  set grouping(grouping: Grouping) {
    this.by = grouping;
    this.changed.fire();
  }

  get filter(): string {
    return this.words;
  }

  set filter(words: string) {
    this.words = words;
    this.changed.fire();
  }

  async refresh(): Promise<void> {
    this.classes = undefined;
    this.overview = this.client.isRunning() ? await this.client.sendRequest<Overview>(OVERVIEW) : NOTHING;
    this.changed.fire();
  }

  dispose(): void {
    this.changed.dispose();
  }

  async getChildren(node?: TreeNode): Promise<TreeNode[]> {
    const { findings, suppressed, orders, classes } = this.overview;
    // Nothing at all: the view's words of welcome say what to do.
    if (!node)
      return findings.length + suppressed.length + orders.length + classes > 0
        ? sections(this.overview, this.words)
        : [];
    if (node.kind === 'group')
      return node.findings.map((finding) => ({ kind: 'finding', finding, isSuppressed: false }));
    if (node.kind !== 'section') return [];
    switch (node.section) {
      case 'findings':
        return groups(filtered(findings, this.words), this.by);
      case 'suppressed':
        return filtered(suppressed, this.words).map((finding) => ({
          kind: 'finding',
          finding,
          isSuppressed: true,
        }));
      case 'orders':
        return orders
          .filter(({ text, place }) => passes(this.words, text, place.label))
          .map((order) => ({ kind: 'order', order }));
      case 'classes':
        this.classes ??= await this.client.sendRequest<readonly ClassEntry[]>(CLASSES);
        return this.classes
          .filter(({ id, kind }) => passes(this.words, id, kind))
          .map((entry) => ({ kind: 'class', entry }));
    }
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    const { t } = vscode.l10n;
    switch (node.kind) {
      case 'section':
        return sectionItem(node.section, node.count, node.hints);
      case 'group': {
        const name = node.name === '' ? t('(top folder)') : node.name;
        const item = new vscode.TreeItem(name, vscode.TreeItemCollapsibleState.Expanded);
        item.description = `${node.findings.length}`;
        item.iconPath = new vscode.ThemeIcon(node.grouping === 'rule' ? 'law' : 'folder');
        item.tooltip = node.grouping === 'rule' ? (node.findings[0]?.ruleTitle ?? '') : node.name;
        return item;
      }
      case 'finding':
        return findingItem(node.finding, node.isSuppressed);
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

function sectionItem(section: Section, count: number, hints: number): vscode.TreeItem {
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
  item.description = hints > 0 ? t('{0} and {1} hints', count, hints) : String(count);
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

function findingItem(finding: OverviewFinding, isSuppressed: boolean): vscode.TreeItem {
  const { t } = vscode.l10n;
  const item = new vscode.TreeItem(`${finding.function}()`);
  const seen = finding.evidence.some(({ verdict }) => verdict === 'seen') ? t('seen in a log') : '';
  const reason = isSuppressed ? (finding.reason ?? '') : '';
  item.description = [reason, finding.message, seen, finding.place.label]
    .filter((part) => part !== '')
    .join(' · ');
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
    tooltip.appendMarkdown(`\n\n$(lightbulb-autofix) ${t('can be repaired')}`);
  }
  item.tooltip = tooltip;
  item.contextValue = isSuppressed ? 'suppressed' : 'finding';
  return opening(item, finding.place);
}

/** A click goes to the place; the tree keeps the keyboard. */
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
