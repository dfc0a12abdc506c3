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
