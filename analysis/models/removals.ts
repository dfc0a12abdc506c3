import type { AttributeMacro } from './types.js';

/** Members of a device, its class or type, or of a kobject type, that removal does not wait for. */
export const TABLE_ENDS: readonly string[] = [
  'release',
  'dev_release',
  'class_release',
  'uevent',
  'dev_uevent',
  'devnode',
];

/** Tables for which removal waits for every member. */
export const WHOLE_TABLES: ReadonlySet<string> = new Set(['mmu_notifier.ops', 'mmu_interval_notifier.ops']);

/**
 * Records that stand for the functions in them, which get another object as first argument: the index of the parameter
 * for the record.
 */
export const HANDLER_PARAMETERS: ReadonlyMap<string, number> = new Map([
  ['struct device_attribute', 1],
  ['struct kobj_attribute', 1],
  ['struct bin_attribute', 2],
]);

/** Calls that return what a device or a file-system entry was created with. */
export const DATA_GETTERS: ReadonlySet<string> = new Set(['dev_get_drvdata', 'pde_data', 'PDE_DATA']);

/** Calls that receive the functions serving the readers of an open file, directly or in a table. */
export const FILE_OPENERS: ReadonlySet<string> = new Set([
  'single_open',
  'single_open_size',
  'single_open_net',
  'seq_open',
  'seq_open_private',
  '__seq_open_private',
]);

/** Macros in an initialiser that name functions by a part of their names. */
export const INITIALISER_MACROS: ReadonlyMap<string, AttributeMacro> = new Map([
  ['__ATTR_RO', { makes: [], given: [], named: ['$_show'] }],
  ['__ATTR_RO_MODE', { makes: [], given: [], named: ['$_show'] }],
  ['__ATTR_WO', { makes: [], given: [], named: ['$_store'] }],
  ['__ATTR_RW', { makes: [], given: [], named: ['$_show', '$_store'] }],
  ['__ATTR_RW_MODE', { makes: [], given: [], named: ['$_show', '$_store'] }],
]);

/** The module itself, as owner of its tables. */
export const MODULE_OWNER = 'THIS_MODULE';
