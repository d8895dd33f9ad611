import { verifyConnection } from '@verifull/sequelize/v7'
import { startDatabase } from '@verifull/test-harness'
import { afterAll, expect, test } from 'vitest'

const database = await startDatabase()
afterAll(() => database.stop())

test('verifyConnection() of Sequelize 7: options in its words → the server is seen from both sides', async () => {
  const { host, port, user, ...settings } = database.settings
  const { attestation, server } = await verifyConnection({ options: { host, port, user }, settings })
  expect(attestation).toMatchObject({ host, port, user, tls: { verification: 'full' } })
  expect(server).toMatchObject({ user, encrypted: true })
})
