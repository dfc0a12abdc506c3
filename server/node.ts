import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { prepareHeap } from '../host/node/room.js';
import { lifecycle } from './conformance.js';
import { nodeEnvironment } from './node-environment.js';
import { serve } from './serve.js';

prepareHeap();
// The arguments select the transport: --stdio, --node-ipc, --pipe, --socket.
const connection = createConnection(ProposedFeatures.all, { messageStrategy: lifecycle() });
// Cancelled work may fail after everyone stopped waiting for it. That is no reason to exit.
process.on('unhandledRejection', (reason) => connection.console.error(String(reason)));
serve(connection, nodeEnvironment());
