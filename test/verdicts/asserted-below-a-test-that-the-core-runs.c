// correct
// register_codec() runs the test of a codec with the lock of the list held.
struct codec { int (*selftest)(struct codec *c); struct list_head node; int level; };
static DEFINE_MUTEX(codecs_lock);
static LIST_HEAD(codecs);

static void codec_level(struct codec *c, int level)
{
	lockdep_assert_held(&codecs_lock);
	c->level = level;
}

static int codec_start(struct codec *c)
{
	codec_level(c, 1);
	return 0;
}

int __init codec_selftest(struct codec *c)
{
	return codec_start(c);
}

static struct codec flat = { .selftest = codec_selftest };

int register_codec(struct codec *c)
{
	int ret;

	mutex_lock(&codecs_lock);
	codec_level(c, 0);
	ret = c->selftest(c);
	list_add(&c->node, &codecs);
	mutex_unlock(&codecs_lock);
	return ret;
}

int register_flat(void)
{
	return register_codec(&flat);
}
