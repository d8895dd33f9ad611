import { type LibpqAdapter, libpqOracle } from '../../src/oracle/libpq.ts'

/** libpq as a client of hostile servers. */
export interface Client {
  /** `connected`, or the reason of the refusal with libpq's message. */
  attempt(port: number, parameters?: Readonly<Record<string, string>>): Promise<string>
  close(): Promise<void>
}

export async function libpqClient(): Promise<Client> {
  const libpq: LibpqAdapter = await libpqOracle()
  return {
    async attempt(port, parameters = {}) {
      const standard = { host: '127.0.0.1', port: String(port), user: 'app', dbname: 'app', password: 'canary' }
      const request = { environment: { HOME: '/nowhere' }, timeoutMs: 3000, parameters: { ...standard, ...parameters } }
      try {
        const session = await libpq.connect(request)
        await session.query('select 1')
        await session.close()
        return 'connected'
      } catch (error) {
        const { reason, message } = libpq.refusalOf(error)
        return `${reason}: ${message}`
      }
    },
    close: () => libpq.close(),
  }
}
