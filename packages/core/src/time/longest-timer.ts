/** The longest that a timer of Node runs, in milliseconds; what is longer would fire at once. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1
