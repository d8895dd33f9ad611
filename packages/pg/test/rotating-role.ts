import type { Credentials, CredentialsProvider, Settings } from '@verifull/pg'
import type { Database } from '@verifull/test-harness'

/** A role of its own, whose password is changed on the server and in the store apart. */
export interface RotatingRole {
  readonly store: { current: Credentials; fetches: number; failure?: unknown }
  readonly settings: Settings
  /** Changes the password that the server wants. */
  onServer(next: string): Promise<unknown>
  /** Changes both, the server first. */
  rotate(next: string): Promise<void>
  /** Returns the numbers of accepted and rejected logins. */
  logins(): Promise<{ accepted: number; refused: number }>
  /** Returns the number of open sessions. */
  sessions(): Promise<number>
}

export async function rotatingRole({ server, settings }: Database, name: string): Promise<RotatingRole> {
  await server.sql(`create role ${name} login password 'one'`)
  const { password: _password, user: _user, ...where } = settings
  const store: RotatingRole['store'] = { current: { user: name, password: 'one' }, fetches: 0 }
  const secrets: CredentialsProvider = async () => {
    store.fetches++
    if (store.failure) throw store.failure
    return store.current
  }
  const onServer = (next: string) => server.sql(`alter role ${name} password '${next}'`)
  return {
    store,
    settings: { ...where, secrets },
    onServer,
    async rotate(next) {
      await onServer(next)
      store.current = { user: name, password: next }
    },
    async logins() {
      const seen = await server.connectionsSeen()
      return {
        accepted: seen.filter(({ authorized }) => authorized?.user === name).length,
        refused: seen.filter(({ refused }) => refused?.message.includes(`"${name}"`)).length,
      }
    },
    async sessions() {
      const [row] = await server.sql(`select count(*) from pg_stat_activity where usename = '${name}'`)
      return Number(row?.count)
    },
  }
}
