// A stranger's application, which asked for the adapters and the SDK of its secret store, and for nothing else: prints
// who is connected through pg and each ORM, and in what the packages agree.
const forKnex = require('@verifull/knex')
const forPg = require('@verifull/pg')
const forSequelize = require('@verifull/sequelize')
const forTypeorm = require('@verifull/typeorm')
const knex = require('knex')
const pg = require('pg')
const { QueryTypes, Sequelize } = require('sequelize')
const { DataSource } = require('typeorm')

const question = 'select ssl, session_user as "user" from pg_stat_ssl where pid = pg_backend_pid()'

async function throughPg(settings) {
  const pool = new pg.Pool(forPg.secureConfig({ max: 1 }, settings))
  const { rows } = await pool.query(question)
  await pool.end()
  return rows[0]
}

async function throughTypeorm() {
  const source = await new DataSource(forTypeorm.secureConfig({})).initialize()
  const [row] = await source.query(question)
  await source.destroy()
  return row
}

async function throughSequelize() {
  const sequelize = new Sequelize(forSequelize.secureConfig({ logging: false }))
  const [row] = await sequelize.query(question, { type: QueryTypes.SELECT })
  await sequelize.close()
  return row
}

async function throughKnex() {
  const database = knex(forKnex.secureConfig({}))
  const { rows } = await database.raw(question)
  await database.destroy()
  return rows[0]
}

/** The code of the failure to find a package from here; undefined where it is found. */
function codeOf(name) {
  try {
    require.resolve(name)
  } catch ({ code }) {
    return code
  }
}

async function main() {
  const esm = await import('@verifull/pg')
  const { VAULT_PATH: path } = process.env
  console.log(
    JSON.stringify({
      // A provider of one adapter in the settings of another: both know its cache.
      inCode: await throughPg({ secrets: forTypeorm.cached(forKnex.vaultKv({ path })), environment: inCode() }),
      byVariable: [await throughPg(), await throughTypeorm(), await throughSequelize(), await throughKnex()],
      oneCopy: [forKnex, forSequelize, forTypeorm, esm].map(({ TlsError }) => TlsError === forPg.TlsError),
      coreFromHere: codeOf('@verifull/core'),
    }),
  )
}

/** The variables without the choice of a store, beside which a provider is a contradiction. */
function inCode() {
  const { SECRETS_BACKEND: _, ...others } = process.env
  return others
}

main().catch((error) => {
  console.error(error)
  process.exitCode = 1
})
