import type { SSMClient } from '@aws-sdk/client-ssm'
import { endsBy } from '../../credentials/closing.ts'
import type { CredentialsProvider } from '../../credentials/credentials.ts'
import { retried } from '../../credentials/retried.ts'
import { checkedSettings } from '../../errors/argument.ts'
import type { SecretLocation } from '../../errors/credentials-error.ts'
import { missingPackage } from '../missing-package.ts'
import { credentialsInText, type SecretKeys } from '../secret-fields.ts'
import { askOnce } from './ask-once.ts'
import { refusePlainEndpoints, requireSecureEndpoint } from './endpoint.ts'
import { ANSWER_MS, callAws, checkedName, regionOf } from './request.ts'

/** Location of a parameter in AWS Systems Manager Parameter Store. */
export interface ParameterStoreSettings {
  /** Name or ARN, with `:version` or `:label` for a fixed version. */
  readonly name: string
  /** Region of the parameter; an ARN names its own. Default: the AWS SDK's (`AWS_REGION`, the shared configuration). */
  readonly region?: string
  /** Names of the fields if the parameter is an object in JSON. Default: the usual names. */
  readonly keys?: SecretKeys
  /** Limit of one answer of the store, in milliseconds. Default 5000. */
  readonly timeoutMs?: number
  /** An `SSMClient` to use. Default: one with the SDK's own settings. */
  readonly client?: ParameterStore
}

/** The used parts of an `SSMClient`. */
export interface ParameterStore {
  // biome-ignore lint/suspicious/noExplicitAny: the commands of every version of the SDK's client fit
  send(command: any, options?: { abortSignal?: AbortSignal }): Promise<any>
}

/**
 * Reads credentials from a parameter of AWS Systems Manager, through the optional peer `@aws-sdk/client-ssm`; a
 * SecureString is decrypted.
 *
 * @throws {@link ConfigurationError} `CONFIGURATION` if `name` is invalid, or `AWS_ENDPOINT_URL` is plain http to
 * another machine; {@link CredentialsError} from the provider: `CREDENTIALS_NOT_FOUND`, `CREDENTIALS_DENIED`,
 * `CREDENTIALS_INVALID` for another content, `CREDENTIALS_PACKAGE` without the peer, and `CREDENTIALS_UNAVAILABLE`
 * after `timeoutMs`.
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-parameter-store.html
 *
 * @example
 * const secrets = awsParameterStore({ name: '/orders/production/password', region: 'eu-west-1' })
 * const { profile } = resolveProfile({ settings: { host: 'db.example', user: 'app', secrets } })
 * console.log(profile.sslmode.value) // verify-full
 */
export function awsParameterStore(settings: ParameterStoreSettings): CredentialsProvider {
  const checked = checkedSettings(settings, 'awsParameterStore', {
    name: 'any',
    region: 'text',
    keys: 'object',
    timeoutMs: 'number',
    client: 'any',
  })
  const { region, keys, timeoutMs = ANSWER_MS } = checked
  const name = checkedName(checked.name, 'name')
  const place: SecretLocation = { store: 'AWS Parameter Store', secret: name }
  const { client } = checked
  if (!client) refusePlainEndpoints('SSM')
  let own: SSMClient | undefined
  const provider: CredentialsProvider = async ({ signal, rejected = [] }) => {
    const { SSMClient, GetParameterCommand } = await load(place)
    const { Parameter } = await callAws({ place, action: 'ssm:GetParameter', timeoutMs }, signal, (bounded) => {
      if (!client) own ??= new SSMClient(regionOf(region, name))
      const asked = client ?? (own as SSMClient)
      const command = new GetParameterCommand({ Name: name, WithDecryption: true })
      if (rejected.length > 0) askOnce(command)
      return asked.send(requireSecureEndpoint(command, place), { abortSignal: bounded })
    })
    const version = Parameter?.Version === undefined ? {} : { version: String(Parameter.Version) }
    return { ...credentialsInText(Parameter?.Value ?? '', place, keys), ...version }
  }
  endsBy(provider, () => {
    own?.destroy()
    own = undefined
  })
  return retried(provider)
}

async function load(place: SecretLocation) {
  try {
    return await import('@aws-sdk/client-ssm')
  } catch (error) {
    throw missingPackage('@aws-sdk/client-ssm', place, error)
  }
}
