import { BUILT_IN } from './records/built-in.js';

/** Whether the word is one that nothing defines and that people put after `#ifdef` to disable code. */
export function isNeverDefined(name: string): boolean {
  return BUILT_IN.functions.get(name)?.neverDefined === true;
}

/** Whether a compiler of kernel code defines the word; `undefined` if that depends on the configuration. */
export function isDefinedForKernels(name: string): boolean | undefined {
  const record = BUILT_IN.functions.get(name);
  if (record?.alwaysDefined === true) return true;
  return record?.otherSystem === true ? false : undefined;
}

/** The kernel that modules outside the tree are analysed for: the newest that the models describe. */
const NEWEST = 0x07_03_00;

/** A comparison of the kernel's version, also through names that a module gives these macros. */
const VERSION_TEST =
  /^(?:\w+_)?LINUX_VERSION_CODE(>=|<=|==|!=|>|<)(?:\w+_)?KERNEL_VERSION\((\d+),(\d+),(\d+)\)$/u;

/** The value of an operand in a condition that compares the kernel's version; `undefined` for any other operand. */
export function versionTest(operand: string): boolean | undefined {
  const [, operator, major, minor, patch] = VERSION_TEST.exec(operand.replaceAll(' ', '')) ?? [];
  const version = Number(major) * 0x1_00_00 + Number(minor) * 0x1_00 + Math.min(Number(patch), 0xff);
  switch (operator) {
    case '>=':
      return NEWEST >= version;
    case '<=':
      return NEWEST <= version;
    case '==':
      return NEWEST === version;
    case '!=':
      return NEWEST !== version;
    case '>':
      return NEWEST > version;
    case '<':
      return NEWEST < version;
    default:
      return undefined;
  }
}
