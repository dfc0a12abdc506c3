import { setFlagsFromString } from 'node:v8';

// A test runs for milliseconds: most code that V8 optimises by default would not run often enough to pay for its compilation.
// As flags of the command line they would not reach the processes of a parallel run.
setFlagsFromString('--interrupt-budget=1000000');
setFlagsFromString('--max-inlined-bytecode-size-cumulative=150');
