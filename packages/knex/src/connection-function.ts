import { type Credentials, CredentialsError, type LoginFunction } from '@verifull/core'

/** The properties with the credentials, and with the server that they are for. */
const READ = ['user', 'password', 'host', 'port', 'database', 'expirationChecker']

/**
 * Makes a login function of Knex's `connection` function.
 *
 * As in Knex it is called once, and again when the `expirationChecker` of its answer says so; beyond that, when the
 * server rejects the password.
 */
export function connectionFunction(read: () => unknown, option: string): LoginFunction {
  let last: { readonly credentials: Credentials; readonly isExpired: () => boolean } | undefined
  return async ({ rejected = [] }) => {
    if (last && rejected.length === 0 && !last.isExpired()) return last.credentials
    const given = propertiesOf(await read(), option)
    const { expirationChecker = () => false, password, port, ...others } = given
    if (typeof expirationChecker !== 'function')
      throw invalid(`${option} gave an expirationChecker that is no function`)
    const credentials = {
      ...others,
      password: typeof password === 'function' ? await password() : password,
      ...(port !== undefined && { port: Number(port) }),
    } as Credentials
    last = { credentials, isExpired: () => Boolean(expirationChecker()) }
    return credentials
  }
}

function propertiesOf(given: unknown, option: string): Record<string, unknown> {
  if (typeof given === 'string') {
    throw invalid(
      `${option} gave a connection string; it must give { user, password }, and may give host, port and database`,
    )
  }
  if (typeof given !== 'object' || given === null) {
    throw invalid(`${option} gave no object; it must give { user, password }, and may give host, port and database`)
  }
  const record = given as Record<string, unknown>
  const isSaid = (name: string) => record[name] !== undefined && record[name] !== null
  const strangers = Object.keys(record).filter((name) => isSaid(name) && !READ.includes(name))
  if (strangers.length > 0) {
    const names = strangers.filter((name) => /^\w{1,40}$/.test(name)).join(', ') || 'what is no option'
    throw invalid(
      `${option} gave ${names}, which is settled before it is asked: give that in the settings or with an object as connection; the function may give user, password, host, port, database and expirationChecker`,
    )
  }
  return Object.fromEntries(READ.filter(isSaid).map((name) => [name, record[name]]))
}

function invalid(message: string): CredentialsError {
  return new CredentialsError('CREDENTIALS_INVALID', message, false)
}
