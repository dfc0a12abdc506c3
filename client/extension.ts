import type { ExtensionContext } from 'vscode';
import * as explain from './features/explain.js';
import * as graph from './features/graph.js';
import * as output from './features/output.js';
import * as restart from './features/restart.js';
import * as scan from './features/scan.js';
import * as status from './features/status.js';
import type { Client } from './options.js';

/** Every feature, then the server: a feature may be used before the server has answered. */
export async function activateFeatures(context: ExtensionContext, client: Client): Promise<void> {
  for (const feature of [status, scan, explain, graph, output, restart]) feature.activate(context, client);
  await client.start();
}
