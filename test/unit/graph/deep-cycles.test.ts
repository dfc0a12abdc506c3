import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { snapshotOf } from './support.js';

const FILES = 3;
const HEADER = `struct dev { struct mutex a; struct mutex b; struct mutex c; struct mutex d; int n; };
`;

interface Shape {
  /** What stands before the call in each function on the way. */
  readonly before?: string;
  readonly call?: (name: string) => string;
}

/** A chain of `calls` calls from a function that holds `from` to one that takes `to`, spread over files. */
function chain(name: string, from: string, to: string, calls: number, shape: Shape = {}): string[] {
  const files = Array.from({ length: FILES }, () => '');
  const { before = '', call = (next: string) => `${next}(dev);` } = shape;
  const lock = (field: string, inside: string): string =>
    `\tmutex_lock(&dev->${field});\n\t${inside}\n\tmutex_unlock(&dev->${field});\n`;
  for (let i = 0; i <= calls; i++) {
    const next = `${name}${i + 1}`;
    const body =
      i === 0
        ? lock(
            from,
            calls === 0 ? `mutex_lock(&dev->${to}); dev->n++; mutex_unlock(&dev->${to});` : `${next}(dev);`,
          )
        : i === calls
          ? lock(to, 'dev->n++;')
          : `\t${before}\n\t${call(next)}\n`;
    files[i % FILES] += `int ${name}${i}(struct dev *dev)\n{\n${body}\treturn 0;\n}\n`;
  }
  return files;
}

/** The cycles of chains whose functions a header of their own folder declares: only the folder calls them. */
async function cyclesIn(...chains: readonly (readonly string[])[]): Promise<readonly string[]> {
  return cyclesWith('drivers/x/dev.h', ...chains);
}

async function cyclesWith(
  place: string,
  ...chains: readonly (readonly string[])[]
): Promise<readonly string[]> {
  const names = chains
    .flat()
    .join('\n')
    .matchAll(/^int (\w+)\(struct dev \*dev\)$/gm);
  const header = `${HEADER}${[...names].map(([, name]) => `int ${name}(struct dev *dev);\n`).join('')}`;
  const sources: Record<string, string> = { [place]: header };
  for (let i = 0; i < FILES; i++)
    sources[`drivers/x/part${i}.c`] =
      `#include ${place.startsWith('include/') ? '<linux/dev.h>' : '"dev.h"'}\n${chains.map((files) => files[i] ?? '').join('')}`;
  const { findings } = await snapshotOf(sources);
  return findings
    .filter(({ rule }) => rule === 'lock-order-cycle')
    .map(({ confidence, locks }) => `${confidence} ${[...locks].sort().join(' ')}`);
}

describe('lock cycles through calls', () => {
  for (const calls of [1, 2, 3, 4, 6, 12, 40]) {
    it(`are found with ${calls} calls between the two locks`, async () => {
      assert.deepEqual(await cyclesIn(chain('f', 'a', 'b', calls), chain('g', 'b', 'a', 0)), [
        'high dev.a dev.b',
      ]);
    });

    it(`are not reported with ${calls} calls between locks in one order`, async () => {
      assert.deepEqual(await cyclesIn(chain('f', 'a', 'b', calls), chain('g', 'a', 'b', 0)), []);
    });
  }

  it('are found if each function on the path checks for NULL or an error', async () => {
    const shape = {
      before: 'if (!dev)\n\t\treturn -EINVAL;',
      call: (next: string) => `int ret = ${next}(dev);\n\tif (ret < 0)\n\t\treturn ret;`,
    };
    assert.deepEqual(await cyclesIn(chain('f', 'a', 'b', 6, shape), chain('g', 'b', 'a', 0)), [
      'high dev.a dev.b',
    ]);
  });

  it('have less confidence if functions that others may call test the state of an object on the path', async () => {
    const shape = { call: (next: string) => `if (dev->n > 3)\n\t\t${next}(dev);` };
    const chains = [chain('f', 'a', 'b', 4, shape), chain('g', 'b', 'a', 0)];
    assert.deepEqual(await cyclesWith('include/linux/dev.h', ...chains), ['medium dev.a dev.b']);
    assert.deepEqual(await cyclesIn(...chains), ['high dev.a dev.b']);
  });

  it('are found with long call paths on both sides', async () => {
    assert.deepEqual(await cyclesIn(chain('f', 'a', 'b', 7), chain('g', 'b', 'a', 9)), ['high dev.a dev.b']);
  });

  it('are not reported if the lock is released on the path', async () => {
    const dropped = chain('f', 'a', 'b', 6).map((text) =>
      text.replace('\t\n\tf4(dev);', '\tmutex_unlock(&dev->a);\n\tf4(dev);\n\tmutex_lock(&dev->a);'),
    );
    assert.match(dropped.join(''), /unlock\(&dev->a\);\n\tf4/);
    assert.deepEqual(await cyclesIn(dropped, chain('g', 'b', 'a', 0)), []);
  });

  it('are found over four classes, each a few calls from the next', async () => {
    const sides = (calls: number): readonly string[][] => [
      chain('f', 'a', 'b', calls),
      chain('g', 'b', 'c', calls),
      chain('h', 'c', 'd', calls),
    ];
    for (const calls of [0, 1, 2, 3]) {
      assert.deepEqual(await cyclesIn(...sides(calls), chain('i', 'd', 'a', calls)), [
        'high dev.a dev.b dev.c dev.d',
      ]);
      assert.deepEqual(await cyclesIn(...sides(calls), chain('i', 'a', 'd', calls)), []);
    }
  });
});
