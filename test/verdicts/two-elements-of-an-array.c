// a mistake: lock-order-cycle
struct port { struct mutex lock; int speed; };
static struct port ports[4];
int ports_link(int a, int b)
{
	mutex_lock(&ports[a].lock);
	mutex_lock(&ports[b].lock);
	ports[b].speed = ports[a].speed;
	mutex_unlock(&ports[b].lock);
	mutex_unlock(&ports[a].lock);
	return 0;
}
EXPORT_SYMBOL(ports_link);
