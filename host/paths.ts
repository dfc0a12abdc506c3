import { globMatcher } from '../analysis/base/glob.js';
import { isOrderFile } from '../analysis/base/paths.js';
import type { ListOptions } from './api.js';

/** Paths relative to the root and with `/`: the functions of node:path, without Node. */

/** Removes `.` and empty parts, and resolves `..`; `.` if nothing remains. */
export function normalizePath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else parts.push(part);
  }
  const isAbsolute = path.startsWith('/');
  if (isAbsolute) return `/${parts.filter((part) => part !== '..').join('/')}`;
  return parts.join('/') || '.';
}

export function joinPath(...parts: readonly string[]): string {
  return normalizePath(parts.filter((part) => part !== '').join('/'));
}

/** The folder that contains a path; `.` at the root. */
export function folderPath(path: string): string {
  const end = path.lastIndexOf('/');
  if (end < 0) return '.';
  return end === 0 ? '/' : path.slice(0, end);
}

export function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

export function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Folders that are not walked. */
export function isHidden(name: string): boolean {
  return name.startsWith('.') || name === 'node_modules';
}

export const SOURCE = /\.[ch]$/;
/** Files that the kernel's build generates beside each module. */
const BUILD_OUTPUT = /\.mod\.c$/;

/** Whether a file found in a folder is analysed, by its name and path: C files and order files. */
export function fileFilter({ include = [], exclude = [] }: ListOptions): (path: string) => boolean {
  const included = include.length > 0 ? globMatcher(include) : () => true;
  const excluded = exclude.length > 0 ? globMatcher(exclude) : () => false;
  return (path) =>
    !excluded(path) &&
    (isOrderFile(path) || (SOURCE.test(path) && !BUILD_OUTPUT.test(path) && included(path)));
}
