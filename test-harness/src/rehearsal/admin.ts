/** Who administers the database for a store; none of the client's sessions. */
export const ADMIN = 'rehearsal_admin'
