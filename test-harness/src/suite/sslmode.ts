/** libpq's six modes, weakest first. */
export const SSLMODES = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const

/** One of libpq's six modes. */
export type Sslmode = (typeof SSLMODES)[number]
