import { staysInside } from '../../host/node/files/write.js';
import {
  existsSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join, posix, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { programId } from '../../host/node/build-id.js';
import { contentKey, defaultCacheFolder } from '../../host/node/cache/cache.js';
import { changedFiles } from '../../host/node/git/changes.js';
import { CONFIG_FILE } from '../../analysis/workspace/config.js';
import { loadConfig } from '../../host/node/config.js';
import { rootPath } from '../../host/node/files/list.js';
import { createNodeParser } from '../../host/node/parser.js';
import { problemText, readEvidence } from '../../host/node/evidence.js';
import { ownFolder } from '../../host/node/own.js';
import { Project } from '../../host/node/project.js';
import { SKIP_TEXT, skipText } from '../../host/api.js';
import { readRaw } from '../../host/node/files/read.js';
import { Survey } from '../../host/node/survey/survey.js';
import { productVersion } from '../../host/node/version.js';
import { findRoot, looksLikeKernel } from '../../host/node/root.js';
import type { Environment, Tree, TreeOptions } from './environment.js';
import { watchMemory } from './node-memory.js';
import { makeFolder } from '../../host/node/files/folders.js';

/** Files on disk, compiled in threads. */
export function nodeEnvironment(): Environment {
  const pages = join(ownFolder(), '..', 'docs', 'rules');
  return {
    rulePages: existsSync(pages) ? pathToFileURL(pages).href : undefined,
    jobs: Math.max(1, availableParallelism() - 1),
    memoryShare: watchMemory(),
    pathOf,
    uriOf: (path) => pathToFileURL(path).href,
    prepare: () => Promise.resolve(),
    locate: (folder) => ({
      root: dirname(folder) === NOWHERE ? folder : findRoot([folder], folder),
      scope: folder,
      isSourceTree: isSourceTree(folder),
    }),
    relative: rootPath,
    absolute: (root, file) => resolve(root, file),
    nameIn: (root, path) => rootPath(realOf(root), realOf(path)) ?? rootPath(root, path),
    siblings: (root, file) => {
      const folder = posix.dirname(file);
      try {
        return readdirSync(dirname(join(root, file)))
          .filter((name) => /\.[ch]$/.test(name))
          .map((name) => posix.join(folder, name));
      } catch {
        return [];
      }
    },
    below: (root, folder) => {
      const path = join(root, folder);
      try {
        if (!statSync(path, { throwIfNoEntry: false })) return undefined;
        return readdirSync(path, { recursive: true, encoding: 'utf8' })
          .filter((name) => /\.[ch]$/.test(name))
          .map((name) => posix.join(folder, name.replaceAll('\\', '/')));
      } catch {
        return [];
      }
    },
    build: programId(),
    version: productVersion(ownFolder()),
    keyOf: (path) => {
      const raw = readRaw(path);
      return 'bytes' in raw ? contentKey(raw.bytes) : undefined;
    },
    changedFiles,
    readEvidence: async (uri) => {
      const path = pathOf(uri);
      if (path === undefined) return { reason: SKIP_TEXT['not-found'] };
      const read = await readEvidence(path);
      return 'lines' in read ? { ...read, file: uri } : { reason: problemText(read) };
    },
    writeText: (path, text) => {
      try {
        makeFolder(dirname(path));
        writeFileSync(`${path}.new`, text);
        renameSync(`${path}.new`, path);
      } catch {
        // Read-only or full: then nothing is stored.
      }
    },
    mayEdit: (root, path) =>
      dirname(dirname(path)) === NOWHERE ? path.endsWith('.c') : staysInside(root, path),
    readText: (path) => {
      try {
        return statSync(path).isFile() ? readFileSync(path, 'utf8') : undefined;
      } catch {
        return undefined;
      }
    },
    loadConfig: (root, file) => loadConfig(root, file === undefined ? undefined : resolve(root, file)),
    openTree,
    survey: ({ cache = defaultCacheFolder(), ...options }) =>
      new Survey({ ...options, cache, inBackground: true }),
    createParser: createNodeParser,
  };
}

/** The path without symbolic links; the path itself if there is no such file. */
function realOf(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    return path;
  }
}

async function openTree({ cache = defaultCacheFolder(), ...options }: TreeOptions): Promise<Tree> {
  const project = await Project.open({ ...options, cache, mayNotBlock: true });
  return {
    workspace: project.workspace,
    get skipped() {
      return project.skipped.map((skip) => ({ file: skip.file, reason: skipText(skip) }));
    },
    load: () => project.load(),
    refresh: (files) => project.refresh(files),
    supply: (demands) => project.supply(demands),
    ...(project.wanted && { wanted: project.wanted }),
    analysed: (file) => {
      const content = project.analysed(file);
      return 'text' in content ? content.text : undefined;
    },
    close: () => project.close(),
  };
}

/** A folder for each document that was never saved. It does not exist, so the document has no siblings. */
const NOWHERE = resolve('/untitled');

function pathOf(uri: string): string | undefined {
  if (uri.startsWith('untitled:')) {
    const name = uri.slice('untitled:'.length);
    return join(NOWHERE, encodeURIComponent(name), `${posix.basename(name).replace(/\.c$/, '')}.c`);
  }
  if (!uri.startsWith('file:')) return undefined;
  try {
    return fileURLToPath(uri);
  } catch {
    // A file on another machine.
    return undefined;
  }
}

/** A kernel tree, a part of one, or an out-of-tree module. */
function isSourceTree(folder: string): boolean {
  if (
    looksLikeKernel(folder) ||
    existsSync(join(folder, 'Kbuild')) ||
    existsSync(join(folder, CONFIG_FILE))
  ) {
    return true;
  }
  try {
    const makefile = join(folder, 'Makefile');
    return statSync(makefile).isFile() && /^\s*obj-(?:m|y|\$\()/m.test(readFileSync(makefile, 'utf8'));
  } catch {
    return false;
  }
}
