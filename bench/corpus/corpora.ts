/** Trees that are measured, by name and version. None of them is part of this repository. */
export interface Corpus {
  /** Debian package and the archive in it. */
  readonly package: string;
  readonly archive: string;
  /** The archive's top folder. */
  readonly folder: string;
  /** What is scanned when nothing else is asked for. */
  readonly paths: readonly string[];
}

export const CORPORA: Readonly<Record<string, Corpus>> = {
  'linux-6.1': {
    package: 'linux-source-6.1',
    archive: 'usr/src/linux-source-6.1.tar.xz',
    folder: 'linux-source-6.1',
    paths: ['drivers/md', 'sound/core', 'fs/ext4', 'net/core', 'drivers/usb/core'],
  },
};
