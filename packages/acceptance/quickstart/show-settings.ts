import { explain } from '@verifull/pg'
import { paragraph, styled, table } from './screen.ts'

const SET = ['NODE_ENV', 'DATABASE_URL', 'DB_PASSWORD_FILE', 'DB_SSL_CA']

/** Prints the environment and the settings that result from it. */
export function showSettings(): void {
  table(SET.map((name) => [name, String(process.env[name])]))
  console.log()
  paragraph('explain() tells what that resolves to, and where each setting comes from:', '', 'dim')
  console.log()
  const { policy, sslmode, settings, attempts, roots, findings } = explain()
  const given = settings.filter(({ parameter, source }) => source !== 'default' && parameter !== 'sslmode')
  table([
    ['policy', policy.name, styled('dim', policy.source)],
    ['sslmode', sslmode.value, styled('dim', sslmode.source)],
    ...given.map(({ parameter, value, source }) => [parameter, value, styled('dim', source)]),
  ])
  console.log()
  const ways = attempts.map((way) => (way.kind === 'plain' ? 'plaintext' : `TLS, verification ${way.verification}`))
  paragraph(`${ways.join(', then ')}, and nothing else; trusted roots: ${roots}`, 'attempts  ')
  for (const { severity, message } of findings) paragraph(message, `${severity.padEnd(8)}  `)
}
