export { createProgram, type LinkOptions } from './program.js';
export { typeOf } from './expression-types.js';
