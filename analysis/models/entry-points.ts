import type { ExecutionContext } from './types.js';
import { words } from './words.js';

/** How somebody at a shell makes the kernel enter a function. */
export interface EntryPoint {
  /** In words, behind "by". */
  readonly how: string;
  /** A line of shell; `$DEVICE`, `$INTERFACE`, `$MODULE`, `$ATTRIBUTE`, `$DRIVER` and `$MOUNT` stand for what only the user knows. */
  readonly command: string;
}

const point = (how: string, command: string): EntryPoint => ({ how, command });

const OPEN = point('open(2) and close(2) of its device file', ': < "$DEVICE"');
const READ = point('read(2) of its device file', 'head -c 4096 "$DEVICE" > /dev/null');
const WRITE = point('write(2) to its device file', 'echo x > "$DEVICE"');
const IOCTL = point(
  'ioctl(2) on its device file',
  './ioctl-test "$DEVICE"   # a small program of yours: ioctl(fd, …)',
);
const MMAP = point(
  'mmap(2) of its device file',
  './mmap-test "$DEVICE"   # a small program of yours: mmap(fd), touch, munmap',
);
const POLL = point(
  'poll(2) on its device file',
  './poll-test "$DEVICE"   # a small program of yours: poll(fd)',
);
const UP = point('bringing its network interface up', 'ip link set "$INTERFACE" up');
const DOWN = point('taking its network interface down', 'ip link set "$INTERFACE" down');
const SEND = point('sending over its network interface', 'ping -c 5 -i 0.2 -I "$INTERFACE" 192.0.2.1 || :');
const BIND = point('binding the driver to a device', 'echo "$DEVICE_ID" > "$DRIVER/bind"');
const UNBIND = point(
  'unbinding the driver, or unplugging the device',
  'echo "$DEVICE_ID" > "$DRIVER/unbind"',
);
const SLEEP = point('suspending the machine', 'rtcwake -m mem -s 5');
const RUNTIME = point(
  'runtime power management',
  'echo auto > "$SYSFS/power/control"; sleep 1; echo on > "$SYSFS/power/control"',
);
const PROC = point('reading its file in /proc', 'cat "$PROC" > /dev/null');
const DEBUGFS = point('its file in debugfs, sysfs or /proc', 'cat "$ATTRIBUTE" > /dev/null');
const FILES = point(
  'working with files of the file system',
  'touch "$MOUNT/f"; ls "$MOUNT" > /dev/null; rm "$MOUNT/f"',
);
const MOUNT = point('mounting and unmounting', 'mount "$DEVICE" "$MOUNT" && umount "$MOUNT"');
const SYNC = point('writing back', 'sync');
const ETHTOOL = point('ethtool', 'ethtool "$INTERFACE"; ethtool -S "$INTERFACE"');
const SOCKET = point(
  'using a socket of its family',
  './socket-test   # a small program of yours: socket, bind, connect, send',
);
const PARAMETER = point('its module parameter', 'cat "/sys/module/$MODULE/parameters/$PARAMETER"');

const rows = (record: string, names: string, entry: EntryPoint): [string, EntryPoint][] =>
  words(names).map((field) => [`${record}.${field}`, entry]);

/** Fields of op tables, as `record.field`. */
const byField: ReadonlyMap<string, EntryPoint> = new Map<string, EntryPoint>([
  ...rows('file_operations', 'open release flush', OPEN),
  ...rows('file_operations', 'read read_iter splice_read llseek', READ),
  ...rows('file_operations', 'write write_iter splice_write', WRITE),
  ...rows('file_operations', 'unlocked_ioctl compat_ioctl', IOCTL),
  ...rows('file_operations', 'mmap', MMAP),
  ...rows('file_operations', 'poll', POLL),
  ...rows('file_operations', 'fsync', SYNC),
  ...rows('proc_ops', 'proc_open proc_read proc_read_iter proc_release proc_lseek', PROC),
  ...rows('proc_ops', 'proc_write proc_ioctl', point('writing its file in /proc', 'echo x > "$PROC"')),
  ...rows('seq_operations', 'start next stop show', DEBUGFS),
  ...rows('vm_operations_struct', 'open close fault page_mkwrite access', MMAP),
  ...rows('net_device_ops', 'ndo_open ndo_init', UP),
  ...rows('net_device_ops', 'ndo_stop ndo_uninit', DOWN),
  ...rows('net_device_ops', 'ndo_start_xmit ndo_select_queue ndo_tx_timeout', SEND),
  ...rows('net_device_ops', 'ndo_change_mtu', point('changing its MTU', 'ip link set "$INTERFACE" mtu 1400')),
  ...rows(
    'net_device_ops',
    'ndo_set_rx_mode',
    point('changing its receive mode', 'ip link set "$INTERFACE" promisc on'),
  ),
  ...rows(
    'net_device_ops',
    'ndo_set_mac_address',
    point('changing its address', 'ip link set "$INTERFACE" address 02:00:00:00:00:01'),
  ),
  ...rows(
    'net_device_ops',
    'ndo_get_stats ndo_get_stats64',
    point('reading its statistics', 'ip -s link show "$INTERFACE"'),
  ),
  ...rows('net_device_ops', 'ndo_do_ioctl ndo_eth_ioctl ndo_siocdevprivate', IOCTL),
  ...rows(
    'ethtool_ops',
    `
      get_drvinfo get_link get_link_ksettings set_link_ksettings get_coalesce set_coalesce get_ringparam
      set_ringparam get_ethtool_stats self_test get_wol set_wol get_channels set_channels
    `,
    ETHTOOL,
  ),
  ...[
    'platform_driver',
    'pci_driver',
    'usb_driver',
    'i2c_driver',
    'spi_driver',
    'virtio_driver',
    'device_driver',
    'bus_type',
    'hid_driver',
    'amba_driver',
    'mdio_driver',
    'serdev_device_driver',
    'sdio_driver',
    'pnp_driver',
    'pcmcia_driver',
  ].flatMap((record) => [
    ...rows(record, 'probe probe_new pre_probe', BIND),
    ...rows(record, 'remove disconnect shutdown', UNBIND),
    ...rows(record, 'suspend resume reset_resume', SLEEP),
  ]),
  ...rows(
    'dev_pm_ops',
    'suspend resume freeze thaw poweroff restore suspend_late resume_early suspend_noirq resume_noirq prepare complete',
    SLEEP,
  ),
  ...rows('dev_pm_ops', 'runtime_suspend runtime_resume runtime_idle', RUNTIME),
  ...rows('super_operations', 'put_super statfs remount_fs show_options', MOUNT),
  ...rows('super_operations', 'sync_fs write_inode', SYNC),
  ...rows('super_operations', 'alloc_inode destroy_inode free_inode evict_inode drop_inode', FILES),
  ...rows('file_system_type', 'mount kill_sb init_fs_context get_tree', MOUNT),
  ...rows(
    'inode_operations',
    'lookup create link unlink symlink mkdir rmdir mknod rename setattr getattr',
    FILES,
  ),
  ...rows(
    'address_space_operations',
    'writepage writepages read_folio readahead readpage write_begin write_end dirty_folio',
    FILES,
  ),
  ...rows(
    'proto_ops',
    'bind connect accept ioctl listen sendmsg recvmsg release poll setsockopt getsockopt shutdown',
    SOCKET,
  ),
  ...rows(
    'tty_operations',
    'open close write ioctl hangup set_termios',
    point('using its terminal', 'stty -F "$DEVICE" 9600; echo x > "$DEVICE"'),
  ),
  ...rows('kernel_param_ops', 'get set', PARAMETER),
  ...rows(
    'block_device_operations',
    'open release ioctl submit_bio',
    point('reading its block device', 'dd if="$DEVICE" of=/dev/null count=8'),
  ),
  ...rows(
    'blk_mq_ops',
    'queue_rq complete timeout',
    point('reading its block device', 'dd if="$DEVICE" of=/dev/null count=8 iflag=direct'),
  ),
]);

/** Macros at file scope that name a function. */
const byMacro: ReadonlyMap<string, EntryPoint> = new Map<string, EntryPoint>([
  ...words(
    'module_init subsys_initcall late_initcall device_initcall fs_initcall core_initcall arch_initcall postcore_initcall rootfs_initcall',
  ).map((name): [string, EntryPoint] => [name, point('loading the module', 'modprobe "$MODULE"')]),
  ['module_exit', point('unloading the module', 'modprobe -r "$MODULE"')],
  ...words(
    'DEVICE_ATTR DEVICE_ATTR_RW DEVICE_ATTR_RO DEVICE_ATTR_WO DRIVER_ATTR BUS_ATTR CLASS_ATTR SENSOR_DEVICE_ATTR SENSOR_DEVICE_ATTR_2 __ATTR IIO_DEVICE_ATTR',
  ).map((name): [string, EntryPoint] => [
    name,
    point('its file in sysfs', 'cat "$ATTRIBUTE"; echo 1 > "$ATTRIBUTE"'),
  ]),
  ...words('module_param_call').map((name): [string, EntryPoint] => [name, PARAMETER]),
  ...words('DEFINE_SIMPLE_ATTRIBUTE DEFINE_DEBUGFS_ATTRIBUTE DEFINE_SHOW_ATTRIBUTE').map(
    (name): [string, EntryPoint] => [name, DEBUGFS],
  ),
  ...words('EXPORT_SYMBOL EXPORT_SYMBOL_GPL EXPORT_SYMBOL_NS EXPORT_SYMBOL_NS_GPL').map(
    (name): [string, EntryPoint] => [
      name,
      point('another module that calls it', ': # load a module that uses it'),
    ],
  ),
]);

const byContext: Readonly<Record<ExecutionContext, EntryPoint>> = {
  hardirq: point(
    'an interrupt of the device',
    ': # make the device interrupt; its line counts in /proc/interrupts',
  ),
  'threaded-irq': point(
    'an interrupt of the device',
    ': # make the device interrupt; its line counts in /proc/interrupts',
  ),
  softirq: point('a soft interrupt', ': # traffic or input that makes it run'),
  timer: point('a timer that expires', 'sleep 1   # long enough for the timer'),
  tasklet: point('a tasklet that an interrupt schedules', ': # make the device interrupt'),
  work: point('a work item that is queued', ': # whatever queues the work'),
  kthread: point('a thread of the kernel', ': # runs by itself while the module is loaded'),
  rcu: point('an RCU callback', ': # whatever frees the object'),
  nmi: point('a non-maskable interrupt', ': # perf top, or the watchdog'),
  atomic: point('a call in atomic context', ': # whatever calls it'),
  process: point('a call from process context', ': # whatever calls it'),
};

export const entryByField = (record: string, field: string): EntryPoint | undefined =>
  byField.get(`${record.replace(/^struct /, '')}.${field}`);
export const entryByMacro = (macro: string): EntryPoint | undefined => byMacro.get(macro);
export const entryByContext = (context: ExecutionContext): EntryPoint => byContext[context];
/** System calls are functions by a macro of their own. */
export const entryOfSyscall = (name: string): EntryPoint =>
  point(
    `${name.split(':')[1] ?? name}(2)`,
    './syscall-test   # a small program of yours that makes the call',
  );
