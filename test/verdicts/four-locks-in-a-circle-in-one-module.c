// a mistake: lock-order-cycle
//- dev.h
struct disk_map { struct mutex lock; int n; };
struct disk_journal { struct mutex lock; int n; };
struct disk_dev;
struct disk_zone { struct mutex lock; struct disk_dev *dev; int wp; };
struct disk_dev { struct rw_semaphore geom; struct disk_map map; struct disk_journal jrn; struct disk_zone zones[4]; };
void map_set(struct disk_map *m, int v);
void journal_add(struct disk_journal *j, int v);
void zone_reset(struct disk_zone *z);
void geom_account(struct disk_dev *d, int v);
//- zone.c
#include "dev.h"
static int zone_append(struct disk_zone *z, int v)
{
	if (z->wp >= 64)
		return -ENOSPC;
	journal_add(&z->dev->jrn, v);
	return 0;
}

int dev_write(struct disk_dev *d, int zone, int v)
{
	struct disk_zone *z = &d->zones[zone];
	int ret;

	mutex_lock(&z->lock);
	ret = zone_append(z, v);
	mutex_unlock(&z->lock);
	return ret;
}

void zone_reset(struct disk_zone *z)
{
	mutex_lock(&z->lock);
	z->wp = 0;
	mutex_unlock(&z->lock);
}
//- journal.c
#include "dev.h"
void journal_add(struct disk_journal *j, int v)
{
	mutex_lock(&j->lock);
	j->n += v;
	mutex_unlock(&j->lock);
}

void journal_replay(struct disk_dev *d)
{
	mutex_lock(&d->jrn.lock);
	map_set(&d->map, d->jrn.n);
	mutex_unlock(&d->jrn.lock);
}
//- map.c
#include "dev.h"
void map_set(struct disk_map *m, int v)
{
	mutex_lock(&m->lock);
	m->n = v;
	mutex_unlock(&m->lock);
}

void dev_trim(struct disk_dev *d)
{
	mutex_lock(&d->map.lock);
	geom_account(d, d->map.n);
	mutex_unlock(&d->map.lock);
}
//- main.c
#include "dev.h"
void geom_account(struct disk_dev *d, int v)
{
	down_write(&d->geom);
	d->zones[0].wp = v;
	up_write(&d->geom);
}

void dev_reset(struct disk_dev *d)
{
	int i;

	down_write(&d->geom);
	for (i = 0; i < 4; i++)
		zone_reset(&d->zones[i]);
	up_write(&d->geom);
}
