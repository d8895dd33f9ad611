import { secureConfig, verifyConnection } from '@verifull/knex'
import Fastify from 'fastify'
import knex from 'knex'

const app = Fastify()

app.register(async (instance) => {
  // A failure, or what the policy refuses, rejects listen(): the application does not start.
  const { server, findings } = await verifyConnection()
  for (const { rule, message } of findings) instance.log.info({ rule }, message)
  console.log(server.encrypted, server.superuser) // true false
  const db = knex(secureConfig({ pool: { max: 5 } }))
  instance.addHook('onClose', () => db.destroy())
  instance.get('/', () => db.select(db.raw('1 as one')))
})

const address = await app.listen({ host: '127.0.0.1', port: 0 })
const answer = await fetch(address)
console.log(await answer.text()) // [{"one":1}]
await app.close()
