// correct
//- core.c
#include <sound/core.h>
#include <sound/control.h>

static int unlink_control(struct snd_card *card, struct snd_kcontrol *kctl)
{
	unsigned long flags;

	list_del(&kctl->list);
	read_lock_irqsave(&card->ctl_files_rwlock, flags);
	card->controls_count -= kctl->count;
	read_unlock_irqrestore(&card->ctl_files_rwlock, flags);
	return 0;
}

/* The caller holds card->controls_rwsem. */
int snd_ctl_remove(struct snd_card *card, struct snd_kcontrol *kctl)
{
	return unlink_control(card, kctl);
}
//- topology.c
#include <sound/core.h>
#include <sound/control.h>

void remove_all(struct snd_card *card, struct snd_kcontrol *kctl)
{
	down_write(&card->controls_rwsem);
	snd_ctl_remove(card, kctl);
	up_write(&card->controls_rwsem);
}
