// a mistake: wait-deadlock
// Freezing waits for requests that have started; each of them needs the lock that the ioctl holds meanwhile.
struct ram { struct mutex lock; struct gendisk *disk; bool read_only; u8 *mem; };
static blk_status_t ram_queue_rq(struct blk_mq_hw_ctx *hctx, const struct blk_mq_queue_data *bd)
{
	struct ram *r = hctx->queue->queuedata;

	mutex_lock(&r->lock);
	blk_mq_start_request(bd->rq);
	memcpy_from_bvec(r->mem, NULL);
	mutex_unlock(&r->lock);
	blk_mq_end_request(bd->rq, BLK_STS_OK);
	return BLK_STS_OK;
}
static const struct blk_mq_ops ram_mq_ops = { .queue_rq = ram_queue_rq };
int ram_set_read_only(struct ram *r, bool on)
{
	mutex_lock(&r->lock);
	blk_mq_freeze_queue(r->disk->queue);
	r->read_only = on;
	blk_mq_unfreeze_queue(r->disk->queue);
	mutex_unlock(&r->lock);
	return 0;
}
