// a mistake: lock-order-cycle
// close() is called under the mutex of the input device, which input_unregister_device() takes.
struct pad {
	struct input_dev *input;
	struct mutex lock;
	int users;
};

static void pad_close(struct input_dev *input)
{
	struct pad *pad = input_get_drvdata(input);

	mutex_lock(&pad->lock);
	pad->users--;
	mutex_unlock(&pad->lock);
}

int pad_add(struct pad *pad)
{
	pad->input = input_allocate_device();
	if (!pad->input)
		return -ENOMEM;
	pad->input->close = pad_close;
	input_set_drvdata(pad->input, pad);
	return input_register_device(pad->input);
}
EXPORT_SYMBOL_GPL(pad_add);

void pad_remove(struct pad *pad)
{
	mutex_lock(&pad->lock);
	input_unregister_device(pad->input);
	mutex_unlock(&pad->lock);
}
EXPORT_SYMBOL_GPL(pad_remove);
