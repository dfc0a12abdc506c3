export * from '../../bench/support/in-process.js';
