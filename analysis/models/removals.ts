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

/** Tables of which removal waits for a few members only: those that run under a lock of the registry. */
export const FEW_OF_TABLE: ReadonlyMap<string, readonly string[]> = new Map([['miscdevice.fops', ['open']]]);

/**
 * Records that represent the functions in them, which receive another object as first argument: the index of the
 * parameter for the record.
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

const SLEEP = ['suspend', 'resume'];
const RUNTIME = ['runtime_suspend', 'runtime_resume', 'runtime_idle'];
const LATE = ['suspend_late', 'resume_early'];
const NOIRQ = ['suspend_noirq', 'resume_noirq'];

/** Macros in an initialiser that expand to members, with the member of each argument. */
export const MEMBER_MACROS: ReadonlyMap<string, readonly string[]> = new Map([
  ['SYSTEM_SLEEP_PM_OPS', SLEEP],
  ['SET_SYSTEM_SLEEP_PM_OPS', SLEEP],
  ['LATE_SYSTEM_SLEEP_PM_OPS', LATE],
  ['SET_LATE_SYSTEM_SLEEP_PM_OPS', LATE],
  ['NOIRQ_SYSTEM_SLEEP_PM_OPS', NOIRQ],
  ['SET_NOIRQ_SYSTEM_SLEEP_PM_OPS', NOIRQ],
  ['RUNTIME_PM_OPS', RUNTIME],
  ['SET_RUNTIME_PM_OPS', RUNTIME],
]);

/** The module itself, as owner of its tables. */
export const MODULE_OWNER = 'THIS_MODULE';
