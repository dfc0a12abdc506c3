import type { Settings } from '../protocol/methods.js';

export const DEFAULT_SETTINGS: Settings = {
  index: 'auto',
  confidence: 'medium',
  rules: {},
  exclude: [],
  architectures: [],
  config: '',
};

const LEVELS = ['error', 'warning', 'info', 'hint', 'off'] as const;

/** Settings as a client sent them: what is missing or makes no sense takes its default. */
export function readSettings(value: unknown): Settings {
  const given: Readonly<Record<string, unknown>> = isRecord(value) ? value : {};
  const rules: Record<string, (typeof LEVELS)[number]> = {};
  for (const [rule, level] of Object.entries(isRecord(given['rules']) ? given['rules'] : {})) {
    const known = LEVELS.find((name) => name === level);
    if (known) rules[rule] = known;
  }
  return {
    index: oneOf(given['index'], ['auto', 'open', 'off'], DEFAULT_SETTINGS.index),
    confidence: oneOf(given['confidence'], ['high', 'medium', 'low'], DEFAULT_SETTINGS.confidence),
    rules,
    exclude: strings(given['exclude']),
    architectures: strings(given['architectures']),
    config: typeof given['config'] === 'string' ? given['config'] : '',
  };
}

function oneOf<T extends string>(value: unknown, allowed: readonly T[], fallback: T): T {
  return allowed.find((name) => name === value) ?? fallback;
}

function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
