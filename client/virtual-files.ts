import * as vscode from 'vscode';
import { LIST_FILES, READ_FILE } from '../protocol/methods.js';
import type {
  ListFilesParams,
  ListFilesResult,
  ReadFileParams,
  ReadFileResult,
} from '../protocol/methods.js';
import type { Client } from './options.js';

/** Files that the server needs: sources, declared orders, settings, and makefiles, which say where headers are. */
const WANTED = /\.[ch]$|^(?:\.lockorder|lockorder\.json|Makefile|Kbuild)$/;
/** A folder with more files is too large for one thread in a browser. */
const MOST_FILES = 20_000;
const MOST_AT_ONCE = 16;
/** Bytes to convert at once: the number of arguments of a call is limited. */
const CHUNK = 0x8000;

/** Answers the server's file requests from the editor's file systems. */
export function serveFiles(client: Client): void {
  client.onRequest(READ_FILE, async ({ uri }: ReadFileParams): Promise<ReadFileResult | null> => {
    try {
      return { content: base64(await vscode.workspace.fs.readFile(vscode.Uri.parse(uri, true))) };
    } catch {
      return null;
    }
  });
  client.onRequest(LIST_FILES, ({ uri }: ListFilesParams) => list(folderAt(uri)));
}

/**
 * The folder of a URI. A folder that is the root of its file system may consist of the scheme alone, to which no path
 * can be joined.
 */
function folderAt(uri: string): vscode.Uri {
  const folder = vscode.Uri.parse(uri, true);
  return folder.path === '' ? folder.with({ path: '/' }) : folder;
}

async function list(folder: vscode.Uri): Promise<ListFilesResult> {
  const files: string[] = [];
  let level = [''];
  while (level.length > 0 && files.length < MOST_FILES) {
    const next: string[] = [];
    for (let at = 0; at < level.length; at += MOST_AT_ONCE) {
      const some = level.slice(at, at + MOST_AT_ONCE);
      const entries = await Promise.all(some.map((path) => entriesOf(folder, path)));
      some.forEach((path, index) => {
        for (const [name, type] of entries[index] ?? []) {
          const child = path === '' ? name : `${path}/${name}`;
          if (type & vscode.FileType.Directory) {
            if (!name.startsWith('.') && name !== 'node_modules' && !(type & vscode.FileType.SymbolicLink)) {
              next.push(child);
            }
          } else if (WANTED.test(name)) files.push(child);
        }
      });
    }
    level = next;
  }
  return {
    files: files.sort().slice(0, MOST_FILES),
    complete: level.length === 0 && files.length <= MOST_FILES,
  };
}

async function entriesOf(folder: vscode.Uri, path: string): Promise<[string, vscode.FileType][]> {
  try {
    return await vscode.workspace.fs.readDirectory(path === '' ? folder : vscode.Uri.joinPath(folder, path));
  } catch {
    // The folder does not exist, as with a document that was never saved.
    return [];
  }
}

function base64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += CHUNK) {
    text += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  }
  return btoa(text);
}
