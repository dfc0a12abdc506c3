// correct
//- drivers/relay/relay.h
struct packet { u16 type; u8 data[60]; };
struct protocol_ops { int (*receive)(const struct packet *p); };
struct protocol { struct list_head node; u16 type; const struct protocol_ops *ops; };
int protocol_register(struct protocol *p);
//- drivers/relay/dispatch.c
#include "relay.h"
static LIST_HEAD(protocols);

int relay_deliver(const struct packet *packet)
{
	struct protocol *p;
	int ret = -ENOENT;

	rcu_read_lock();
	list_for_each_entry_rcu(p, &protocols, node) {
		if (p->type != packet->type)
			continue;
		ret = p->ops->receive(packet);
		break;
	}
	rcu_read_unlock();
	return ret;
}
EXPORT_SYMBOL(relay_deliver);
//- drivers/relay/protocols.c
#include "relay.h"
static DEFINE_SPINLOCK(config_lock);
static u8 config[60];
static atomic_t echoes;

static int echo_receive(const struct packet *p)
{
	atomic_inc(&echoes);
	return 0;
}

static int config_store(const u8 *data)
{
	spin_lock(&config_lock);
	memcpy(config, data, sizeof(config));
	spin_unlock(&config_lock);
	return 0;
}

static int config_receive(const struct packet *p)
{
	return config_store(p->data);
}

static const struct protocol_ops echo_ops = { .receive = echo_receive };
static const struct protocol_ops config_ops = { .receive = config_receive };
static struct protocol echo = { .type = 1, .ops = &echo_ops };
static struct protocol configuration = { .type = 2, .ops = &config_ops };

int protocols_start(void)
{
	return protocol_register(&echo) ?: protocol_register(&configuration);
}
