import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { E2E, MODULES } from './paths.js';
import { installExtension, SETTINGS, type EditorServer, type ServerOptions } from './server.js';

/** VS Code's own files, as code-server ships them. */
const VSCODE = join(MODULES, 'code-server/lib/vscode');
const WORKBENCH = '/static/out/vs/code/browser/workbench/workbench';

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.cjs': 'text/javascript',
  '.mjs': 'text/javascript',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.ttf': 'font/ttf',
  '.wasm': 'application/wasm',
};

/**
 * VS Code as a site of static files, as on vscode.dev: no server behind it, extensions run in the browser or not
 * at all, and the folder is reached through an extension (`test/e2e/folder`).
 */
export async function startSite(options: ServerOptions): Promise<EditorServer> {
  const extension = installExtension(options);
  const problems: string[] = [];
  const roots: Readonly<Record<string, string>> = {
    static: VSCODE,
    lockorder: extension,
    folder: join(E2E, 'folder'),
    files: options.folder,
  };
  const server = createServer((request, response) => {
    response.setHeader('Access-Control-Allow-Origin', '*');
    const { pathname } = new URL(request.url ?? '/', 'http://site');
    if (pathname === '/') {
      response.setHeader('Content-Type', 'text/html');
      response.end(page(request.headers.host ?? '', options.settings ?? {}));
      return;
    }
    const [, area = '', ...path] = pathname.split('/').map(decodeURIComponent);
    const root = roots[area];
    const file = root === undefined ? '' : join(root, normalize(`/${path.join('/')}`));
    if (file === '' || !existsSync(file)) {
      problems.push(`404 ${pathname}`);
      response.writeHead(404).end();
    } else if (area === 'files') void answer(request, response, file);
    else send(response, file, pathname);
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port to listen on');
  return {
    url: `http://127.0.0.1:${address.port}/`,
    log: () => problems.join('\n'),
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function send(response: ServerResponse, file: string, pathname: string): void {
  if (!statSync(file).isFile()) {
    response.writeHead(404).end();
    return;
  }
  response.setHeader('Content-Type', TYPES[extname(file)] ?? 'application/octet-stream');
  const bytes = readFileSync(file);
  response.end(pathname === `${WORKBENCH}.js` ? withoutServer(bytes.toString()) : bytes);
}

/** Undoes what code-server changes in the workbench so that it asks its own server. */
function withoutServer(workbench: string): string {
  return workbench
    .replace(
      /(get userRoamingDataHome\(\)\{return [^}]*\{scheme:\w+\.)vscodeRemote(\}\),"User"\))/,
      '$1vscodeUserData$2',
    )
    .replace(/\{\.\.\.JSON\.parse\((\w+)\),remoteAuthority:location\.host\}/, '{...JSON.parse($1)}');
}

/** The folder: GET and PUT are a file's content, OPTIONS tells what is there. */
async function answer(request: IncomingMessage, response: ServerResponse, file: string): Promise<void> {
  const status = statSync(file);
  if (request.method === 'OPTIONS') {
    const entries = status.isDirectory() ? readdirSync(file, { withFileTypes: true }) : [];
    response.setHeader('Content-Type', 'application/json');
    response.end(
      JSON.stringify({
        folder: status.isDirectory(),
        size: status.size,
        entries: entries.map((entry) => ({ name: entry.name, folder: entry.isDirectory() })),
      }),
    );
    return;
  }
  if (request.method === 'PUT') {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    writeFileSync(file, Buffer.concat(chunks));
    response.end();
    return;
  }
  response.end(readFileSync(file));
}

function page(authority: string, settings: Readonly<Record<string, unknown>>): string {
  const at = (path: string): object => ({ scheme: 'http', authority, path });
  const product = JSON.parse(readFileSync(join(VSCODE, 'product.json'), 'utf8')) as object;
  const configuration = {
    folderUri: { scheme: 'folder', path: '/' },
    productConfiguration: {
      ...product,
      enableTelemetry: false,
      extensionsGallery: undefined,
      webviewContentExternalBaseUrlTemplate: `http://{{uuid}}.localhost:${authority.split(':')[1] ?? ''}/static/out/vs/workbench/contrib/webview/browser/pre/`,
    },
    additionalBuiltinExtensions: [at('/lockorder'), at('/folder')],
    configurationDefaults: { ...SETTINGS, ...settings },
    // What code-server added to the options of the workbench.
    userDataPath: '/',
    _wrapWebWorkerExtHostInIframe: false,
    isEnabledFileDownloads: true,
    isEnabledFileUploads: true,
    isEnabledCoderGettingStarted: false,
  };
  const attribute = JSON.stringify(configuration).replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  return `<!doctype html>
<html>
  <head>
    <meta charset="utf-8">
    <meta id="vscode-workbench-web-configuration" data-settings="${attribute}">
    <meta id="vscode-workbench-web-base-url" data-settings="/static">
    <link rel="stylesheet" href="${WORKBENCH}.css">
  </head>
  <body aria-label=""></body>
  <script>globalThis._VSCODE_FILE_ROOT = new URL('/static/out/', location).toString();</script>
  <script type="module" src="/static/out/nls.messages.js"></script>
  <script type="module" src="${WORKBENCH}.js"></script>
</html>`;
}
