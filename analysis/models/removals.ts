import type { AttributeMacro } from './types.js';

/** Members of a device, its class or type, or of a type of kobjects, that its removal does not wait for. */
export const TABLE_ENDS: readonly string[] = [
  'release',
  'dev_release',
  'class_release',
  'uevent',
  'dev_uevent',
  'devnode',
];

/** Tables of which removal waits for every member. */
export const WHOLE_TABLES: ReadonlySet<string> = new Set(['mmu_notifier.ops', 'mmu_interval_notifier.ops']);

/** Records that stand for the functions in them, which are given another object first: the parameter that is the record. */
export const HANDLER_PARAMETERS: ReadonlyMap<string, number> = new Map([
  ['struct device_attribute', 1],
  ['struct kobj_attribute', 1],
  ['struct bin_attribute', 2],
]);

/** Calls that give what a device, or an entry of a file system, was made with. */
export const DATA_GETTERS: ReadonlySet<string> = new Set(['dev_get_drvdata', 'pde_data', 'PDE_DATA']);

/** Calls that are given the functions that serve the readers of an open file, themselves or in a table. */
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

/** The module itself, as the owner of its tables. */
export const MODULE_OWNER = 'THIS_MODULE';
