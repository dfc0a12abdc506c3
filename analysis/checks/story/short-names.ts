import { withGuardsAsWritten } from '../../models/records/scope-names.js';
import { eventsOf } from '../../skeleton/lowering/events.js';
import type { Program } from '../../link/types.js';
import { shortNames } from '../../graph/orders/side.js';
import type { Finding } from '../types.js';

/** What tells how functions enter their guards. */
type Skeletons = Pick<Program, 'outline' | 'functionAt' | 'skeleton'>;

/** Name of a static lock with its file, and its function if it is declared in one; no function and no line. */
const WITH_FILE = /(?<![\w/.+-])[\w./+-]+\.[chS]:(?:\w+:)?[A-Za-z_][\w.]*(?![\w.(])/g;

/**
 * A finding whose sentences name guards as the source does, and static locks without their file, unless two of them
 * would get the same name. The list of its locks keeps the full names.
 */
export function withShortNames(finding: Finding, program: Skeletons): Finding {
  const texts = [finding.message, ...finding.story.map(({ text }) => text)];
  texts.push(...finding.assumes.map(({ text }) => text));
  if (!texts.some((text) => namesIn(text).length > 0 || withGuardsAsWritten(text) !== text)) return finding;
  const short = shortening(texts, finding.locks);
  const scopes = scopesIn(finding, program);
  const shorten = (text: string): string => withGuardsAsWritten(short(text), scopes);
  return {
    ...finding,
    message: shorten(finding.message),
    story: finding.story.map((step) => ({ ...step, text: shorten(step.text) })),
    assumes: finding.assumes.map((each) => ({ ...each, text: shorten(each.text) })),
  };
}

/**
 * The macros by which the functions of a story enter conditional guards, by the keys of the guards' records. A guard that is
 * entered by several is left out.
 */
export function scopesIn({ story, at }: Finding, program: Skeletons): ReadonlyMap<string, string> {
  const scopes = new Map<string, string>();
  const unclear = new Set<string>();
  const named = new Map([at, ...story].map((step) => [`${step.file}:${step.function}`, step]));
  for (const { file, function: wanted } of named.values()) {
    const functions = program.outline(file)?.functions ?? [];
    for (const [index, { name }] of functions.entries()) {
      const fn = name === wanted ? program.functionAt(file, index) : undefined;
      const skeleton = fn && program.skeleton(fn);
      for (const event of skeleton === undefined ? [] : eventsOf(skeleton)) {
        const scope = 'scope' in event ? event.scope : undefined;
        if (scope === undefined || !('api' in event)) continue;
        if ((scopes.get(event.api) ?? scope) !== scope) unclear.add(event.api);
        scopes.set(event.api, scope);
      }
    }
  }
  for (const api of unclear) scopes.delete(api);
  return scopes;
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
