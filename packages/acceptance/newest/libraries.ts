/** MikroORM 7, which needs Node 22.17. */
export const mikroOrm = () => import('@mikro-orm/postgresql')

/** Kysely 0.29, which needs Node 22. */
export const kysely = async () => ({ ...(await import('kysely')), ...(await import('kysely/migration')) })

/** pg-boss 12, which needs Node 22.12. */
export const pgBoss = () => import('pg-boss')
