/** The role that administers the database for a store; its sessions are not the client's. */
export const ADMIN = 'rehearsal_admin'
