import * as vscode from 'vscode';
import { REACHES } from '../../../protocol/views.js';
import type { Place, PositionParams, ReachGroup, Reaches, ReachPath } from '../../../protocol/views.js';
import type { Client } from '../../options.js';
import { cursor, toRange } from '../../places.js';

const VIEW = 'lockOrder.reaches';
const SHOWN = 'lockOrder.hasReaches';

type Node =
  | { readonly kind: 'group'; readonly group: ReachGroup }
  | { readonly kind: 'path'; readonly path: ReachPath }
  | { readonly kind: 'step'; readonly path: ReachPath; readonly index: number };

/** The view "Paths to This Lock": callers of the function around an acquisition, by the locks they hold. */
export function activate(context: vscode.ExtensionContext, client: Client): void {
  const changed = new vscode.EventEmitter<undefined>();
  let shown: Reaches | undefined;
  const provider: vscode.TreeDataProvider<Node> = {
    onDidChangeTreeData: changed.event,
    getChildren: (node) =>
      node ? childrenOf(node) : (shown?.groups ?? []).map((group) => ({ kind: 'group', group })),
    getTreeItem: itemOf,
  };
  const view = vscode.window.createTreeView(VIEW, { treeDataProvider: provider, showCollapseAll: true });
  context.subscriptions.push(
    changed,
    view,
    vscode.commands.registerCommand('lockOrder.showReaches', async (uri?: unknown, position?: unknown) => {
      const params =
        typeof uri === 'string' ? { uri, position: position as PositionParams['position'] } : cursor();
      const found = params && (await client.sendRequest<Reaches | null>(REACHES, params));
      if (!found) {
        void vscode.window.showInformationMessage(
          vscode.l10n.t('Put the cursor on a call that takes a lock.'),
        );
        return;
      }
      shown = found;
      view.description = found.lock;
      await vscode.commands.executeCommand('setContext', SHOWN, true);
      changed.fire(undefined);
      await vscode.commands.executeCommand(`${VIEW}.focus`);
    }),
  );
}

function childrenOf(node: Node): Node[] {
  switch (node.kind) {
    case 'group':
      return node.group.paths.map((path) => ({ kind: 'path', path }));
    case 'path':
      return node.path.steps.map((_, index) => ({ kind: 'step', path: node.path, index }));
    case 'step':
      return [];
  }
}

function itemOf(node: Node): vscode.TreeItem {
  const { t } = vscode.l10n;
  const { Collapsed, Expanded, None } = vscode.TreeItemCollapsibleState;
  switch (node.kind) {
    case 'group': {
      const { held, paths } = node.group;
      const item = new vscode.TreeItem(
        held === '' ? t('holding nothing') : t('while holding {0}', held),
        Expanded,
      );
      item.description = String(paths.length);
      item.iconPath = new vscode.ThemeIcon(held === '' ? 'unlock' : 'lock');
      return item;
    }
    case 'path': {
      const [first, ...rest] = node.path.steps;
      const item = new vscode.TreeItem(`${first?.function ?? ''}()`, rest.length > 0 ? Collapsed : None);
      item.description = rest.map((step) => `→ ${step.function}()`).join(' ');
      item.iconPath = new vscode.ThemeIcon('call-incoming');
      return first ? opening(item, first.place) : item;
    }
    case 'step': {
      const step = node.path.steps[node.index];
      const item = new vscode.TreeItem(`${step?.function ?? ''}()`, None);
      if (!step) return item;
      const held = step.held.length > 0 ? t('holds {0}', step.held.join(', ')) : '';
      item.description = [held, step.place.label].filter((part) => part !== '').join(' · ');
      item.iconPath = new vscode.ThemeIcon(node.index === node.path.steps.length - 1 ? 'lock' : 'arrow-down');
      return opening(item, step.place);
    }
  }
}

/** A click opens the place; the tree keeps the focus. */
function opening(item: vscode.TreeItem, { uri, range, label }: Place): vscode.TreeItem {
  const target = vscode.Uri.parse(uri);
  item.tooltip = label;
  item.command = {
    command: 'vscode.open',
    title: vscode.l10n.t('Open'),
    arguments: [target, { selection: toRange(range), preserveFocus: true, preview: true }],
  };
  return item;
}
