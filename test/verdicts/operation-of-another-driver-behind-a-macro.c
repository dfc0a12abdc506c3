// correct
//- hw.h
struct hw;
struct hw_ops { void (*begin)(struct hw *hw); u32 (*read)(struct hw *hw, u32 reg); };
struct hw { struct hw_ops ops; void *priv; };
#define HW_BEGIN(hw) do { if ((hw)->ops.begin) (hw)->ops.begin(hw); } while (0)
int hw_reset(struct hw *hw);
//- pci.h
struct pci_radio { spinlock_t lock; struct hw *hw; };
//- hw.c
#include "hw.h"
int hw_reset(struct hw *hw)
{
	HW_BEGIN(hw);
	return hw->ops.read(hw, 0);
}
//- usb.c
#include "hw.h"
struct usb_radio { struct mutex lock; struct hw hw; };
static void usb_begin(struct hw *hw)
{
	struct usb_radio *r = hw->priv;

	mutex_lock(&r->lock);
	mutex_unlock(&r->lock);
}
int usb_probe(struct usb_interface *intf)
{
	struct usb_radio *r = kzalloc(sizeof(*r), GFP_KERNEL);

	mutex_init(&r->lock);
	r->hw.ops.begin = usb_begin;
	r->hw.priv = r;
	return hw_reset(&r->hw);
}
//- pci.c
#include "hw.h"
#include "pci.h"
int pci_restart(struct pci_radio *r)
{
	int err;

	spin_lock_bh(&r->lock);
	err = hw_reset(r->hw);
	spin_unlock_bh(&r->lock);
	return err;
}
EXPORT_SYMBOL(pci_restart);
void pci_setup(struct pci_radio *r)
{
	spin_lock_init(&r->lock);
}
