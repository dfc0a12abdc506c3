/** Measured trees, by name and version. None of them is part of this repository. */
export interface Corpus {
  /** Debian package and the archive in it. */
  readonly package: string;
  readonly archive: string;
  /** The archive's top folder. */
  readonly folder: string;
  /** The default folders to scan. */
  readonly paths: readonly string[];
}

/** The folders to scan in a kernel. */
const PATHS = ['drivers/md', 'sound/core', 'fs/ext4', 'net/core', 'drivers/usb/core'];

/** A kernel as packaged by Debian; apt must know a release that contains the version. */
function kernel(version: string): Corpus {
  const name = `linux-source-${version}`;
  return { package: name, archive: `usr/src/${name}.tar.xz`, folder: name, paths: PATHS };
}

export const CORPORA: Readonly<Record<string, Corpus>> = {
  'linux-6.1': kernel('6.1'),
  'linux-6.12': kernel('6.12'),
  /** In trixie-backports, and in the releases after it. */
  'linux-7.2': kernel('7.2'),
};
