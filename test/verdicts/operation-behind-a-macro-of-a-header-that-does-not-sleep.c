// correct
//- rtw.h
struct rtw;
struct rtw_ops { int (*load)(struct rtw *dev, u32 a); int (*store)(struct rtw *dev, u32 a, u32 v); };
struct rtw { spinlock_t irq_lock; const struct rtw_ops *ops; };
#define rtw_ops(dev, op, ...) ((dev)->ops->op ? (dev)->ops->op(dev, ##__VA_ARGS__) : 0)
//- usb.c
#include "rtw.h"
static int usb_load(struct rtw *dev, u32 a)
{
	return a;
}
static int usb_store(struct rtw *dev, u32 a, u32 v)
{
	return usb_control_msg(NULL, 0, 0, 0, a, v, NULL, 0, 500);
}
const struct rtw_ops usb_ops = { .load = usb_load, .store = usb_store };
//- main.c
#include "rtw.h"
extern const struct rtw_ops usb_ops;
void rtw_setup(struct rtw *dev)
{
	spin_lock_init(&dev->irq_lock);
	dev->ops = &usb_ops;
}
EXPORT_SYMBOL(rtw_setup);
int rtw_set(struct rtw *dev, u32 a, u32 v)
{
	unsigned long flags;
	int err;

	spin_lock_irqsave(&dev->irq_lock, flags);
	err = rtw_ops(dev, load, a);
	spin_unlock_irqrestore(&dev->irq_lock, flags);
	return err;
}
EXPORT_SYMBOL(rtw_set);
