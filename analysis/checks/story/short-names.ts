import { shortNames } from '../../graph/orders/side.js';
import type { Finding } from '../types.js';

/** Name of a static lock with its file, and its function if it is declared in one; no function and no line. */
const WITH_FILE = /(?<![\w/.+-])[\w./+-]+\.[chS]:(?:\w+:)?[A-Za-z_][\w.]*(?![\w.(])/g;

/**
 * A finding whose sentences name static locks without their file, as its source does, unless two of them would get the
 * same name. The list of its locks keeps the full names.
 */
export function withShortNames(finding: Finding): Finding {
  const texts = [finding.message, ...finding.story.map(({ text }) => text)];
  const names = texts.concat(finding.assumes.map(({ text }) => text)).flatMap(namesIn);
  if (names.length === 0) return finding;
  const short = shortNames([...names, ...finding.locks]);
  const shorten = (text: string): string => text.replace(WITH_FILE, short);
  return {
    ...finding,
    message: shorten(finding.message),
    story: finding.story.map((step) => ({ ...step, text: shorten(step.text) })),
    assumes: finding.assumes.map((each) => ({ ...each, text: shorten(each.text) })),
  };
}

function namesIn(text: string): readonly string[] {
  return text.match(WITH_FILE) ?? [];
}
