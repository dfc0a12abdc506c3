import assert from 'node:assert/strict';
import { changedSources, DiskChanges } from '../../../../server/documents/disk-changes.js';

/** A program that lacks `driver/queue.c`, with what it was asked about. */
function program(isBig: boolean): {
  isBig: boolean;
  asked: string[];
  besides(files: readonly string[]): string[];
} {
  const asked: string[] = [];
  return {
    isBig,
    asked,
    besides(files) {
      asked.push(...files);
      return files.some((file) => file.startsWith('driver/')) ? ['driver/queue.c'] : [];
    },
  };
}

describe('sources that changed', () => {
  const files = new Map(['a/old.c', 'a/same.c', 'b/other.c'].map((file) => [file, undefined] as const));
  const contents = { place: { root: '/root' }, view: { program: { files } }, known: [] };
  const changed = (names: readonly string[], below: readonly string[] | undefined): readonly string[] =>
    [...changedSources(names, contents, { below: () => below })].sort();

  it('are those that a folder has and those that it had, if another took its place', () => {
    assert.deepEqual(changed(['a'], ['a/same.c', 'a/new.c']), ['a/new.c', 'a/old.c', 'a/same.c']);
  });

  it('are those that a folder had, if it is gone', () => {
    assert.deepEqual(changed(['a'], undefined), ['a/old.c', 'a/same.c']);
  });

  it('are none, if another kind of file changed', () => {
    assert.deepEqual(changed(['a/note.txt'], []), []);
  });
});

describe('changes on disk', () => {
  it('include unreported files beside them', () => {
    const changes = new DiskChanges();
    changes.note(['driver/device.c'], false);
    assert.deepEqual(changes.take(program(true), new Map()), ['driver/device.c', 'driver/queue.c']);
    assert.deepEqual(changes.take(program(true), new Map()), []);
  });

  it('look beside a document once while it is open', () => {
    const changes = new DiskChanges();
    const open = new Map([['driver/device.c', 0]]);
    assert.deepEqual(changes.take(program(true), open), ['driver/queue.c']);
    const second = program(true);
    assert.deepEqual(changes.take(second, open), []);
    assert.deepEqual(second.asked, []);
    changes.take(program(true), new Map());
    assert.deepEqual(changes.take(program(true), open), ['driver/queue.c']);
  });

  it('look beside a document only if the program covers more than the document', () => {
    const changes = new DiskChanges();
    const open = new Map([['driver/device.c', 0]]);
    assert.deepEqual(changes.take(program(false), open), []);
    assert.deepEqual(changes.take(program(true), open), ['driver/queue.c']);
  });
});
