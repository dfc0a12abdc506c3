/** What a task waits for of which only the uninterruptible sleep is known. */
export const UNKNOWN_WANT = 'something';
