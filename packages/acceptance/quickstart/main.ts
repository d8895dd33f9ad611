import './own-environment.ts'
import { secureConfig } from '@verifull/pg'
import { Pool } from 'pg'
import { attacksOn } from './attacks.ts'
import { heading, paragraph, styled } from './screen.ts'
import { QuickstartServers } from './servers.ts'
import { showAttack } from './show-attack.ts'
import { showConnection, showWork } from './show-connection.ts'
import { showOrms } from './show-orms.ts'
import { showSettings } from './show-settings.ts'

const servers = new QuickstartServers()

async function main(): Promise<boolean> {
  const began = performance.now()
  console.log(styled('bold', 'Verifull quickstart'))
  paragraph('A PostgreSQL of its own on this machine; nothing of yours is read, and nothing stays.')

  heading('1. A server, and three who attack it')
  const running = await servers.start()

  heading('2. The settings of an application in production')
  Object.assign(process.env, {
    NODE_ENV: 'production',
    DATABASE_URL: running.url,
    DB_SSL_CA: 'ca.crt',
    DB_PASSWORD_FILE: 'password',
  })
  showSettings()

  heading('3. new Pool(secureConfig())')
  const pool = new Pool(secureConfig())
  try {
    await showConnection(pool)
    await showWork(pool)
  } finally {
    await pool.end()
  }

  heading('4. The same settings through TypeORM, Sequelize and Knex')
  await showOrms()

  heading('5. The attacks')
  let refused = 0
  const attacks = attacksOn(running)
  for (const attack of attacks) {
    if (await showAttack(attack)) refused++
  }
  await servers.stop()

  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  const verdict = `${refused} of ${attacks.length} attacks refused, each for the right reason`
  paragraph(`${verdict}; server, files and certificates are gone again (${seconds} s).`)
  paragraph('Next: README.md and docs/README.md. What you saw is packages/acceptance/quickstart/.')
  return refused === attacks.length
}

let interrupted = false
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    interrupted = true
    console.log('\n')
    paragraph('Interrupted: stopping the server and removing its files.')
    servers.stop().finally(() => process.exit(signal === 'SIGINT' ? 130 : 143))
  })
}

main().then(
  (good) => {
    process.exitCode = good ? 0 : 1
  },
  async (error: unknown) => {
    if (interrupted) return
    console.error(`\n${styled('red', 'The quickstart failed')}\n`)
    console.error(error)
    await servers.stop()
    process.exitCode = 1
  },
)
