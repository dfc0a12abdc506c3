import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser } from 'playwright-core';
import { E2E } from './paths.js';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** The system's Chromium, else the one inside an npm package; else the reason why there is none. */
export async function launch(): Promise<Browser | { readonly reason: string }> {
  const reasons: string[] = [];
  for (const find of [system, packaged]) {
    try {
      return await start(await find());
    } catch (error) {
      reasons.push(error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error));
    }
  }
  return { reason: reasons.join('; ') };
}

function start(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    headless: true,
    // Without a graphics card, Chromium would emulate one.
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'],
  });
}

function system(): string {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const found = folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find(existsSync);
  if (found === undefined) throw new Error('no Chromium is installed');
  return found;
}

async function packaged(): Promise<string> {
  const file = createRequire(join(E2E, 'package.json')).resolve('@sparticuz/chromium');
  const module = (await import(pathToFileURL(file).href)) as {
    default: { default?: { executablePath(): Promise<string> }; executablePath(): Promise<string> };
  };
  return (module.default.default ?? module.default).executablePath();
}
