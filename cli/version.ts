import { ownFolder } from '../host/node/own.js';
import { productVersion } from '../host/node/version.js';

/** Version from the package.json above the program. */
export const VERSION: string = productVersion(ownFolder());
