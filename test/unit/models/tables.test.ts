import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  BUILT_IN,
  BUILT_IN_HASH,
  recordsWith,
  subjectOf,
} from '../../../analysis/models/records/built-in.js';
import { DATA } from '../../../analysis/models/data/index.js';
import { createModels } from '../../../analysis/models/index.js';
import { recordErrors } from '../../../analysis/models/records/schema.js';
import type { LockApi } from '../../../analysis/models/types.js';
import { filesUnder, read } from '../../support/sources.js';

const lockApis = [...BUILT_IN.locks].filter(([name, api]) => name === api.name).map(([, api]) => api);
const others = [...BUILT_IN.events.values()];
const { operations } = BUILT_IN;

/** What makes two rows name the same lock, the instance apart. */
const lockOf = (api: LockApi): string =>
  `${api.kind} ${api.implicit ?? api.lockClass ?? api.path?.replace(/^RET/, '') ?? ''}`;

describe('model tables', () => {
  it('contain one record per subject', () => {
    const seen = new Set<string>();
    const twice = DATA.map(subjectOf).filter((subject) => seen.has(subject) || !seen.add(subject));
    assert.deepEqual(twice, []);
  });

  it('contain only records that the schema of lockorder.json accepts', () => {
    const wrong = DATA.flatMap((record) =>
      recordErrors(record).map(({ path, message }) => `${subjectOf(record)}: ${path.join('.')}: ${message}`),
    );
    assert.deepEqual(wrong, []);
  });

  it('read every data file', () => {
    const index = read('analysis/models/data/index.ts') + read('analysis/models/records/older.ts');
    const unread = filesUnder('analysis/models/data')
      .filter((file) => file.endsWith('.json'))
      .filter((file) => !index.includes(`/${file.replace('analysis/models/data/', '')}'`));
    assert.deepEqual(unread, []);
  });

  it('give a function at most one role among lock operations and events, or what it calls back, registers, completes or waits to be left beside its own lock', () => {
    const roles = `acquire try release downgrade assertHeld assertNotHeld mightAcquire transient init
      wait complete sleep context query register free`.split(/\s+/);
    const several = DATA.filter((record) => 'name' in record)
      .filter((record) => roles.filter((role) => role in record).length > 1)
      .filter((record) => !('transient' in record && (record.wait ?? record.register)?.callsBack === true))
      .filter((record) => !('transient' in record && record.register?.ontoArg !== undefined))
      .filter((record) => !(('transient' in record || 'release' in record) && record.complete !== undefined))
      .filter((record) => !('transient' in record && record.wait?.awaits === 'kernfs'))
      .map(({ name }) => name);
    assert.deepEqual(several, []);
  });

  it('change the hash with every fact, whatever it is about', () => {
    const user = [
      { class: 'acme.lock', words: ['acme lock'] },
      { field: 'acme_ops.open', runsIn: 'process' },
    ] as const;
    const hashes = [BUILT_IN_HASH, ...user.map((record) => createModels([record]).hash)];
    assert.equal(new Set(hashes).size, hashes.length);
  });

  it('replace a record by the user record with the same subject', () => {
    const own = { name: 'mutex_lock', inert: true } as const;
    const about = recordsWith([own]).filter((record) => 'name' in record && record.name === 'mutex_lock');
    assert.deepEqual(about, [own]);
  });

  it('contain every table', () => {
    assert.ok(lockApis.length >= 750, String(lockApis.length));
    assert.ok(lockApis.filter((api) => api.isLockSite).length >= 550);
    assert.ok(others.length >= 650, String(others.length));
    assert.ok(operations.size >= 500, String(operations.size));
  });

  it('count acquire, try and release as lock sites, and nothing else', () => {
    for (const api of lockApis) {
      assert.equal(api.isLockSite, ['acquire', 'try', 'release'].includes(api.op), api.name);
    }
  });

  it('name the lock of every row: an argument, the return value, or a class', () => {
    for (const api of lockApis) {
      const named = Number(api.arg !== undefined) + Number(api.path?.startsWith('RET') === true);
      assert.equal(named + Number(api.implicit !== undefined), 1, api.name);
    }
  });

  it('write paths in one syntax', () => {
    for (const api of lockApis) {
      if (api.path !== undefined) assert.match(api.path, /^(\*|(RET)?(->\w+([.]\w+|->\w+)*)?)$/, api.name);
    }
  });

  it('say for every try when the lock is held, and whether it waits', () => {
    for (const api of lockApis.filter(({ op }) => op === 'try')) {
      assert.ok(api.success !== undefined, api.name);
      assert.notEqual(api.nonBlocking === true, api.interruptible === true, api.name);
    }
    for (const api of lockApis.filter(({ op }) => op !== 'try')) {
      assert.equal(api.nonBlocking ?? api.interruptible, undefined, api.name);
      // What always takes its lock may say that it always returns zero.
      assert.ok(api.success === undefined || (api.op === 'acquire' && api.success === 'zero'), api.name);
    }
  });

  it('have a release for every lock that can be acquired, in the same mode', () => {
    const released = new Set(
      lockApis
        .filter(({ op }) => op === 'release')
        .flatMap((api) =>
          (api.anyMode === true ? ['read', 'write'] : [api.mode]).map((mode) => `${lockOf(api)} ${mode}`),
        ),
    );
    const stuck = lockApis
      .filter((api) => (api.op === 'acquire' || api.op === 'try') && !/^(cond_)?guard:/.test(api.name))
      .filter((api) => !released.has(`${lockOf(api)} ${api.mode}`));
    // Returned page-table locks are released as plain spinlocks.
    assert.deepEqual(
      stuck.map(({ name, path }) => [name, path]).filter(([, path]) => path !== '*'),
      [],
    );
  });

  it('restore interrupts for everything that saves them', () => {
    const ends: Record<string, string> = { save: 'restore', disable: 'enable' };
    for (const api of lockApis.filter(
      ({ op, irq, name }) => op === 'acquire' && irq !== undefined && !name.startsWith('guard:'),
    )) {
      const end = ends[api.irq ?? ''];
      const partner = lockApis.some(
        (other) =>
          other.op === 'release' &&
          lockOf(other) === lockOf(api) &&
          other.irq === end &&
          other.kind === api.kind,
      );
      assert.ok(partner, api.name);
    }
  });

  it('contain no sleeping lock that is acquired in atomic context', () => {
    for (const api of lockApis) assert.ok(!(api.atomic === true && api.sleeps === true), api.name);
  });

  it('say what every wait awaits, and what every context switch does', () => {
    for (const api of others) {
      if (api.k === 'wait') assert.ok(api.awaits !== undefined, api.name);
      if (api.k === 'context' && api.acquireContext === undefined)
        assert.ok(api.context !== undefined && api.change !== undefined, api.name);
      const isHandlerNamed = (api.ontoArg ?? api.queueName ?? api.inTurn ?? api.callsBack) === undefined;
      if (api.k === 'register' && isHandlerNamed)
        assert.ok((api.handlerArg ?? api.tableArg) !== undefined && api.runsIn !== undefined, api.name);
      if (api.k === 'free') assert.ok(api.arg !== undefined, api.name);
    }
  });

  it('give locks held at entry as class ids with a mode', () => {
    for (const [field, { locksHeld }] of operations) {
      for (const held of locksHeld) assert.match(held, /^[\w./:-]+(\((read|write)\))?(\|[\w./:-]+)*$/, field);
    }
  });
});
