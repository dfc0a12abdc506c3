import type { Finding } from '../checks/types.js';

/** The message of a finding as a sentence. If the message starts with a verb, the function comes first. */
export function sentence({ message, at }: Pick<Finding, 'message' | 'at'>): string {
  return at.function !== '' && /^[a-z]+ /.test(message) ? `${at.function}() ${message}` : message;
}
