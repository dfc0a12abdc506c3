// correct
// A shard that is busy is skipped, behind its release.
struct shard {
	struct rw_semaphore sem;
	unsigned int nr;
};

static struct shard shards[8];
static unsigned int busy;

static bool shard_claim(struct shard *s)
{
	if (down_write_trylock(&s->sem))
		return true;
	busy++;
	return false;
}

void shards_collect(void)
{
	struct shard *s;

	for (s = shards; s < shards + 8; s++) {
		if (!s->nr)
			continue;
		if (!shard_claim(s))
			goto next;
		s->nr = 0;
		up_write(&s->sem);
next:
		busy++;
	}
}
EXPORT_SYMBOL(shards_collect);
