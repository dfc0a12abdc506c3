// a mistake: wait-deadlock
static DEFINE_SRCU(my_srcu);
static void lvl4(void) { synchronize_srcu(&my_srcu); }
static void lvl3(void) { lvl4(); }
static void lvl2(void) { lvl3(); }
static void lvl1(void) { lvl2(); }
void rd(void)
{
	int idx = srcu_read_lock(&my_srcu);

	lvl1();
	srcu_read_unlock(&my_srcu, idx);
}
EXPORT_SYMBOL(rd);
