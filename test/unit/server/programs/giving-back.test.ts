import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, it } from 'mocha';
import { Compiler } from '../../../../host/compile.js';
import { createNodeParser } from '../../../../host/node/parser.js';
import { nodeEnvironment } from '../../../../server/environment/node.js';
import { OpenFile } from '../../../../server/documents/open-file.js';
import { Root } from '../../../../server/programs/root.js';
import { Scheduler } from '../../../../server/programs/scheduling.js';
import { DEFAULT_SETTINGS } from '../../../../server/settings.js';
import { collect } from '../../../support/memory.js';
import { within, type Temporary } from '../../host/temporary.js';

const FOLDERS = 12;
const LATER_MS = 50;
const PATIENCE_MS = 120_000;

/** Folders with a header and two files each, one of which takes two locks the wrong way around. */
function files(): Record<string, string> {
  const all: Record<string, string> = {};
  for (let folder = 0; folder < FOLDERS; folder += 1) {
    const body = (first: string, second: string): string =>
      `mutex_lock(&d->${first}); mutex_lock(&d->${second}); mutex_unlock(&d->${second}); mutex_unlock(&d->${first});`;
    all[`d${folder}/dev.h`] = `struct dev${folder} { struct mutex a, b; };\n`;
    all[`d${folder}/open.c`] = `#include "dev.h"\nvoid one(struct dev${folder} *d) { ${body('a', 'b')} }\n`;
    all[`d${folder}/beside.c`] = `#include "dev.h"\nvoid two(struct dev${folder} *d) { ${body('b', 'a')} }\n`;
  }
  return all;
}

async function until(isSo: () => boolean): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (!isSo()) {
    assert.ok(performance.now() < end, 'the condition does not come true in time');
    await sleep(5);
  }
}

function isCollected(reference: WeakRef<object>): boolean {
  collect();
  return reference.deref() === undefined;
}

describe('a root whose documents were closed', function () {
  this.timeout(4 * PATIENCE_MS);

  async function rooted(folder: Temporary, use: (root: Root) => Promise<void>): Promise<void> {
    const environment = nodeEnvironment();
    const parser = await createNodeParser();
    const root = new Root(
      {
        place: { root: folder.path, scope: folder.path, isSourceTree: false },
        settings: DEFAULT_SETTINGS,
        config: {},
        environment,
        scheduler: new Scheduler(),
        compiler: new Compiler([], parser),
        parser,
        cacheFolder: `${folder.path}/.cache`,
      },
      {
        published: () => undefined,
        progressed: () => undefined,
        grown: () => undefined,
        limited: () => undefined,
        failed: (_, reason) => assert.fail(String(reason)),
      },
      LATER_MS,
    );
    try {
      await use(root);
    } finally {
      await root.dispose();
    }
  }

  const all = files();
  const nameOf = (folder: number): string => `d${folder}/open.c`;
  const open = (root: Root, folder: number): void =>
    root.edit(new OpenFile(root.uriOf(nameOf(folder)), nameOf(folder), all[nameOf(folder)] ?? '', 1));
  const known = (root: Root): readonly string[] => [...(root.view?.program.files.keys() ?? [])].sort();
  const isSettled = (root: Root): boolean =>
    !root.isBusy && root.loading === undefined && root.extent?.level === 'folders';

  it('frees what was read for them, and keeps what open ones need', () =>
    within(all, (folder) =>
      rooted(folder, async (root) => {
        for (let each = 0; each < FOLDERS; each += 1) open(root, each);
        await until(() => isSettled(root) && known(root).length === 3 * FOLDERS);
        const program = new WeakRef(root.view?.program ?? {});
        for (let each = 1; each < FOLDERS; each += 1) root.close(nameOf(each));
        await until(() => isSettled(root) && known(root).length < 3 * FOLDERS);
        assert.deepEqual(known(root), ['d0/beside.c', 'd0/dev.h', 'd0/open.c']);
        assert.deepEqual(
          root.view?.findings.map(({ rule }) => rule),
          ['lock-order-cycle'],
        );
        await until(() => isCollected(program));
      }),
    ));

  it('frees everything if none is open, and starts again with the next one', () =>
    within(all, (folder) =>
      rooted(folder, async (root) => {
        open(root, 0);
        await until(() => isSettled(root) && root.view?.findings.length === 1);
        const program = new WeakRef(root.view?.program ?? {});
        root.close(nameOf(0));
        await until(() => root.view === undefined);
        assert.equal(root.extent, undefined);
        await until(() => isCollected(program));
        open(root, 1);
        await until(() => isSettled(root) && root.view?.findings.length === 1);
        assert.deepEqual(known(root), ['d1/beside.c', 'd1/dev.h', 'd1/open.c']);
      }),
    ));

  it('keeps a program that is not much larger than open documents need', () =>
    within(all, (folder) =>
      rooted(folder, async (root) => {
        open(root, 0);
        open(root, 1);
        await until(() => isSettled(root) && known(root).length === 6);
        const isAsked = new Promise<void>((resolve) => {
          const giveBack = root.giveBack.bind(root);
          root.giveBack = () => {
            giveBack();
            resolve();
          };
        });
        root.close(nameOf(0));
        await isAsked;
        // One of two is not worth the work.
        assert.equal(isSettled(root), true);
        assert.equal(known(root).length, 6);
      }),
    ));
});
