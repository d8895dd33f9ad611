import { isIP } from 'node:net'
import { isLoopback, lookupLoopback } from '../../addresses/loopback.ts'
import { ConfigurationError } from '../../errors/configuration-error.ts'
import { CredentialsError, type SecretLocation } from '../../errors/credentials-error.ts'
import { problemWith } from '../../errors/finding.ts'
import { environmentOf } from '../../system/environment.ts'
import { printable } from '../../text/printable.ts'
import { quote } from '../../text/quote.ts'

/**
 * Refuses variables that lead to AWS in plaintext, at the start; the SDK reads them from the process itself.
 *
 * @throws {@link ConfigurationError} `CONFIGURATION` if one of them is plain http to another machine.
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
export function refusePlainEndpoints(service: 'SECRETS_MANAGER' | 'SSM'): void {
  const { variables } = environmentOf()
  if (variables.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS === 'true') return
  const problems = ['AWS_ENDPOINT_URL', `AWS_ENDPOINT_URL_${service}`, 'AWS_ENDPOINT_URL_STS'].flatMap((parameter) => {
    const value = variables[parameter]
    if (!value || !URL.canParse(value)) return []
    const { protocol, hostname } = new URL(value)
    return isSafe(protocol, hostname) ? [] : [problemWith(parameter, plain(parameter, hostname))]
  })
  if (problems.length > 0) throw new ConfigurationError(problems)
}

/** The used parts of a command of the SDK. */
interface Command {
  readonly middlewareStack: {
    // biome-ignore lint/suspicious/noExplicitAny: every version of the SDK has another type for it
    add(middleware: any, options: { readonly step: 'build'; readonly name: string }): void
  }
}

/**
 * Rejects the request of a command unless it goes to https or loopback, under any configuration file or client: the
 * response contains the secret.
 */
export function requireSecureEndpoint<C extends Command>(command: C, { store, secret }: SecretLocation): C {
  const check = (next: (step: Step) => Promise<unknown>) => async (step: Step) => {
    const { protocol = '', hostname = '' } = step.request ?? {}
    if (isSafe(protocol, hostname) && (protocol === 'https:' || (await dialLoopback(step.request)))) {
      return await next(step)
    }
    const message = `secret "${printable(secret)}" of ${store} is not requested: ${plain('the AWS endpoint', hostname)}`
    throw new CredentialsError('CREDENTIALS_INVALID', message, false, undefined, { store, secret })
  }
  command.middlewareStack.add(check, { step: 'build', name: 'verifullUnheard' })
  return command
}

interface Step {
  readonly request?: Request
}

interface Request {
  readonly protocol?: string
  hostname?: string
  readonly port?: number
  readonly headers?: Record<string, string>
}

/** Replaces the name, which may lead anywhere, by its address; false if that is not this machine. */
async function dialLoopback(request: Request = {}): Promise<boolean> {
  const { hostname = '', port, headers } = request
  if (isIP(hostname.replace(/^\[(.*)\]$/, '$1'))) return true
  const address = await new Promise<string | undefined>((resolve) => {
    lookupLoopback(hostname, {}, (error, found) => resolve(error ? undefined : String(found)))
  })
  if (address === undefined) return false
  if (headers) headers.host ??= port === undefined ? hostname : `${hostname}:${port}`
  request.hostname = isIP(address) === 6 ? `[${address}]` : address
  return true
}

function isSafe(protocol: string, hostname: string): boolean {
  return protocol === 'https:' || isLoopback(hostname)
}

function plain(what: string, hostname: string): string {
  return `${what} is plain http to ${quote(hostname)}, where anyone on the way reads the secrets; use https:`
}
