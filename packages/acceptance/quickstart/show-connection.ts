import { type Attestation, attestationOf } from '@verifull/pg'
import type { Pool } from 'pg'
import { step, table } from './screen.ts'

/** Connects, and prints the client's and the server's view of the connection. */
export async function showConnection(pool: Pool): Promise<void> {
  const client = await step('connect', () => pool.connect())
  try {
    const { rows } = await client.query<{ ssl: boolean; version: string; cipher: string; bits: number }>(
      'select ssl, version, cipher, bits from pg_stat_ssl where pid = pg_backend_pid()',
    )
    const attestation = attestationOf(client)
    if (!attestation?.tls || !rows[0]?.ssl) throw new Error('the connection is not encrypted')
    const { version, cipher, bits } = rows[0]
    console.log()
    table([...attested(attestation, attestation.tls), ['pg_stat_ssl', `ssl on, ${version}, ${cipher}, ${bits} bits`]])
    console.log()
  } finally {
    client.release()
  }
}

function attested({ authentication, address, port }: Attestation, tls: NonNullable<Attestation['tls']>): string[][] {
  const { subject, subjectAltName, issuer, validTo } = tls.peerCertificate
  const server = commonName(subject)
  return [
    ['server', `${address}:${port}`],
    ['protocol', `${tls.protocol}, ${tls.cipher}, key exchange ${tls.group}`],
    ['certificate', `${server} (${subjectAltName}), valid until ${validTo}`],
    ['chain', `${server}, signed by ${commonName(issuer)}, which is in ca.crt`],
    ['verified', tls.verification === 'full' ? 'chain and host name' : tls.verification],
    ['login', `${authentication.method}, channel binding ${authentication.channelBound ? 'yes' : 'no'}`],
  ]
}

function commonName(name: string): string {
  return /^CN=(.*)$/m.exec(name)?.[1] ?? name
}

/** Runs a query, and a transaction that is rolled back. */
export async function showWork(pool: Pool): Promise<void> {
  await step('query', () => pool.query('select now()'))
  await step('transaction with create table and insert, rolled back', async () => {
    const client = await pool.connect()
    try {
      await client.query('begin')
      await client.query('create temporary table account (balance numeric)')
      await client.query('insert into account values ($1)', ['42.00'])
      await client.query('rollback')
      const { rows } = await client.query("select to_regclass('account') as account")
      if (rows[0].account !== null) throw new Error('the transaction was not rolled back')
    } finally {
      client.release()
    }
  })
}
