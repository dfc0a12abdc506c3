import { visible } from '../analysis/base/visible.js';
import { parseGlobs } from '../analysis/base/glob.js';
import type { Finding } from '../analysis/checks/types.js';
import { atLeast, lesser, type Confidence } from '../analysis/base/confidence.js';
import { RULE_IDS } from '../analysis/report/rules.js';
import type { RuleLevel, RuleSetting, Settings } from '../protocol/methods.js';

export const DEFAULT_SETTINGS: Settings = {
  index: 'auto',
  confidence: 'medium',
  rules: {},
  exclude: [],
  architectures: [],
  config: '',
  preemptRt: false,
  inlayHints: false,
  codeLens: false,
};

const LEVELS = ['error', 'warning', 'info', 'hint', 'off'] as const;
const CONFIDENCES = ['high', 'medium', 'low'] as const;

/** Settings as a client sent them. Missing or invalid values get their defaults. */
export function readSettings(value: unknown): Settings {
  const given = recordOf(value);
  const rules: Record<string, RuleSetting> = {};
  for (const [rule, setting] of Object.entries(recordOf(given['rules']))) {
    const { level: givenLevel, confidence: givenConfidence } = isRecord(setting)
      ? setting
      : { level: setting, confidence: undefined };
    const level = LEVELS.find((name) => name === givenLevel);
    const confidence = CONFIDENCES.find((name) => name === givenConfidence);
    if (level === undefined && confidence === undefined) continue;
    rules[rule] = { ...(level ? { level } : {}), ...(confidence ? { confidence } : {}) };
  }
  return {
    index: oneOf(given['index'], ['auto', 'all', 'open', 'off'], DEFAULT_SETTINGS.index),
    confidence: oneOf(given['confidence'], CONFIDENCES, DEFAULT_SETTINGS.confidence),
    rules,
    exclude: strings(given['exclude']),
    architectures: strings(given['architectures']),
    config: typeof given['config'] === 'string' ? given['config'] : '',
    preemptRt: given['preemptRt'] === true,
    inlayHints: given['inlayHints'] === true,
    codeLens: given['codeLens'] === true,
  };
}

/** Unknown rules under `rules`. */
export function unknownRules(value: unknown): readonly string[] {
  const known: ReadonlySet<string> = new Set(RULE_IDS);
  return Object.keys(recordOf(recordOf(value)['rules'])).filter((rule) => !known.has(rule));
}

function ruleSetting(settings: Settings, rule: string): RuleSetting {
  const setting = settings.rules[rule];
  return typeof setting === 'object' ? setting : setting === undefined ? {} : { level: setting };
}

/** The lowest minimum confidence of any rule: the analysis must find everything from there up. */
export function leastConfidence(settings: Settings): Confidence {
  return Object.keys(settings.rules)
    .map((rule) => ruleSetting(settings, rule).confidence ?? settings.confidence)
    .reduce(lesser, settings.confidence);
}

/** Whether settings ask for more than other findings to show, in other ways. */
export function needsAnalysis(next: Settings, before: Settings): boolean {
  const { inlayHints, codeLens, rules, confidence } = before;
  const isMore = !atLeast(leastConfidence(next), leastConfidence(before));
  const shown = { inlayHints, codeLens, rules, confidence };
  return isMore || JSON.stringify({ ...next, ...shown }) !== JSON.stringify(before);
}

/** Whether the settings show a finding. */
export function isShown(finding: Pick<Finding, 'rule' | 'confidence'>, settings: Settings): boolean {
  const { level, confidence = settings.confidence } = ruleSetting(settings, finding.rule);
  return level !== 'off' && atLeast(finding.confidence, confidence);
}

/** How a finding appears: below high confidence as a hint, unless it was just introduced. */
export function levelOf(
  finding: Pick<Finding, 'rule' | 'confidence' | 'severity'>,
  settings: Settings,
  isIntroduced = false,
): Exclude<RuleLevel, 'off'> {
  if (finding.confidence !== 'high' && !isIntroduced) return 'hint';
  const { level } = ruleSetting(settings, finding.rule);
  return level === undefined || level === 'off' ? finding.severity : level;
}

function oneOf<T extends string>(value: unknown, allowed: readonly T[], fallback: T): T {
  return allowed.find((name) => name === value) ?? fallback;
}

function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The globs, or none and a warning if one of them is invalid. */
export function usableGlobs(
  { exclude: globs }: Settings,
  console: { warn(text: string): void },
): readonly string[] {
  const parsed = parseGlobs(globs);
  if ('matches' in parsed) return globs;
  console.warn(`lockOrder.exclude: ${visible(globs[parsed.index] ?? '')}: ${parsed.error}`);
  return [];
}
