// A stranger's application: compiled as ESM and as CommonJS against the packed tarballs, and run on a real server.
import { secureConfig, securePg } from '@verifull/pg'
import pg from 'pg'

// @ts-expect-error: compiles only if the result is any
export const anyConfig = (): { nothingOfOurs: true } => secureConfig()
// @ts-expect-error: compiles only if the result is any
export const anyModule = (...profile: Parameters<typeof securePg>): { nothingOfOurs: true } => securePg(...profile)

const poolConfig: pg.PoolConfig = secureConfig({ max: 2 })
const clientConfig: pg.ClientConfig = secureConfig({}, { application_name: 'stranger' })
const question =
  'select ssl, application_name from pg_stat_ssl join pg_stat_activity using (pid) where pid = pg_backend_pid()'

async function main(): Promise<void> {
  const pool = new pg.Pool(poolConfig)
  const client = new pg.Client(clientConfig)
  await client.connect()
  const answers = [await pool.query(question), await client.query(question)]
  await Promise.all([pool.end(), client.end()])
  console.log(JSON.stringify(answers.map(({ rows }) => rows)))
}

main().catch((error) => {
  console.error(error)
  process.exitCode = 1
})
