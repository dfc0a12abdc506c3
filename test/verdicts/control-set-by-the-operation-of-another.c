// correct
// The control of the other handler has another lock; the variant with two underscores expects the lock.
struct lens { struct v4l2_ctrl_handler hdl; struct v4l2_ctrl *sensor_gain, *own_gain; };

static int lens_s_ctrl(struct v4l2_ctrl *ctrl)
{
	struct lens *lens = container_of(ctrl->handler, struct lens, hdl);

	__v4l2_ctrl_s_ctrl(lens->own_gain, ctrl->val);
	return v4l2_ctrl_s_ctrl(lens->sensor_gain, ctrl->val);
}

const struct v4l2_ctrl_ops lens_ops = { .s_ctrl = lens_s_ctrl };
