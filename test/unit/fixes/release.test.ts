import assert from 'node:assert/strict';
import { fixesIn } from './support.js';

const HEAD = `
#define EBUSY 16
#define EINVAL 22
#define NULL ((void *)0)
struct room { struct mutex key; int guests; int places; struct kref users; };
int room_map(struct room *r, int n);
`;

/** A function whose error path forgets the lock in the given way. */
function withExit(lines: string, end = 'mutex_unlock(&r->key);\n\treturn err;', returns = 'int'): string {
  return `${HEAD}
${returns} room_enter(struct room *r, int n)
{
	int err;

	mutex_lock(&r->key);
	r->places = n;
	${lines}
	if (n < 0) {
		mutex_unlock(&r->key);
		return${returns === 'void' ? '' : ' -EINVAL'};
	}
	err = 0;
	${end}
}
`;
}

async function kindsIn(text: string): Promise<string[]> {
  const found = await fixesIn({ 'a.c': text }, 'missing-unlock');
  return found.flatMap(({ fixes }) => fixes.map(({ kind }) => kind));
}

describe('the kind of a repair that releases a lock', () => {
  for (const [shape, lines] of [
    ['a constant', 'if (n > 4)\n\t\treturn -EBUSY;'],
    [
      'a constant behind a message',
      'if (n > 4) {\n\t\tpr_err("full\\n");\n\t\treturn -EBUSY; /* full */\n\t}',
    ],
    ['the result of a call', 'err = room_map(r, n);\n\tif (err)\n\t\treturn err;'],
    ['the result of a call in the test', 'if ((err = room_map(r, n)) < 0)\n\t\treturn err;'],
    ['an else', 'if (n < 5)\n\t\tr->guests += n;\n\telse\n\t\treturn -EBUSY;'],
  ] as const)
    it(`is release-on-error if the exit returns ${shape}`, async () => {
      assert.deepEqual(await kindsIn(withExit(lines)), ['release-on-error']);
    });

  it('is release-on-error if a jump goes past the release to a return of the error', async () => {
    const end = 'mutex_unlock(&r->key);\nout:\n\treturn err;';
    const lines = 'err = room_map(r, n);\n\tif (err)\n\t\tgoto out;';
    assert.deepEqual(await kindsIn(withExit(lines, end)), ['release-on-error']);
  });

  it('is release if more than four exits forget it', async () => {
    const lines = [4, 5, 6, 7, 8].map((most) => `if (n == ${most})\n\t\treturn -EBUSY;`).join('\n\t');
    assert.deepEqual(await kindsIn(withExit(lines)), ['release']);
  });

  it('is release if nothing is returned', async () => {
    const text = withExit('if (n > 4)\n\t\treturn;', 'mutex_unlock(&r->key);', 'void');
    assert.deepEqual(await kindsIn(text), ['release']);
  });

  for (const [shape, helper] of [
    ['', 'static int room_leave(struct room *r) { return room_tell(r, room_gone); }'],
    [
      ' below others',
      'static int room_drop(struct room *r) { return room_tell(r, room_gone); }\nstatic int room_leave(struct room *r) { return room_drop(r); }',
    ],
  ] as const)
    it(`is release if the tested call hands a function on${shape}`, async () => {
      const lines = 'if (room_leave(r))\n\t\treturn -EBUSY;';
      const text = withExit(lines).replace(
        HEAD,
        `${HEAD}int room_tell(struct room *r, void (*gone)(struct room *));\nstatic void room_gone(struct room *r) { r->places = 0; }\n${helper}\n`,
      );
      assert.deepEqual(await kindsIn(text), ['release']);
    });

  for (const [shape, helper] of [
    ['', 'static int room_leave(struct room *r) { return kref_put(&r->users, room_gone); }'],
    [
      ' below others',
      'static int room_drop(struct room *r) { return kref_put(&r->users, room_gone); }\nstatic int room_leave(struct room *r) { return room_drop(r); }',
    ],
  ] as const)
    it(`is none if the tested call may drop the last reference${shape}`, async () => {
      const text = withExit('if (room_leave(r))\n\t\treturn -EBUSY;').replace(
        HEAD,
        `${HEAD}static void room_gone(struct kref *k) { k->refs = 0; }\n${helper}\n`,
      );
      assert.deepEqual(await kindsIn(text), []);
    });

  it('is release if the other releases are followed by one more call that ends something', async () => {
    const lines =
      'if (n > 9) {\n\t\tmutex_unlock(&r->key);\n\t\troom_unmap(r);\n\t\treturn -EBUSY;\n\t}\n\tif (n > 4)\n\t\treturn -EBUSY;';
    const text = withExit(lines, 'mutex_unlock(&r->key);\n\troom_unmap(r);\n\treturn err;')
      .replace('\tif (n < 0) {\n\t\tmutex_unlock(&r->key);\n\t\treturn -EINVAL;\n\t}\n', '')
      .replace(HEAD, `${HEAD}void room_unmap(struct room *r);\n`);
    assert.deepEqual(await kindsIn(text), ['release']);
  });

  it('is release-on-error if only one of the other releases is followed by another call', async () => {
    const text = withExit(
      'if (n > 4)\n\t\treturn -EBUSY;',
      'mutex_unlock(&r->key);\n\troom_unmap(r);\n\treturn err;',
    );
    assert.deepEqual(await kindsIn(text), ['release-on-error']);
  });

  it('is release if a later test uses the result of a call that receives a function', async () => {
    const lines = 'err = room_each(r, room_look);\n\tr->guests++;\n\tif (err)\n\t\treturn err;';
    const text = withExit(lines).replace(
      HEAD,
      `${HEAD}int room_each(struct room *r, int (*look)(struct room *));\nstatic int room_look(struct room *r) { return r->places; }\n`,
    );
    assert.deepEqual(await kindsIn(text), ['release']);
  });
});
