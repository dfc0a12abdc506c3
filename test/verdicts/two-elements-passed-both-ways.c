// a mistake: lock-order-cycle
struct port { struct mutex lock; int speed; };
static struct port ports[4];
static int ports_link(int a, int b)
{
	mutex_lock(&ports[a].lock);
	mutex_lock_nested(&ports[b].lock, SINGLE_DEPTH_NESTING);
	ports[b].speed = ports[a].speed;
	mutex_unlock(&ports[b].lock);
	mutex_unlock(&ports[a].lock);
	return 0;
}

static int __init ports_init(void)
{
	int i;

	for (i = 0; i < 4; i++)
		mutex_init(&ports[i].lock);
	ports_link(0, 1);
	ports_link(1, 0);
	return 0;
}
module_init(ports_init);
