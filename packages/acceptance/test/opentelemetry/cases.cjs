// A query through each library; prints the spans and metrics that were exported.

/** @param modules The libraries, as the application has loaded them. */
exports.runAll = async ({ pg, verifull, typeorm, sequelize, knex }) => {
  const cases = {
    async 'pg.Pool'() {
      const pool = new pg.Pool(verifull.pg.secureConfig())
      await pool.query('select 1')
      await pool.end()
    },
    async 'pg.Client'() {
      const client = new pg.Client(verifull.pg.secureConfig())
      await client.connect()
      await client.query('select 1')
      await client.end()
    },
    async securePg() {
      const pool = new (verifull.pg.securePg(verifull.pg.resolveProfile().profile).Pool)()
      await pool.query('select 1')
      await pool.end()
    },
    async TypeORM() {
      // As NestJS does, from a copy.
      const db = await new typeorm.DataSource({ ...verifull.typeorm.secureConfig() }).initialize()
      await db.query('select 1')
      await db.destroy()
    },
    async Sequelize() {
      const db = new sequelize.Sequelize(verifull.sequelize.secureConfig({ logging: false }))
      await db.authenticate()
      await db.query('select 1')
      await db.close()
    },
    async Knex() {
      const db = knex(verifull.knex.secureConfig())
      await db.raw('select 1')
      await db.destroy()
    },
  }
  const { takeSpans, takeMetrics } = globalThis.exported
  const seen = {}
  for (const [name, run] of Object.entries(cases)) {
    takeSpans()
    await run()
    seen[name] = takeSpans()
  }
  console.log(JSON.stringify({ seen, metrics: await takeMetrics() }))
}
