import assert from 'node:assert/strict';
import { prefixOf } from '../../../../cli/patch/prefix.js';
import { shortened } from '../../../../cli/patch/subject.js';

describe('the subject of a mail', () => {
  const cases: readonly (readonly [title: string, columns: number, subject: string])[] = [
    ['Take first before second', 40, 'Take first before second'],
    [
      'Take hisi_sas_device.lock with interrupts disabled in hisi_sas_slot_task_free() and 3 other functions',
      54,
      'Take hisi_sas_device.lock with interrupts disabled',
    ],
    // Without the structs of the locks.
    [
      'Call clk_disable_unprepare() after aspeed_udc.lock is released',
      52,
      'Call clk_disable_unprepare() after lock is released',
    ],
    // The struct rather than the place, if one of them is enough.
    ['Release mmc_host.claimed before nxpwifi_sdio_fw_dump() returns', 60, 'Release mmc_host.claimed'],
    ['Store lm3530_brightness_set() as brightness_set_blocking()', 35, 'Store lm3530_brightness_set()'],
    // The explanation goes before the function does.
    [
      'Call gpiod_set_value() in olpc_xo175_ec_cmd(), which does not sleep',
      46,
      'Call gpiod_set_value() in olpc_xo175_ec_cmd()',
    ],
    [
      'Split __chip_irq() off chip_irq() for callers that hold chip.lock',
      40,
      'Split __chip_irq() off chip_irq()',
    ],
    // No subject ends in a word that leads on.
    [
      'Skip the release of mii_bus.mdio_lock in mxl86111_config_inband() where it is not held',
      53,
      'Skip the release of mii_bus.mdio_lock',
    ],
    ['Keep usba_udc.hclk and usba_udc.pclk prepared', 14, 'Keep hclk'],
  ];
  for (const [title, columns, subject] of cases)
    it(`reads "${subject}"`, () => {
      assert.equal(shortened(title, columns), subject);
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
