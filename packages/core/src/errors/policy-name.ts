/** The policies, from the one that refuses nothing libpq would do to the one that demands a secret store. */
export const POLICIES = ['development', 'test', 'staging', 'production', 'strict'] as const

/** Name of a policy. */
export type PolicyName = (typeof POLICIES)[number]
