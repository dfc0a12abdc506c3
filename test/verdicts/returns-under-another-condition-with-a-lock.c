// a mistake: missing-unlock
struct base {
	unsigned long no;
};

struct volume {
	struct mutex lock;
};

#define FILE_MFT 0
#define FILE_BAD 8

int find_record(struct volume *vol, struct base *base);

// The early return tests for another number.
int record_alloc(struct volume *vol, struct base *base)
{
	int bit;

	if (base->no != FILE_MFT)
		mutex_lock(&vol->lock);
	bit = find_record(vol, base);
	if (base->no == FILE_BAD)
		return -EIO;
	if (base->no != FILE_MFT)
		mutex_unlock(&vol->lock);
	return bit;
}
