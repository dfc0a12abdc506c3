// a mistake: sleep-in-atomic
//- sub.h
struct sub;
struct sub_video { int (*s_stream)(struct sub *sd, int on); };
struct sub_core { int (*log)(struct sub *sd); };
struct sub_ops { const struct sub_core *core; const struct sub_video *video; };
struct sub { spinlock_t lock; const struct sub_ops *ops; int on; };
#define sub_call(sd, o, f, args...)					\
	({								\
		struct sub *__sd = (sd);				\
		int __result;						\
		if (!__sd)						\
			__result = -ENODEV;				\
		else if (!(__sd->ops->o && __sd->ops->o->f))		\
			__result = -ENOIOCTLCMD;			\
		else							\
			__result = __sd->ops->o->f(__sd, ##args);	\
		__result;						\
	})
//- cam.c
#include "sub.h"
static int cam_log(struct sub *sd)
{
	return 0;
}
static int cam_stream(struct sub *sd, int on)
{
	msleep(10);
	sd->on = on;
	return 0;
}
static const struct sub_core cam_core = { .log = cam_log };
static const struct sub_video cam_video = { .s_stream = cam_stream };
static const struct sub_ops cam_ops = { .core = &cam_core, .video = &cam_video };
void cam_probe(struct sub *sd)
{
	spin_lock_init(&sd->lock);
	sd->ops = &cam_ops;
}
EXPORT_SYMBOL(cam_probe);
//- main.c
#include "sub.h"
int cam_start(struct sub *sd)
{
	int ret;

	spin_lock(&sd->lock);
	ret = sub_call(sd, video, s_stream, 1);
	spin_unlock(&sd->lock);
	return ret;
}
EXPORT_SYMBOL(cam_start);
