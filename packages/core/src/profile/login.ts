import type { Login } from '../auth/authenticate.ts'
import { Rotations } from '../credentials/rotations.ts'
import { loginWith } from '../credentials/supply.ts'
import { CredentialsError } from '../errors/credentials-error.ts'
import type { Secret } from '../secret.ts'
import type { Endpoint } from '../settings/hosts.ts'
import { type PassfileKey, passwordFromPassfile } from '../settings/passfile.ts'
import type { Sourced } from '../settings/sourced.ts'
import type { Profile } from './profile.ts'
import { rotatingSource, type WhoAndHow } from './rotating-source.ts'
import { secretIn } from './secret-in.ts'

/**
 * Gives the function that a profile asks who logs in, once for each connection and host.
 *
 * What may change is read anew: a file, a function, a provider, the password file. User and password of a provider are
 * one value.
 */
export function loginOf(merged: WhoAndHow): Pick<Profile, 'login' | 'rotations'> {
  const source = rotatingSource(merged)
  if (!source) return { login: async (endpoint) => fixedLogin(merged, endpoint) }
  const rotations = new Rotations(source)
  return {
    rotations,
    async login(endpoint, signal) {
      return loginWith(await rotations.ready(endpoint, signal))
    },
  }
}

function fixedLogin({ values, userFile, password }: WhoAndHow, { host, port }: Endpoint): Login {
  const user = userFile ? secretIn(userFile).reveal() : values.user?.value
  if (user === undefined)
    throw new CredentialsError('CREDENTIALS_MISSING', 'no user is configured; set user, DB_USER or PGUSER', false)
  if (password?.value.kind === 'text') return { user, password: password.value.password }
  const database = values.database?.value ?? user
  return { user, password: inPassfile(values.passfile, { host, port, database, user }) }
}

/** Where no password is configured, libpq's password file may have one for this host. */
function inPassfile(passfile: Sourced | undefined, key: PassfileKey): Secret | undefined {
  if (!passfile) return undefined
  const { password, warning } = passwordFromPassfile(passfile.value, key)
  if (warning) process.emitWarning(warning, { code: 'VERIFULL_PASSFILE' })
  return password
}
