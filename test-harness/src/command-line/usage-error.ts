/** Wrong usage of a program; the message contains the correct one. */
export class UsageError extends Error {}
