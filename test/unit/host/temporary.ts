import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A folder that is gone after the test, filled with these files. */
export class Temporary {
  readonly path = mkdtempSync(join(tmpdir(), 'lockorder-'));

  constructor(files: Readonly<Record<string, string | Uint8Array>> = {}) {
    for (const [name, content] of Object.entries(files)) this.write(name, content);
  }

  write(name: string, content: string | Uint8Array): string {
    const path = join(this.path, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    return path;
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** Runs a test in a folder of its own. */
export async function within<T>(
  files: Readonly<Record<string, string | Uint8Array>>,
  use: (folder: Temporary) => T | Promise<T>,
): Promise<T> {
  const folder = new Temporary(files);
  try {
    return await use(folder);
  } finally {
    folder.remove();
  }
}
