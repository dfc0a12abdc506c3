import { statSync } from 'node:fs';
import { isOrderFile } from '../../analysis/base/paths.js';
import { GAP_KINDS } from '../../analysis/base/gap.js';
import { unfinishedText } from '../../analysis/report/formats/text.js';
import { CONFIG_FILE } from '../../analysis/workspace/config.js';
import { skipText } from '../../host/api.js';
import { SOURCE } from '../../host/paths.js';
import { lineInConfig } from '../../host/node/config.js';
import { CommandFailure } from '../failure.js';
import { fromHere } from '../paths.js';
import type { Located } from '../place.js';
import type { CommandSession, SessionOptions, Shown } from './types.js';
import { message } from '../terminal.js';

/** Reports files that could not be read and unused suppressions. Fails if no file could be read. */
export function mention(
  { root, paths, configFile = CONFIG_FILE }: Pick<Located, 'root' | 'paths' | 'configFile'>,
  read: Pick<CommandSession, 'skipped' | 'failures'>,
  { notes, reportedFiles }: Pick<Shown, 'notes' | 'reportedFiles'>,
  { isSilent }: SessionOptions,
): void {
  if (isSilent === true) return;
  mentionSkipped(root, read);
  const pathOf = fromHere(root);
  for (const path of paths)
    if (isOtherFile(path)) message(`${pathOf(path)}: neither .c nor .h; it was read as C`);
  if (reportedFiles === 0) throw new CommandFailure('nothing could be read');
  for (const note of notes) {
    const where = note.file === undefined ? pathOf(configFile) : pathOf(note.file);
    const line = note.place ? lineInConfig(configFile, note.place) : note.line;
    message(`${where}:${line ?? 1}: ${note.text}`);
  }
}

/** Whether a path is that of a file whose name is not that of C or of an order file. Folders are searched by name. */
function isOtherFile(path: string): boolean {
  return (
    !SOURCE.test(path) && !isOrderFile(path) && statSync(path, { throwIfNoEntry: false })?.isFile() === true
  );
}

export function mentionSkipped(
  root: string,
  { skipped, failures }: Pick<CommandSession, 'skipped' | 'failures'>,
): void {
  const pathOf = fromHere(root);
  for (const skip of skipped) {
    const detail = failures.get(skip.file);
    message(`${pathOf(skip.file)}: ${skipText(skip)}`, detail?.split('\n'));
  }
}

/** Whether a given path does not exist or is outside the root: the result then does not answer the question. */
export function hasLostPaths({ skipped }: Pick<CommandSession, 'skipped'>): boolean {
  return skipped.some(({ reason }) => reason === 'not-found' || reason === 'outside-root');
}

/** Reports functions that were not analysed in full: that they have no finding proves nothing. */
export function mentionUnfinished({ snapshot, root }: CommandSession<Shown>, isListed = false): void {
  const left = snapshot.unfinished();
  if (left.length === 0) return;
  const pathOf = fromHere(root);
  const lines = left.map(({ file, line, function: name, reason }) => {
    const what = name === '' ? '' : ` ${name}():`;
    return `${pathOf(file)}:${line}:${what} ${GAP_KINDS[reason]}`;
  });
  message(unfinishedText(left.length), isListed ? lines : []);
}
