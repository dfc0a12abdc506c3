// a mistake: self-deadlock
//- core.c
#include <sound/core.h>
#include <sound/control.h>

static int unlink_control(struct snd_card *card, struct snd_kcontrol *kctl)
{
	down_write(&card->controls_rwsem);
	list_del(&kctl->list);
	up_write(&card->controls_rwsem);
	return 0;
}

static int remove_control(struct snd_card *card, struct snd_kcontrol *kctl)
{
	if (!kctl)
		return 0;
	return unlink_control(card, kctl);
}

int snd_ctl_remove(struct snd_card *card, struct snd_kcontrol *kctl)
{
	return remove_control(card, kctl);
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
