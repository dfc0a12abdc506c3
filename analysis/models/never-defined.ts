import { words } from './words.js';

/** Words that people put behind `#ifdef` to leave code out; nothing defines them. */
export const neverDefined: ReadonlySet<string> = new Set(
  words(`
    notdef not_def NOTDEF notused not_used notyet not_yet NOTYET NOT_YET never later someday todo fixme
    obsolete dead_code DEAD_CODE unused_code UNUSED_CODE undef
  `),
);

export function isNeverDefined(name: string): boolean {
  return neverDefined.has(name);
}

/** Names that the configuration, the build or the compiler defines: no source need say so. */
export function isGivenOutside(name: string): boolean {
  return /^(?:CONFIG_|KBUILD_|ARCH_|HAVE_|_|[0-9])/u.test(name) || name === 'MODULE';
}
