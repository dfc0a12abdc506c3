export { createProgram } from './program.js';
export { typeOf } from './expression-types.js';
