/** What a task waits for if only its uninterruptible sleep is known. */
export const UNKNOWN_WANT = 'something';
