import { words } from './words.js';

/** A macro at file scope that makes variables with functions in them: attributes of devices, groups of them. */
export interface AttributeMacro {
  /** Variables it makes; `$` stands for its first argument. */
  readonly makes: readonly string[];
  /** Arguments that are functions or variables named in them. */
  readonly given: readonly number[];
  /** Functions and variables named in them by pattern, like `makes`. */
  readonly named: readonly string[];
}

const macros = (
  makes: string,
  names: string,
  given: readonly number[],
  named = '',
): readonly (readonly [string, AttributeMacro])[] =>
  words(names).map((name) => [name, { makes: words(makes), given, named: words(named) }]);

const kinds: readonly (readonly [prefix: string, makes: string])[] = [
  ['DEVICE', 'dev_attr_$'],
  ['DRIVER', 'driver_attr_$'],
  ['CLASS', 'class_attr_$'],
  ['BUS', 'bus_attr_$'],
  ['SENSOR_DEVICE', 'sensor_dev_attr_$'],
  ['BIN', 'bin_attr_$'],
];

/** By name. */
export const attributeMacros: ReadonlyMap<string, AttributeMacro> = new Map([
  ...macros('dev_attr_$', 'DEVICE_ATTR DEVICE_ATTR_PREALLOC DEVICE_ATTR_IGNORE_LOCKDEP', [2, 3]),
  ...macros('sensor_dev_attr_$', 'SENSOR_DEVICE_ATTR SENSOR_DEVICE_ATTR_2', [2, 3]),
  ...macros('bin_attr_$', 'BIN_ATTR', [2, 3]),
  ...macros('sensor_dev_attr_$', 'SENSOR_DEVICE_ATTR_RO SENSOR_DEVICE_ATTR_2_RO', [], '@1_show'),
  ...macros('sensor_dev_attr_$', 'SENSOR_DEVICE_ATTR_RW SENSOR_DEVICE_ATTR_2_RW', [], '@1_show @1_store'),
  ...macros('sensor_dev_attr_$', 'SENSOR_DEVICE_ATTR_WO SENSOR_DEVICE_ATTR_2_WO', [], '@1_store'),
  ...kinds
    .filter(([prefix]) => prefix !== 'SENSOR_DEVICE')
    .flatMap(([prefix, makes]) => [
      ...macros(
        makes,
        `${prefix}_ATTR_RO ${prefix}_ATTR_ADMIN_RO`,
        [],
        prefix === 'BIN' ? '$_read' : '$_show',
      ),
      ...macros(
        makes,
        `${prefix}_ATTR_RW ${prefix}_ATTR_ADMIN_RW`,
        [],
        prefix === 'BIN' ? '$_read $_write' : '$_show $_store',
      ),
      ...macros(makes, `${prefix}_ATTR_WO`, [], prefix === 'BIN' ? '$_write' : '$_store'),
    ]),
  ...macros('$_group $_groups', 'ATTRIBUTE_GROUPS', [], '$_attrs'),
]);
