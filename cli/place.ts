import { existsSync, realpathSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Config } from '../analysis/workspace/config.js';
import { loadConfig } from '../host/node/config.js';
import { meantPath } from '../host/node/files/names.js';
import { rootPath } from '../host/node/files/list.js';
import { findRoot } from '../host/node/root.js';
import { CommandFailure } from './failure.js';
import type { CommonOptions } from './options.js';
import { message } from './terminal.js';

/** Root, paths and settings of a command. */
export interface Located {
  readonly root: string;
  readonly paths: readonly string[];
  readonly config: Config;
  /** The file that the settings are from, if any. */
  readonly configFile?: string | undefined;
}

/** Finds the root and the settings for the given paths. */
export function locate(paths: readonly string[], options: CommonOptions): Located {
  const cwd = currentFolder();
  const folder = options.root === undefined ? undefined : existingFolder(options.root);
  const given = (paths.length > 0 ? paths : ['.']).map((path) =>
    folder === undefined ? path : belowRoot(folder, path),
  );
  const root = folder ?? findRoot(given, cwd);
  const loaded = loadConfig(root, options.config === undefined ? undefined : resolve(options.config));
  if ('errors' in loaded) {
    const [first = '', ...more] = loaded.errors;
    throw new CommandFailure(first, more);
  }
  const { config, file: configFile } = loaded;
  return { root, paths: given.map((path) => inside(root, meantPath(resolve(path)))), config, configFile };
}

/** A path that does not exist here, or is outside the root, is taken relative to the root if it exists there. */
function belowRoot(root: string, path: string): string {
  const there = resolve(root, path);
  const isHere = existsSync(path) && rootPath(realOf(root), realOf(path)) !== undefined;
  return !isHere && existsSync(there) ? there : path;
}

function realOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path);
  }
}

function currentFolder(): string {
  try {
    return process.cwd();
  } catch {
    throw new CommandFailure('the current directory no longer exists');
  }
}

/** Resolves a path that leads through a symbolic link into the root. */
function inside(root: string, path: string): string {
  if (rootPath(root, path) !== undefined) return path;
  try {
    const real = realpathSync(path);
    const name = rootPath(realpathSync(root), real);
    return name === undefined ? path : resolve(root, name);
  } catch {
    return path;
  }
}

function existingFolder(path: string): string {
  const folder = resolve(path);
  if (!(statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false)) {
    throw new CommandFailure(`--root ${path}: no such directory`);
  }
  return folder;
}

/** Reports a detected root other than the current folder: ids and paths in results are relative to it. */
export function mentionRoot(root: string): void {
  if (root !== process.cwd()) message(`the root is ${root} (change it with --root)`);
}
