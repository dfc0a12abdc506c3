// a mistake: lock-order-cycle
//- pipe.h
struct pipe { struct mutex graph; struct list_head ents; int gen; };
struct ent;
struct ent_ops { int (*prepare)(struct ent *e); int (*set)(struct ent *e, int v); };
struct ent { struct mutex lock; struct list_head node; struct pipe *pipe; const struct ent_ops *ops; int seen; };
void ent_event(struct ent *e, int ev);
void pipe_changed(struct pipe *p, struct ent *e);
//- ent.c
#include "pipe.h"
int ent_set(struct ent *e, int v)
{
	int ret;

	mutex_lock(&e->lock);
	ret = e->ops->set(e, v);
	mutex_unlock(&e->lock);
	return ret;
}

void ent_event(struct ent *e, int ev)
{
	switch (ev) {
	case 1:
		pipe_changed(e->pipe, e);
		break;
	}
}
//- pipe.c
#include "pipe.h"
int pipe_start(struct pipe *p)
{
	struct ent *e;
	int ret = 0;

	mutex_lock(&p->graph);
	list_for_each_entry(e, &p->ents, node) {
		ret = e->ops->prepare(e);
		if (ret)
			break;
	}
	mutex_unlock(&p->graph);
	return ret;
}

void pipe_changed(struct pipe *p, struct ent *e)
{
	mutex_lock(&p->graph);
	e->seen = p->gen++;
	mutex_unlock(&p->graph);
}
//- scaler.c
#include "pipe.h"
struct scaler { int step; struct ent ent; };

static void scaler_recalc(struct scaler *s, int v)
{
	if (s->step == v)
		return;
	s->step = v;
	ent_event(&s->ent, 1);
}

static int scaler_set(struct ent *e, int v)
{
	scaler_recalc(container_of(e, struct scaler, ent), v);
	return 0;
}

static int scaler_prepare(struct ent *e)
{
	mutex_lock(&e->lock);
	e->seen = 0;
	mutex_unlock(&e->lock);
	return 0;
}

static const struct ent_ops scaler_ops = { .prepare = scaler_prepare, .set = scaler_set };
