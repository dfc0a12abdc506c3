// The files of test/e2e/support/site.ts as a file system of the editor: what a repository on the web looks like to an extension.
const vscode = require('vscode');

exports.activate = (context) => {
  const site = context.extensionUri.with({ path: '/files' });
  const ask = async (uri, request) => {
    const address = site.with({ path: site.path + uri.path }).toString(true);
    const answer = await fetch(address, request);
    if (!answer.ok) throw vscode.FileSystemError.FileNotFound(uri);
    return answer;
  };
  const refuse = (uri) => {
    throw vscode.FileSystemError.NoPermissions(uri);
  };
  const changed = new vscode.EventEmitter();
  const provider = {
    onDidChangeFile: changed.event,
    watch: () => new vscode.Disposable(() => {}),
    async stat(uri) {
      const { folder, size } = await (await ask(uri, { method: 'OPTIONS' })).json();
      const type = folder ? vscode.FileType.Directory : vscode.FileType.File;
      return { type, size, ctime: 0, mtime: 0 };
    },
    async readDirectory(uri) {
      const { entries } = await (await ask(uri, { method: 'OPTIONS' })).json();
      return entries.map(({ name, folder }) => [
        name,
        folder ? vscode.FileType.Directory : vscode.FileType.File,
      ]);
    },
    readFile: async (uri) => new Uint8Array(await (await ask(uri, {})).arrayBuffer()),
    async writeFile(uri, content) {
      await ask(uri, { method: 'PUT', body: content });
      changed.fire([{ type: vscode.FileChangeType.Changed, uri }]);
    },
    createDirectory: refuse,
    delete: refuse,
    rename: refuse,
  };
  context.subscriptions.push(vscode.workspace.registerFileSystemProvider('folder', provider));
};
