// The clangd of this machine as a language server for C, with everything it has switched on.
const { LanguageClient } = require('vscode-languageclient/node');

let client;

exports.activate = () => {
  client = new LanguageClient(
    'clangd',
    'clangd',
    { command: 'clangd', args: ['--background-index=false', '--clang-tidy=false'] },
    { documentSelector: [{ scheme: 'file', language: 'c' }] },
  );
  return client.start();
};

exports.deactivate = () => client?.stop();
