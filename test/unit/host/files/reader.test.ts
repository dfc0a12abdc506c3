import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, it } from 'mocha';
import type { Files, RawFile } from '../../../../host/api.js';
import { Reader } from '../../../../host/node/files/reader.js';

const NAMES = Array.from({ length: 100 }, (_, at) => `f${at}.c`);

/** A disk on which answers take so many milliseconds, by their number; how many were on the way at once, and how many blocked. */
class SomeDisk implements Files {
  readonly id = 'some';
  underWay = 0;
  most = 0;
  blocked = 0;

  constructor(private readonly ms: (at: number) => number) {}

  readonly later = {
    read: async (file: string): Promise<RawFile> => {
      this.most = Math.max(this.most, (this.underWay += 1));
      // The first of some that were asked for together comes last.
      await delay(this.ms(this.underWay) + (Number(/\d+/.exec(file)) % 8 === 0 ? 10 : 0));
      this.underWay -= 1;
      return this.contentOf(file);
    },
    sizeOf: (file: string): Promise<number> => Promise.resolve(file.length),
  };

  read(file: string): RawFile {
    const end = performance.now() + this.ms(this.blocked);
    this.blocked += 1;
    while (performance.now() < end);
    return this.contentOf(file);
  }

  list = (): never => assert.fail();
  prepare = (): void => undefined;
  kindOf = (): undefined => undefined;
  entries = (): readonly [] => [];

  private contentOf(file: string): RawFile {
    return { bytes: Buffer.from(file) };
  }
}

async function read(reader: Reader, names: readonly string[] = NAMES): Promise<readonly string[]> {
  const seen: string[] = [];
  for await (const [file, raw] of reader.read(names)) {
    assert.equal('bytes' in raw && Buffer.from(raw.bytes).toString(), file);
    seen.push(file);
  }
  return seen;
}

describe('reading many files', () => {
  it('reads several files of a slow disk at once, without blocking, in order', async () => {
    const disk = new SomeDisk(() => 5);
    assert.deepEqual(await read(new Reader(disk)), NAMES);
    assert.equal(disk.most, 16);
    assert.equal(disk.blocked, 16, 'until it is known to be slow');
  });

  it('remembers that the disk is slow', async () => {
    const disk = new SomeDisk(() => 5);
    const reader = new Reader(disk);
    await read(reader);
    await read(reader);
    assert.equal(disk.blocked, 16);
  });

  it('notices that the disk is fast again', async () => {
    const many = Array.from({ length: 1000 }, (_, at) => `f${at}.c`);
    const disk = new SomeDisk((at) => (at < 16 ? 5 : 0));
    assert.deepEqual(await read(new Reader(disk), many), many);
    assert.equal(disk.blocked, 16 + (many.length - 16 - 512));
  });

  it('tries a slow disk sometimes, and continues reading ahead', async () => {
    const many = Array.from({ length: 1200 }, (_, at) => `f${at}.c`);
    const disk = new SomeDisk(() => 3);
    assert.deepEqual(await read(new Reader(disk), many), many);
    assert.equal(disk.blocked, 16 + 2);
  });

  it('reads one file after another from a fast disk', async () => {
    const disk = new SomeDisk(() => 0);
    assert.deepEqual(await read(new Reader(disk)), NAMES);
    assert.equal(disk.blocked, NAMES.length);
  });

  it('does not call a disk slow because of single slow reads, as on a busy machine', async () => {
    const disk = new SomeDisk((at) => (at % 5 === 2 ? 30 : 0));
    assert.deepEqual(await read(new Reader(disk)), NAMES);
    assert.equal(disk.blocked, NAMES.length);
  });

  it('leaves nothing behind when it is cancelled', async () => {
    const disk = new SomeDisk(() => 5);
    for await (const [file] of new Reader(disk).read(NAMES)) if (file === NAMES[20]) break;
    while (disk.underWay > 0) await delay(5);
    assert.ok(disk.blocked <= 16);
  });
});
