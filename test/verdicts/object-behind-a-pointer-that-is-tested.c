// a mistake: lock-order-cycle
#include <linux/clk.h>
#include <linux/clk-provider.h>
#include <linux/mutex.h>

struct cam {
	struct mutex power_lock;
	struct clk *bus;
	int users;
};

struct cam_clk {
	struct clk_hw hw;
	struct cam *cam;
};

static int cam_get_locked(struct cam *cam)
{
	int ret = 0;

	mutex_lock(&cam->power_lock);
	if (cam->users == 0)
		ret = clk_prepare(cam->bus);
	if (!ret)
		cam->users++;
	mutex_unlock(&cam->power_lock);
	return ret;
}

/* The clock that the camera offers needs the camera to be on; no camera, no clock. */
static int cam_get(struct cam *cam)
{
	if (cam == NULL)
		return -ENODEV;
	return cam_get_locked(cam);
}

static int cam_clk_prepare(struct clk_hw *hw)
{
	struct cam_clk *clk = container_of(hw, struct cam_clk, hw);

	return cam_get(clk->cam);
}

static const struct clk_ops cam_clk_ops = {
	.prepare = cam_clk_prepare,
};

int cam_open(struct cam *cam)
{
	return cam_get(cam);
}
