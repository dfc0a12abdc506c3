import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { DATA } from '../../../analysis/models/data/index.js';
import { modelRecords } from '../../../analysis/models/index.js';
import { describeRecord, similarNames } from '../../../analysis/report/model.js';

const about = (name: string, user: Parameters<typeof modelRecords>[1] = []): string =>
  modelRecords(name, user).map(describeRecord).join('\n\n');

describe('the description of a name', () => {
  it('lists every role, with what follows from the kind of lock', () => {
    const text = about('mutex_lock_interruptible');
    assert.match(text, /^mutex_lock_interruptible: function or macro$/m);
    assert.match(
      text,
      /^ {2}try: kind mutex, success zero, interruptible \(by default: mode write, arg 0, sleeps\)$/m,
    );
    assert.match(about('cancel_work_sync'), /^ {2}wait: .*\n {2}withoutWait: cancel_work$/m);
  });

  it('gives each fact of a role a line of its own if one line would be too long', () => {
    const text = about('timer_setup');
    assert.match(text, /^ {2}asWork:\n {4}what: timer\n/m);
    assert.match(text, /^ {6}del_timer: cancel_delayed_work\n/m);
    const lines = DATA.flatMap((record) => describeRecord(record).split('\n').slice(1));
    // The text of a macro stays on its line.
    const long = lines.filter(
      (line) => line.length > 150 && !/^ {2}(?:\((?:note|source|seenIn)|  body):/.test(line),
    );
    assert.deepEqual(long, []);
  });

  it('says what a function is in a backtrace, without the name of the field', () => {
    assert.match(about('schedule'), /^ {2}in a backtrace: it says nothing of what the task does$/m);
    assert.match(
      DATA.map(describeRecord).join('\n'),
      /^ {2}in a backtrace: the task waits for a lock \(kind mutex\)$/m,
    );
    assert.doesNotMatch(DATA.map(describeRecord).join('\n'), /\bstack: |\bk machinery\b/);
  });

  it('names the source of the fact', () => {
    assert.match(about('mutex_lock_interruptible'), /^ {2}\(source: \d+\.\d+ \S+:\d+\)$/m);
  });

  it('finds guards, types, fields and lock classes by name', () => {
    assert.match(about('mutex'), /^guard:mutex: guard class$/m);
    assert.match(about('mutex'), /^struct mutex: type$/m);
    assert.match(about('net_device_ops.ndo_open'), /^ {2}locksHeld: net\/core\/rtnetlink\.c:rtnl_mutex$/m);
    assert.match(about('folio.PG_locked'), /^folio\.PG_locked: lock class$/m);
  });

  it("uses the user's record instead of the built-in one", () => {
    const text = about('mutex_lock', [{ name: 'mutex_lock', acquire: { kind: 'rwsem' } }]);
    assert.match(text, /acquire: kind rwsem/);
    assert.doesNotMatch(text, /kind mutex/);
  });

  it('says why a function that locks for its caller has no role', () => {
    assert.match(
      about('drop_super'),
      /^ {2}no role: its body is analysed .*\n(?: .*\n)* {2}\(note: Releases s_umount/m,
    );
  });

  it('is empty for a function whose body is analysed', () => {
    assert.equal(about('acme_take_both'), '');
    assert.ok(similarNames('mutex_lock_inter', DATA).includes('mutex_lock_interruptible'));
  });
});
