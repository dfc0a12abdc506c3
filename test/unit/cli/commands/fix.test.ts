import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { within } from '../../host/temporary.js';
import { lockorder } from '../run.js';
import { CLEAN, CYCLE, FIXED } from '../sources.js';

/** Every verified fix is an edit, whatever is proven of its kind. */
const ALL = '{ "fixes": "all" }';

const FORGOTTEN = `static DEFINE_MUTEX(lock);
int probe(int line);
int ready(int line)
{
	int ret = probe(line);

	mutex_lock(&lock);
	if (probe(ret))
		return ret;
	if (probe(line))
		ret = -EINVAL;
unlock:
	mutex_unlock(&lock);
	return ret;
}
`;

/** An operation that must not sleep, and does so twice: one change mends both. */
const LAMP = `struct lamp { struct led_classdev cdev; struct mutex lock; struct i2c_client *client; };
static void lamp_set(struct led_classdev *cdev, enum led_brightness value)
{
	struct lamp *lamp = container_of(cdev, struct lamp, cdev);

	i2c_smbus_write_byte_data(lamp->client, 1, value);
	mutex_lock(&lamp->lock);
	i2c_smbus_write_byte_data(lamp->client, 2, value);
	mutex_unlock(&lamp->lock);
}

static int lamp_probe(struct i2c_client *client)
{
	struct lamp *lamp = devm_kzalloc(&client->dev, sizeof(*lamp), GFP_KERNEL);

	if (!lamp)
		return -ENOMEM;
	lamp->client = client;
	lamp->cdev.brightness_set = lamp_set;
	return devm_led_classdev_register(&client->dev, &lamp->cdev);
}
`;

/** The second lock is taken in a block of its own: a kind of fix that is not proven. */
const NESTED = `static DEFINE_MUTEX(first);
static DEFINE_MUTEX(second);
static int count;

void one_way(void)
{
	mutex_lock(&first);
	mutex_lock(&second);
	count++;
	mutex_unlock(&second);
	mutex_unlock(&first);
}

void other_way(void)
{
	mutex_lock(&second);
	if (count > 0) {
		mutex_lock(&first);
		count--;
		mutex_unlock(&first);
	}
	mutex_unlock(&second);
}

void once_more(void)
{
	mutex_lock(&first);
	mutex_lock(&second);
	count = 0;
	mutex_unlock(&second);
	mutex_unlock(&first);
}
`;

describe('fix', () => {
  it('prints a unified diff, changes no file, and exits with 1', () =>
    within({ 'a.c': CYCLE, 'lockorder.json': ALL }, async ({ path }) => {
      const { code, out, err } = await lockorder(['fix'], path);
      assert.equal(code, 1);
      assert.match(err, /a\.c:17: Take .*first before .*second/);
      assert.match(out, /^--- a\/a\.c\n\+\+\+ b\/a\.c\n@@ /);
      assert.match(out, /\n-\tdown\(&second\);\n/);
      assert.equal(readFileSync(join(path, 'a.c'), 'utf8'), CYCLE);
    }));

  it('--write changes the files, after which there are no findings', () =>
    within({ 'a.c': CYCLE, 'lockorder.json': ALL }, async ({ path }) => {
      assert.equal((await lockorder(['fix', '--write'], path)).code, 0);
      assert.equal(readFileSync(join(path, 'a.c'), 'utf8'), FIXED);
      assert.equal((await lockorder(['scan'], path)).code, 0);
    }));

  it('--write applies no kind of fix that is not proven, and explain shows it as a suggestion', () =>
    within({ 'a.c': NESTED }, async ({ path }) => {
      const { code, out, err } = await lockorder(['fix', '--write'], path);
      assert.deepEqual({ code, out }, { code: 1, out: '' });
      assert.match(err, /a\.c:18: suggestion: Take .* before .*; lockorder explain \w+ shows it/);
      assert.match(err, /1 suggestion, to be reviewed before use; "fixes": "all"/);
      assert.doesNotMatch(err, /without a fix/);
      assert.equal(readFileSync(join(path, 'a.c'), 'utf8'), NESTED);
      const told = (await lockorder(['explain', 'a.c:18'], path)).out;
      assert.match(told, /^Suggestion: review before use$/m);
      assert.match(told, /^-\t\tmutex_lock\(&first\);$/m);
    }));

  it('--write exchanges two locks beside each other, a proven kind, without a setting', () =>
    within({ 'a.c': CYCLE }, async ({ path }) => {
      assert.equal((await lockorder(['fix', '--write'], path)).code, 0);
      assert.equal(readFileSync(join(path, 'a.c'), 'utf8'), FIXED);
    }));

  it('--write releases a lock that an exit forgets, a proven kind, without a setting', () =>
    within({ 'a.c': FORGOTTEN }, async ({ path }) => {
      assert.equal((await lockorder(['fix', '--write'], path)).code, 0);
      const text = readFileSync(join(path, 'a.c'), 'utf8');
      assert.equal(text, FORGOTTEN.replace('\t\treturn ret;', '\t\tgoto unlock;'));
      assert.equal((await lockorder(['scan'], path)).code, 0);
    }));

  it('explain shows a suggestion as a diff after a scan that kept only its title', () =>
    within({ 'sub/a.c': NESTED }, async ({ path }) => {
      const { out } = await lockorder(['scan', '--format', 'json'], path);
      const [id = ''] = /"id": ?"(\w+)"/.exec(out)?.slice(1) ?? [];
      const told = (await lockorder(['explain', id], path)).out;
      assert.match(told, /^Suggestion: review before use$/m);
      assert.match(told, /^-\t\tmutex_lock\(&first\);$/m);
    }));

  it('keeps encoding, byte order mark and line ends', () =>
    within({ 'lockorder.json': ALL }, async (folder) => {
      const comment = '/* Gr\u00fc\u00dfe */\n';
      const bom = Buffer.from([0xef, 0xbb, 0xbf]);
      const encodings: readonly (readonly [string, (text: string) => Buffer])[] = [
        ['latin.c', (text) => Buffer.from(comment + text, 'latin1')],
        ['bom.c', (text) => Buffer.concat([bom, Buffer.from(comment + text)])],
        ['crlf.c', (text) => Buffer.from((comment + text).replaceAll('\n', '\r\n'))],
      ];
      for (const [name, encode] of encodings) {
        folder.write(name, encode(CYCLE));
        assert.equal((await lockorder(['fix', '--write', name], folder.path)).code, 0, name);
        assert.deepEqual(readFileSync(join(folder.path, name)), encode(FIXED), name);
      }
    }));

  it('tells one change once, with the other findings that it mends', () =>
    within({ 'lamp.c': LAMP }, async ({ path }) => {
      const { err } = await lockorder(['fix'], path);
      const told = err.split('\n').filter((line) => line.includes('brightness_set_blocking'));
      assert.equal(told.length, 1);
      assert.match(told[0] ?? '', /lamp\.c:6: .*; also mends \S*lamp\.c:7/);
    }));

  it('does nothing in clean code', () =>
    within({ 'a.c': CLEAN }, async ({ path }) => {
      assert.deepEqual(await lockorder(['fix'], path), { code: 0, out: '', err: '' });
    }));

  it('fixes only findings of the requested rules', () =>
    within({ 'a.c': CYCLE, 'lockorder.json': ALL }, async ({ path }) => {
      assert.deepEqual(await lockorder(['fix', '--rules', 'self-deadlock'], path), {
        code: 0,
        out: '',
        err: '',
      });
    }));
});
