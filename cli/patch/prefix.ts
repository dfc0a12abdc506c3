import { basename, dirname } from 'node:path/posix';

/** Columns of a subject that folders may take. */
const PREFIX = 28;

/** How subsystems begin their subjects, by folder; `*` stands for the driver, which is a folder or a file. */
const SUBSYSTEMS: readonly (readonly [folder: RegExp, prefix: string])[] = [
  [/^drivers\/gpu\/drm\/(?!\w+\.c$)/, 'drm/*: '],
  [/^drivers\/input\/(?:\w+\/)?/, 'Input: * - '],
  [/^drivers\/media\/[\w-]+\//, 'media: *: '],
  [/^drivers\/net\/ethernet\/(?:\w+\/)?/, 'net: *: '],
  [/^drivers\/net\/wireless\/(?:\w+\/)?/, 'wifi: *: '],
  [/^drivers\/platform\/x86\/(?:\w+\/)?/, 'platform/x86: *: '],
  [/^sound\/soc\/\w+\//, 'ASoC: *: '],
  [/^sound\/(?!core\/)\w+\//, 'ALSA: *: '],
];

/** The prefix of a subject for a file without history: the way of its subsystem, or else its folders and its name. */
export function prefixOf(file: string): string {
  for (const [folder, prefix] of SUBSYSTEMS) {
    const [found] = folder.exec(file) ?? [];
    if (found !== undefined) return prefix.replace('*', driverIn(file.slice(found.length)));
  }
  const folders = dirname(file)
    .split('/')
    .filter((part) => part !== '.' && part !== 'drivers');
  // A file system needs no word for its kind, and `rtc-mxc` none for its subsystem.
  if (folders[0] === 'fs' && folders.length > 1) folders.shift();
  const [subsystem = ''] = folders;
  const whole = nameOf(file);
  const name = whole.startsWith(`${subsystem}-`) ? whole.slice(subsystem.length + 1) : whole;
  const parts = [...folders.filter((part) => part !== name), name];
  const prefix = (): string => parts.map((part) => `${part}: `).join('');
  // The subsystem and the file are the most telling parts.
  while (parts.length > 2 && prefix().length > PREFIX) parts.splice(-2, 1);
  return prefix();
}

/** The first folder of a path below that of a subsystem, or the file in it. */
function driverIn(path: string): string {
  const [first = ''] = path.split('/');
  return nameOf(first);
}

function nameOf(file: string): string {
  return basename(file).replace(/\.\w+$/, '');
}
