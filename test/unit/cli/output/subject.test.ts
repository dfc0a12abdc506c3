import assert from 'node:assert/strict';
import { prefixOf } from '../../../../cli/patch/prefix.js';
import { shortened } from '../../../../cli/patch/subject.js';

describe('the subject of a mail', () => {
  const cases: readonly (readonly [title: string, columns: number, locks: string, subject: string])[] = [
    ['Take first before second', 40, 'first', 'Take first before second'],
    [
      'Take hisi_sas_device.lock with interrupts disabled in hisi_sas_slot_task_free() and 3 other functions',
      54,
      'hisi_sas_device.lock',
      'Take hisi_sas_device.lock with interrupts disabled',
    ],
    // The name of the lock goes before the way in which it is taken does.
    [
      'Take waterforce_data.status_report_request_lock with interrupts disabled in waterforce_raw_event()',
      47,
      'waterforce_data.status_report_request_lock',
      'Take the lock with interrupts disabled',
    ],
    [
      'Call clk_disable_unprepare() after aspeed_udc.lock is released',
      55,
      'aspeed_udc.lock',
      'Call clk_disable_unprepare() after the lock is released',
    ],
    // The side of the section to which a call moves stays.
    [
      'Call clk_disable_unprepare() after aspeed_udc.lock is released',
      50,
      'aspeed_udc.lock',
      'Call clk_disable_unprepare() outside the lock',
    ],
    ['Call port_start() after port.lock is taken', 35, 'port.lock', 'Call port_start() under the lock'],
    [
      'Release mmc_host.claimed before nxpwifi_sdio_fw_dump() returns',
      60,
      'mmc_host.claimed',
      'Release mmc_host.claimed',
    ],
    [
      'Use max8997_led_brightness_set() as brightness_set_blocking(), where it may sleep',
      61,
      '',
      'Use max8997_led_brightness_set() as brightness_set_blocking()',
    ],
    [
      'Use max8997_led_brightness_set() as brightness_set_blocking() only, where it may sleep',
      50,
      '',
      'Use brightness_set_blocking() only',
    ],
    // The explanation goes before the function does.
    [
      'Call gpiod_set_value() in olpc_xo175_ec_cmd(), which does not sleep',
      46,
      '',
      'Call gpiod_set_value() in olpc_xo175_ec_cmd()',
    ],
    [
      'Split __chip_irq() off chip_irq() for callers that hold chip.lock',
      40,
      'chip.lock',
      'Split __chip_irq() off chip_irq()',
    ],
    // A condition is part of the change.
    [
      'Skip the release of mii_bus.mdio_lock in mxl86111_config_inband() where it is not held',
      53,
      'mii_bus.mdio_lock',
      'Skip the release of mdio_lock where it is not held',
    ],
    [
      'Wait for port.lock in port_reset() even if a signal is pending',
      30,
      'port.lock',
      'Wait for the lock even if a signal is pending',
    ],
    // Both changes stay, however long they are.
    [
      'Let port_work() try port.lock, and run again if it is taken',
      30,
      'port.lock',
      'Let port_work() try the lock, and run again if it is taken',
    ],
    ['Keep usba_udc.hclk and usba_udc.pclk prepared', 14, '', 'Keep hclk and pclk prepared'],
    // Two locks of one name keep their structs.
    [
      'Take first_port.lock before second_port.lock',
      30,
      'first_port.lock second_port.lock',
      'Take first_port.lock before second_port.lock',
    ],
    ['Take both port.lock in address order', 28, 'port.lock', 'Take both locks in address order'],
  ];
  for (const [title, columns, locks, subject] of cases)
    it(`reads "${subject}"`, () => {
      assert.equal(shortened(title, columns, locks.split(' ')), subject);
    });
});

describe('the prefix of a subject without history', () => {
  const cases: readonly (readonly [file: string, prefix: string])[] = [
    ['drivers/gpu/drm/vmwgfx/vmwgfx_gmrid_manager.c', 'drm/vmwgfx: '],
    ['drivers/gpu/drm/drm_mm.c', 'gpu: drm: drm_mm: '],
    ['drivers/input/joystick/xpad.c', 'Input: xpad - '],
    ['drivers/media/radio/radio-cadet.c', 'media: radio-cadet: '],
    ['drivers/net/ethernet/intel/ice/ice_main.c', 'net: ice: '],
    ['drivers/net/ethernet/freescale/fec_main.c', 'net: fec_main: '],
    ['drivers/net/phy/mxl-86110.c', 'net: phy: mxl-86110: '],
    ['drivers/net/wireless/nxp/nxpwifi/sdio.c', 'wifi: nxpwifi: '],
    ['drivers/net/wireless/marvell/mwl8k.c', 'wifi: mwl8k: '],
    ['drivers/platform/x86/amd/pmf/util.c', 'platform/x86: pmf: '],
    ['drivers/rtc/rtc-mxc.c', 'rtc: mxc: '],
    ['fs/jffs2/wbuf.c', 'jffs2: wbuf: '],
    ['sound/pci/rme9652/hdsp.c', 'ALSA: rme9652: '],
    ['sound/soc/codecs/wcd934x.c', 'ASoC: wcd934x: '],
    ['sound/soc/qcom/qdsp6/q6apm-dai.c', 'ASoC: qdsp6: '],
    ['kernel/relay.c', 'kernel: relay: '],
  ];
  for (const [file, prefix] of cases)
    it(`is "${prefix}" for ${file}`, () => {
      assert.equal(prefixOf(file), prefix);
    });
});
