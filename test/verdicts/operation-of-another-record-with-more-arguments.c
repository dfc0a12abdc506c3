// correct
struct chip { spinlock_t lock; int users; };
static DEFINE_SPINLOCK(vpp_lock);
static int count;
struct map { struct board_data *plat; struct chip *chip; };
static void board_set_vpp(struct map *map, int on)
{
	spin_lock(&vpp_lock);
	if (on && ++count == 1)
		map->plat->set_vpp(1);
	spin_unlock(&vpp_lock);
}
static void chip_set_vpp(struct map *map, int on)
{
	struct chip_data *data = map->plat;

	spin_lock(&map->chip->lock);
	if (on)
		data->set_vpp(map, 1);
	spin_unlock(&map->chip->lock);
}
struct map_info { void (*set_vpp)(struct map *map, int on); };
void board_probe(struct map_info *info) { info->set_vpp = board_set_vpp; }
void chip_probe(struct map_info *info) { info->set_vpp = chip_set_vpp; }
