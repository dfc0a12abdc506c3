import { BrowserMessageReader, BrowserMessageWriter, createConnection } from 'vscode-languageserver/browser';
import type { ParserBytes } from '../host/browser/parser.js';
import { browserEnvironment } from './environment/browser.js';
import { serve } from './serve.js';
import { installImmediate } from './environment/immediate.js';

declare const self: DedicatedWorkerGlobalScope;

// The first message carries what a worker cannot load itself; all others belong to the protocol.
const begin = ({ data }: MessageEvent<ParserBytes & { readonly version: string }>): void => {
  installImmediate(self);
  const connection = createConnection(new BrowserMessageReader(self), new BrowserMessageWriter(self));
  serve(connection, browserEnvironment(connection, data, data.version));
  self.postMessage('ready');
};
self.addEventListener('message', begin, { once: true });
