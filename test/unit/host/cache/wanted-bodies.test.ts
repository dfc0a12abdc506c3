import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import type { Snapshot } from '../../../../analysis/workspace/index.js';
import { Project } from '../../../../host/node/project.js';
import { type Temporary, within } from '../temporary.js';

/** open() deadlocks through close(). Only one callee after the other shows that they lock for it. */
const DOOR = `#include <linux/mutex.h>
struct door { struct mutex lock; int n; };
static void take(struct door *door) { mutex_lock(&door->lock); }
static void grab(struct door *door) { take(door); }
static void hold(struct door *door) { grab(door); }
static void close(struct door *door)
{
	hold(door);
	mutex_unlock(&door->lock);
}
void open(struct door *door)
{
	mutex_lock(&door->lock);
	close(door);
	mutex_unlock(&door->lock);
}
`;

interface Scan {
  readonly findings: Snapshot['findings'];
  /** How often the analysis asked for bodies. */
  readonly rounds: number;
}

async function scan(folder: Temporary, cache?: string, part = '.'): Promise<Scan> {
  const root = join(folder.path, 'tree');
  const project = await Project.open({
    root,
    paths: [join(root, part)],
    config: {},
    confidence: 'low',
    jobs: 1,
    ...(cache === undefined ? {} : { cache: join(folder.path, cache) }),
  });
  try {
    await project.load();
    let rounds = 0;
    const { findings } = await project.analyse({ onRound: () => rounds++ });
    return { findings, rounds };
  } finally {
    await project.close();
  }
}

describe('the bodies that an earlier scan demanded', () => {
  it('are there at the beginning of the next one', () =>
    within({ 'tree/door.c': DOOR }, async (folder) => {
      const first = await scan(folder, 'cache');
      assert.ok(first.rounds > 1 && first.findings.length > 0);
      folder.write('tree/door.c', DOOR.replace('int n;', 'int n, m;'));
      const second = await scan(folder, 'cache');
      assert.equal(second.rounds, 1);
      assert.deepEqual(second.findings, (await scan(folder)).findings);
    }));

  it('are there for a part of what was scanned, and remembered next to others', () =>
    within({ 'tree/a/door.c': DOOR, 'tree/b/door.c': DOOR }, async (folder) => {
      await scan(folder, 'cache');
      assert.equal((await scan(folder, 'cache', 'a')).rounds, 1);
      assert.equal((await scan(folder, 'cache')).rounds, 1);
    }));

  it('change no finding when they are no longer needed', () =>
    within({ 'tree/door.c': DOOR }, async (folder) => {
      await scan(folder, 'cache');
      folder.write('tree/door.c', DOOR.replace('{ mutex_lock(&door->lock); }', '{ door->n++; }'));
      assert.deepEqual((await scan(folder, 'cache')).findings, (await scan(folder)).findings);
    }));

  it('may be gone, together with their file', () =>
    within({ 'tree/door.c': DOOR, 'tree/other.c': 'int other;\n' }, async (folder) => {
      await scan(folder, 'cache');
      rmSync(join(folder.path, 'tree/door.c'));
      assert.deepEqual((await scan(folder, 'cache')).findings, []);
    }));
});
