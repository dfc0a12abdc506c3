import { visible } from '../../analysis/base/visible.js';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { jsonLine } from '../../analysis/base/json-line.js';
import { CONFIG_FILE, forKernel, parseConfig, type Config } from '../../analysis/workspace/config.js';
import { SKIP_TEXT } from '../api.js';
import { decode, readRaw } from './files/read.js';

export type LoadedConfig =
  /** With the file that it comes from, if any. */
  { readonly config: Config; readonly file: string | undefined } | { readonly errors: readonly string[] };

/**
 * Reads `lockorder.json` of the root, or the given file; without either, the configuration is empty. In a kernel's root,
 * it has the models of that version.
 */
export function loadConfig(root: string, file?: string): LoadedConfig {
  const path = file ?? join(root, CONFIG_FILE);
  const makefile = textOf(join(root, 'Makefile')) ?? '';
  if (file === undefined && !existsSync(path)) return { config: forKernel({}, makefile), file: undefined };
  const raw = readRaw(path);
  const content = 'bytes' in raw ? decode(raw.bytes) : raw;
  if ('skipped' in content) return { errors: [visible(`${path}: ${SKIP_TEXT[content.skipped]}`)] };
  const parsed = parseConfig(content.text);
  if ('config' in parsed) return { config: forKernel(parsed.config, makefile), file: path };
  return { errors: parsed.errors.map(({ line, text }) => visible(`${path}:${line}: ${text}`)) };
}

/** The line of a part of the settings, 1-based; `undefined` where they can no longer be read. */
export function lineInConfig(path: string, part: readonly (string | number)[]): number | undefined {
  const text = textOf(path);
  return text === undefined ? undefined : jsonLine(text, part);
}

/** `undefined` for a file that is not there or cannot be read as text. */
function textOf(path: string): string | undefined {
  const raw = readRaw(path);
  const content = 'bytes' in raw ? decode(raw.bytes) : raw;
  return 'text' in content ? content.text : undefined;
}
