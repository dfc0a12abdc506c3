/** Members of a device, its class or type, or of a kobject type, that removal does not wait for, unless a record says otherwise. */
export const TABLE_ENDS: readonly string[] = [
  'release',
  'dev_release',
  'class_release',
  'uevent',
  'dev_uevent',
  'devnode',
];

/** The module itself, as owner of its tables. */
export const MODULE_OWNER = 'THIS_MODULE';

/** Members that end what a member begins for whoever opens a device. */
export const ENDS_OF_USE: ReadonlyMap<string, readonly string[]> = new Map([
  ['open', ['release', 'close', 'postclose']],
  ['install', ['cleanup']],
]);

/** Members that set a device up or bring it back, before there are requests to it. */
export const BEGINS =
  /(?:^|_)(?:probe|open|init|install|attach|bind|connect|start|startup|up|enable|activate|resume|thaw|restore)$/;

/** Members that are called when a device goes away. */
export const DETACHING: readonly string[] = ['disconnect', 'remove', 'remove_new'];

/** Members that are called last for an open file or a device. */
export const LAST_USES: ReadonlySet<string> = new Set(['release', 'close', ...DETACHING]);
