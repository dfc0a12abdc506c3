// a mistake: missing-unlock
static int spi_reset(struct spi_device *spi, int n)
{
	int ret;

	ret = spi_bus_lock(spi->controller);
	if (ret < 0)
		return ret;
	if (n > 3)
		return -EINVAL;
	spi_bus_unlock(spi->controller);
	return 0;
}
