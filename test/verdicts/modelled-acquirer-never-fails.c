// correct
static void spi_reset(struct spi_device *spi)
{
	int ret;

	ret = spi_bus_lock(spi->controller);
	if (ret) {
		dev_warn(&spi->dev, "spi_bus_lock failed: %d\n", ret);
		return;
	}
	msleep(1);
	spi_bus_unlock(spi->controller);
}
