import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { prepareHeap } from '../host/node/room.js';
import { lifecycle } from './conformance.js';
import { nodeEnvironment } from './node-environment.js';
import { serve } from './serve.js';

prepareHeap();
// The transport is what the arguments say: --stdio, --node-ipc, --pipe, --socket.
const connection = createConnection(ProposedFeatures.all, { messageStrategy: lifecycle() });
// Work that was called off may fail after nobody waits for it any more: that is no reason to end.
process.on('unhandledRejection', (reason) => connection.console.error(String(reason)));
serve(connection, nodeEnvironment());
