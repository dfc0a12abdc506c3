import * as vscode from 'vscode';
import { GRAPH, WHY } from '../../../protocol/methods.js';
import type { GraphParams, GraphResult, WhyParams, WhyResult } from '../../../protocol/methods.js';
import { CLASSES, type ClassEntry } from '../../../protocol/views.js';
import type { Client } from '../../options.js';
import { cursor, showText } from '../../places.js';

/**
 * `Lock Order: Why Is There No Cycle`: asks for two locks, by default the one at the cursor first, and explains their
 * orders.
 */
export function activate(context: vscode.ExtensionContext, client: Client): void {
  context.subscriptions.push(
    vscode.commands.registerCommand('lockOrder.why', async () => {
      const here = cursor();
      if (!here) return;
      const around: GraphParams = { ...here, depth: 0 };
      const centre = (await client.sendRequest<GraphResult | null>(GRAPH, around))?.centre;
      const classes = await client.sendRequest<ClassEntry[]>(CLASSES);
      const first = centre ?? (await pick(classes, vscode.l10n.t('First lock')));
      const others = classes.filter(({ id }) => id !== first);
      const second = first && (await pick(others, vscode.l10n.t('Second lock, to compare with {0}', first)));
      if (!first || !second) return;
      const params: WhyParams = { uri: here.uri, locks: [first, second] };
      const result = await client.sendRequest<WhyResult | null>(WHY, params);
      if (result) await showText(result.text);
    }),
  );
}

async function pick(classes: readonly ClassEntry[], placeHolder: string): Promise<string | undefined> {
  const items = classes.map(({ id, kind }) => ({ label: id, description: kind }));
  return (await vscode.window.showQuickPick(items, { placeHolder }))?.label;
}
