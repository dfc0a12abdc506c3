import type { Finding } from '../checks/types.js';

/** The message of a finding as a sentence: the function that does it comes first, where the message begins with what it does. */
export function sentence({ message, at }: Pick<Finding, 'message' | 'at'>): string {
  return at.function !== '' && /^[a-z]+ /.test(message) ? `${at.function}() ${message}` : message;
}
