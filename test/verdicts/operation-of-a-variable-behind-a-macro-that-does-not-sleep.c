// correct
//- fan.h
struct fan_board { int (*spin)(int rpm); void (*stop)(int how); };
struct fan { struct fan_board board; spinlock_t lock; int rpm; };
#define fan_board_call(fan, what, args...) \
	(fan.board.what ? fan.board.what(args) : -EOPNOTSUPP)
//- board.c
#include "fan.h"
extern struct fan the_fan;
static int board_spin(int rpm)
{
	msleep(rpm);
	return 0;
}
static void board_stop(int how)
{
}
void board_init(void)
{
	the_fan.board.spin = board_spin;
	the_fan.board.stop = board_stop;
}
//- fan.c
#include "fan.h"
struct fan the_fan;
int fan_set(int rpm)
{
	int err;

	spin_lock(&the_fan.lock);
	err = rpm;
	fan_board_call(the_fan, stop, rpm);
	spin_unlock(&the_fan.lock);
	return err;
}
EXPORT_SYMBOL(fan_set);
