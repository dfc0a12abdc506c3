// correct
struct io { struct work_struct work; struct workqueue_struct *queue; struct completion done; int n; };
static void io_fast(struct work_struct *w)
{
	struct io *io = container_of(w, struct io, work);

	io->n++;
}
static void io_slow(struct work_struct *w)
{
	struct io *io = container_of(w, struct io, work);

	wait_for_completion(&io->done);
}
void io_read(struct io *io)
{
	INIT_WORK(&io->work, io_slow);
	queue_work(io->queue, &io->work);
}
void io_end(struct io *io)
{
	INIT_WORK(&io->work, io_fast);
	queue_work(system_bh_wq, &io->work);
}
