import type { Models } from '../../models/types.js';
import { bareName, type Term } from '../locks/terms.js';

/** Whether allocation flags allow to wait; `undefined` if unknown. `ofNumber` decides where they are a number. */
export function allowToWait(
  models: Models,
  flags: Term | undefined,
  ofNumber: (value: number) => boolean | undefined = () => undefined,
): boolean | undefined {
  switch (flags?.k) {
    case 'constant':
      return ofNumber(flags.value);
    case 'global': {
      const meaning = models.allocationFlag(bareName(flags));
      return meaning === undefined ? undefined : meaning === 'waits';
    }
    case 'operation': {
      const parts = flags.operands.map((part) => allowToWait(models, part, ofNumber));
      if (flags.op === '|')
        return parts.includes(true) ? true : parts.includes(undefined) ? undefined : false;
      // A mask can only remove bits.
      if (flags.op === '&') return parts[0] === false ? false : undefined;
      return undefined;
    }
    default:
      return undefined;
  }
}
