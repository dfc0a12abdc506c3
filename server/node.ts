import {
  createConnection,
  ProposedFeatures,
  StreamMessageReader,
  StreamMessageWriter,
  type Connection,
  type MessageStrategy,
} from 'vscode-languageserver/node';
import { visible } from '../analysis/base/visible.js';
import { prepareHeap } from '../host/node/room.js';
import { lifecycle } from './conformance.js';
import { framed } from './framing.js';
import { nodeEnvironment } from './environment/node.js';
import { serve } from './serve.js';

prepareHeap();
const messageStrategy = lifecycle();
// The arguments select the transport: --stdio, --node-ipc, --pipe, --socket.
const connection = process.argv.includes('--stdio')
  ? overStdio(messageStrategy)
  : createConnection(ProposedFeatures.all, { messageStrategy });
// Cancelled work may fail after everyone stopped waiting for it. That is no reason to exit.
process.on('unhandledRejection', (reason) => connection.console.error(String(reason)));
serve(connection, nodeEnvironment());

/**
 * Like the library's stdio transport, but reports a client whose messages cannot be separated instead of waiting
 * forever.
 */
function overStdio(strategy: MessageStrategy): Connection {
  const { stdin, stdout, stderr } = process;
  let isShut = false;
  const bytes = framed((why) => {
    stderr.write(`lockorder: the client's message cannot be read: ${visible(why)}\n`);
    process.exit(1);
  });
  const reader = new StreamMessageReader(stdin.pipe(bytes));
  const end = (): void => process.exit(isShut ? 0 : 1);
  stdin.on('end', end);
  stdin.on('close', end);
  return createConnection(ProposedFeatures.all, reader, new StreamMessageWriter(stdout), {
    messageStrategy: {
      handleMessage: (message, next) => {
        if ('method' in message && message.method === 'shutdown') isShut = true;
        return strategy.handleMessage(message, next);
      },
    },
  });
}
