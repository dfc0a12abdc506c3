export * from '../../bench/support/inputs/fixture.js';
