// correct
// Each of two drivers serves a card of its own, whose type a header of all drivers declares.
//- include/sound/card.h
struct sound_card {
	struct mutex power_mutex;
	int users;
};
//- sound/codecs/first.c
#include <sound/card.h>
struct first {
	struct sound_card *card;
	struct clk_hw hw;
};
static int first_prepare(struct clk_hw *hw)
{
	struct first *first = container_of(hw, struct first, hw);

	mutex_lock(&first->card->power_mutex);
	first->card->users++;
	mutex_unlock(&first->card->power_mutex);
	return 0;
}
const struct clk_ops first_ops = { .prepare = first_prepare };
//- sound/codecs/second.c
#include <sound/card.h>
struct second {
	struct sound_card *card;
	struct clk *clk;
};
int second_test(struct second *second)
{
	int err;

	mutex_lock(&second->card->power_mutex);
	err = clk_prepare_enable(second->clk);
	mutex_unlock(&second->card->power_mutex);
	return err;
}
EXPORT_SYMBOL(second_test);
