// a mistake: self-deadlock
// s_ctrl() is called under the lock of the controls, which v4l2_ctrl_find() takes.
static int lens_s_ctrl(struct v4l2_ctrl *ctrl)
{
	struct v4l2_ctrl *other = v4l2_ctrl_find(ctrl->handler, V4L2_CID_FOCUS_AUTO);

	if (other && other->cur.val)
		return -EBUSY;
	return 0;
}

const struct v4l2_ctrl_ops lens_ops = { .s_ctrl = lens_s_ctrl };
