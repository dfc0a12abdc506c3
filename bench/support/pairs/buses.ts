/** How a driver is bound to its devices. */
export interface Bus {
  readonly name: string;
  readonly device: string;
  readonly parameter: string;
  readonly probe: string;
  readonly set: string;
  readonly get: string;
  readonly driver: string;
  readonly remove: string;
}

const bus = (name: string, device: string, short: string, rest: Partial<Bus> = {}): Bus => ({
  name,
  device,
  parameter: `${device} *${short}`,
  probe: `${device} *${short}`,
  set: `${name}_set_drvdata(${short}, d);`,
  get: `${name}_get_drvdata(${short})`,
  driver: `struct ${name}_driver`,
  remove: 'remove',
  ...rest,
});

export const BUSES: readonly Bus[] = [
  bus('platform', 'struct platform_device', 'pdev'),
  bus('pci', 'struct pci_dev', 'pdev', { probe: 'struct pci_dev *pdev, const struct pci_device_id *id' }),
  bus('usb', 'struct usb_interface', 'intf', {
    probe: 'struct usb_interface *intf, const struct usb_device_id *id',
    set: 'usb_set_intfdata(intf, d);',
    get: 'usb_get_intfdata(intf)',
    remove: 'disconnect',
  }),
  bus('i2c', 'struct i2c_client', 'client', {
    set: 'i2c_set_clientdata(client, d);',
    get: 'i2c_get_clientdata(client)',
  }),
  bus('spi', 'struct spi_device', 'spi'),
];
