import type { ExtensionContext } from 'vscode';
import * as completion from './features/completion.js';
import * as evidence from './features/evidence.js';
import * as example from './features/example.js';
import * as explain from './features/views/explain.js';
import * as fix from './features/fix.js';
import * as graph from './features/views/graph.js';
import * as highlights from './features/highlights.js';
import * as model from './features/model.js';
import * as news from './features/news.js';
import * as output from './features/output.js';
import * as reaches from './features/views/reaches.js';
import * as reading from './features/reading.js';
import * as restart from './features/restart.js';
import * as scan from './features/scan.js';
import * as status from './features/status.js';
import * as suppress from './features/suppress.js';
import * as tree from './features/views/tree.js';
import * as why from './features/views/why.js';
import type { Client } from './options.js';

const FEATURES = [
  status,
  news,
  tree,
  scan,
  explain,
  suppress,
  fix,
  reading,
  highlights,
  reaches,
  graph,
  why,
  model,
  completion,
  evidence,
  example,
  output,
  restart,
];

/** Activates every feature, then starts the server: a feature may be used before the server responds. */
export async function activateFeatures(context: ExtensionContext, client: Client): Promise<void> {
  for (const feature of FEATURES) feature.activate(context, client);
  await client.start();
}
