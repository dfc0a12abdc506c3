export { createProgram } from './program.js';
export { typeOf } from './ctypes/expression-types.js';
