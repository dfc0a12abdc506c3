import OLDER from '../data/older.json' with { type: 'json' };
import { subjectOf } from './built-in.js';
import type { ModelRecord, UserModel } from './record.js';
import { userRecords } from './user.js';

/** A released kernel: 5.10 is `{ major: 5, minor: 10 }`. */
interface KernelVersion {
  readonly major: number;
  readonly minor: number;
}

/** Records of functions whose contract was another one up to the kernel in `until`; at most one per subject. */
export const OLDER_DATA = OLDER as readonly (ModelRecord & { readonly until: string })[];

/**
 * A user's models together with what the functions of an older kernel did. The user's own come first, and win.
 *
 * @param makefile - Text of the Makefile in the root of the tree. Unless it is a kernel's, nothing is added.
 */
export function modelsOfKernel(own: readonly UserModel[], makefile: string): readonly UserModel[] {
  const version = kernelVersion(makefile);
  if (version === undefined) return own;
  const older = OLDER_DATA.filter(({ until }) => !isBehind(version, until));
  if (older.length === 0) return own;
  const described = new Set(userRecords(own).map(subjectOf));
  return [...own, ...older.filter((record) => !described.has(subjectOf(record)))];
}

/** Whether the model is one that {@link modelsOfKernel} adds. */
export function isOfOlderKernel(model: UserModel): boolean {
  return (OLDER_DATA as readonly UserModel[]).includes(model);
}

/** The version that the Makefile of a kernel states in its first lines. */
function kernelVersion(makefile: string): KernelVersion | undefined {
  const of = (word: string): number | undefined => {
    const number = new RegExp(`^${word} *= *(\\d+)$`, 'm').exec(makefile)?.[1];
    return number === undefined ? undefined : Number(number);
  };
  const [major, minor] = [of('VERSION'), of('PATCHLEVEL')];
  const isKernel = major !== undefined && minor !== undefined && of('SUBLEVEL') !== undefined;
  return isKernel ? { major, minor } : undefined;
}

function isBehind({ major, minor }: KernelVersion, until: string): boolean {
  const [lastMajor = 0, lastMinor = 0] = until.split('.').map(Number);
  return major > lastMajor || (major === lastMajor && minor > lastMinor);
}
