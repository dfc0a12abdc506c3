/** Exit codes, part of the contract with scripts (docs/ci.md). */
export const EXIT = { clean: 0, findings: 1, failure: 2 } as const;

/** Ends the command with exit code 2 and this message. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';

  /** @param more further lines of the message */
  constructor(
    text: string,
    readonly more: readonly string[] = [],
  ) {
    super(text);
  }
}
