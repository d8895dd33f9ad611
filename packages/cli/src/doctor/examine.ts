import { type CredentialsEvent, type KnownEndpoint, providerOf, runChecks } from '@verifull/core/diagnostics'
import { diagnose } from './diagnose.ts'
import type { Diagnosis } from './diagnosis.ts'
import type { Examination } from './examination.ts'
import type { Examined } from './examined.ts'
import { lookAround } from './look-around.ts'
import { withPasswordShape } from './password-shape.ts'
import type { Place } from './place.ts'
import { recoveryRemarks } from './recovery.ts'
import { type Prepared, prepareSecret } from './secret.ts'
import { rotationRemarks, withSecretEvents } from './secret-events.ts'

/** Examines one server: the secret, DNS, each address as far as TLS, and one real login. Nothing is thrown but an interruption. */
export async function examine(examined: Examined): Promise<Examination> {
  return await withSecretEvents((events) => examineWith(events, examined))
}

async function examineWith(events: readonly CredentialsEvent[], examined: Examined): Promise<Examination> {
  const { role, profile } = examined
  examined.step(`${role}: secret`)
  const prepared = await prepareSecret(examined, events)
  const { endpoint, secret } = prepared
  if (!endpoint)
    return { role, name: 'host of the secret', host: '', port: 0, addresses: [], remarks: [], ...NOTHING, ...prepared }
  const { host, port } = endpoint
  const place = {
    host,
    port,
    user: secret?.user ?? profile.user,
    database: profile.database ?? secret?.user ?? profile.user,
    password: examined.password,
    direct: profile.sslnegotiation === 'direct',
  }
  const provider = providerOf(host)
  const about = { role, name: `${host}:${port}`, host, port, ...(provider && { provider: providerFacts(provider) }) }
  const seen = await connect(examined, endpoint, place, prepared)
  const rotation = seen.login ? rotationRemarks(events) : []
  return {
    ...about,
    ...(secret && { secret }),
    ...seen,
    remarks: [...seen.remarks, ...rotation],
    problems: seen.problems.map((problem) => withStep(problem, provider)),
  }
}

type Seen = Pick<Examination, 'lookup' | 'addresses' | 'login' | 'findings' | 'notSeen' | 'problems' | 'remarks'>

/** The policy's view of a server without a login. */
const NOTHING = { findings: [], notSeen: [] }

async function connect(
  examined: Examined,
  endpoint: KnownEndpoint,
  place: Place,
  { problems: ofSecret }: Prepared,
): Promise<Seen> {
  const { profile } = examined
  const { failures, ...seen } = await lookAround(examined, endpoint, place)
  const remarks = failures.flat()
  const isTlsOnly = endpoint.kind === 'tcp' && profile.attempts.every(({ kind }) => kind === 'tls')
  const isLost = !seen.addresses.some(({ error }) => error === undefined)
  if (isLost && (isTlsOnly || remarks.every(({ unreachable }) => unreachable))) {
    return { ...seen, problems: [...ofSecret, ...once(remarks)], remarks: [], ...NOTHING }
  }
  // Without a secret there is nothing to log in with.
  if (ofSecret.length > 0) return { ...seen, problems: ofSecret, remarks, ...NOTHING }
  examined.step(`${examined.role}: login`)
  const begun = performance.now()
  try {
    const alone = { ...profile, endpoints: [endpoint], deadlineMs: examined.timeoutMs, failoverTimeoutMs: 0 }
    const { attestation, facts, findings, notChecked, engine } = await runChecks(alone, {
      signal: examined.signal,
      poolMax: examined.poolMax,
      instances: examined.instances,
    })
    const { server, endpoint: path, session } = facts
    const { user, authentication, encrypted, address } = attestation
    const milliseconds = performance.now() - begun
    return {
      ...seen,
      login: {
        user,
        ...authentication,
        encrypted,
        address,
        milliseconds,
        session,
        endpoint: path,
        ...(server && { server }),
      },
      findings,
      notSeen: engine ? [] : notChecked.map(({ facts: kind, error }) => ({ facts: kind, why: error.message })),
      problems: [],
      remarks: [
        ...remarks,
        ...(engine ? [otherProduct(engine.product, place)] : []),
        ...recoveryRemarks(examined, place, server?.inRecovery),
      ],
    }
  } catch (error) {
    examined.signal.throwIfAborted()
    const problems = diagnose(error, { ...place, encrypted: isTlsOnly })
    return { ...seen, problems: await withPasswordShape(problems, error, examined), remarks, ...NOTHING }
  }
}

/** A product that is verified like PostgreSQL, and has other rights and settings. */
function otherProduct(product: string, { host, port }: Place): Diagnosis {
  return {
    code: 'ENGINE',
    unreachable: false,
    what: `${host}:${port} is ${product}, without PostgreSQL's catalog: the rules about server and role were not checked`,
    fix: 'hold the rights of the role and the settings of the server against the documentation of that product',
  }
}

/** Returns each cause once: two addresses of one server have the same. */
export function once(problems: readonly Diagnosis[]): readonly Diagnosis[] {
  return problems.filter(
    ({ code, fix }, index) => problems.findIndex((one) => one.code === code && one.fix === fix) === index,
  )
}

type Hosted = NonNullable<ReturnType<typeof providerOf>>

function providerFacts({ name, step, source, checked }: Hosted): NonNullable<Examination['provider']> {
  return { name, step, source, checked }
}

/** Errors that the provider's own step helps against. */
const HELPED =
  /^(TLS_(?!WEAK|INJECTION|REVOKED)|AUTH_CHANNEL|ENETUNREACH|EHOSTUNREACH|ENOTFOUND|EADDRNOTAVAIL|XX000|08P01)/

/** Adds the provider's own step to the fix, where it helps. */
export function withStep(problem: Diagnosis, provider: Hosted | undefined): Diagnosis {
  if (!provider || !HELPED.test(problem.code)) return problem
  const { name, certificate, step, checked } = provider
  const about = problem.code === 'TLS_ISSUER' ? `${certificate}; ${step}` : step
  return { ...problem, fix: `${problem.fix}; ${name}${checked ? '' : ' (not checked)'}: ${about}` }
}
