import { withGuardsAsWritten } from '../../models/records/scope-names.js';
import { shortNames } from '../../graph/orders/side.js';
import type { Finding } from '../types.js';

/** Name of a static lock with its file, and its function if it is declared in one; no function and no line. */
const WITH_FILE = /(?<![\w/.+-])[\w./+-]+\.[chS]:(?:\w+:)?[A-Za-z_][\w.]*(?![\w.(])/g;

/**
 * A finding whose sentences name guards as the source does, and static locks without their file, unless two of them
 * would get the same name. The list of its locks keeps the full names.
 */
export function withShortNames(finding: Finding): Finding {
  const texts = [finding.message, ...finding.story.map(({ text }) => text)];
  texts.push(...finding.assumes.map(({ text }) => text));
  if (!texts.some((text) => namesIn(text).length > 0 || withGuardsAsWritten(text) !== text)) return finding;
  const short = shortening(texts, finding.locks);
  const shorten = (text: string): string => withGuardsAsWritten(short(text));
  return {
    ...finding,
    message: shorten(finding.message),
    story: finding.story.map((step) => ({ ...step, text: shorten(step.text) })),
    assumes: finding.assumes.map((each) => ({ ...each, text: shorten(each.text) })),
  };
}

/** Shortens the names in these sentences, which are shown together with the locks. */
export function shortening(
  sentences: readonly string[],
  locks: readonly string[],
): (sentence: string) => string {
  const short = shortNames([...sentences.flatMap(namesIn), ...locks]);
  return (sentence) => sentence.replace(WITH_FILE, short);
}

function namesIn(text: string): readonly string[] {
  return text.match(WITH_FILE) ?? [];
}
