import { CHECKS } from '../checks/index.js';
import type { RuleId } from '../checks/types.js';

/** What a rule finds, in one phrase. */
export function ruleTitle(rule: RuleId): string {
  return CHECKS.find(({ id }) => id === rule)?.title ?? rule;
}
