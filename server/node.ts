import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { nodeEnvironment } from './node-environment.js';
import { serve } from './serve.js';

// The transport is what the arguments say: --stdio, --node-ipc, --pipe, --socket.
serve(createConnection(ProposedFeatures.all), nodeEnvironment());
