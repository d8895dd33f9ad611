import { ConfigurationError } from '../../errors/configuration-error.ts'
import { CredentialsError, type SecretLocation } from '../../errors/credentials-error.ts'
import { problemWith } from '../../errors/finding.ts'
import { printable } from '../../text/printable.ts'
import { abortable, withDeadline } from '../../time/deadline.ts'
import { awsFailure } from './aws-error.ts'

/** One request to a store of AWS. */
export interface AwsRequest {
  readonly place: SecretLocation
  /** IAM's name of the action. */
  readonly action: string
  /** Limit of the answer, in milliseconds. */
  readonly timeoutMs: number
}

/** The default of {@link AwsRequest.timeoutMs}; the SDK itself has no limit. */
export const ANSWER_MS = 5000

/** Sends the request, and explains its failure. */
export async function callAws<T>(
  { place, action, timeoutMs }: AwsRequest,
  signal: AbortSignal,
  ask: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const late = () => {
    const message = `secret "${printable(place.secret)}" of ${place.store} cannot be read now (no answer within ${timeoutMs / 1000} s); the request is retried`
    return new CredentialsError('CREDENTIALS_UNAVAILABLE', message, true, undefined, place)
  }
  try {
    return await withDeadline(timeoutMs, late, signal, (bounded) => abortable(ask(bounded), bounded))
  } catch (error) {
    signal.throwIfAborted()
    throw awsFailure(error, place, action)
  }
}

/**
 * Checks the name of a secret before any message shows it: it may be the secret itself.
 *
 * @throws {@link ConfigurationError} `CONFIGURATION` if it cannot be a name.
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html
 */
export function checkedName(name: unknown, parameter: string): string {
  if (typeof name === 'string' && /^[\w/+=.@:!-]{1,2048}$/.test(name)) {
    const [, arn, field] = ECS_ARN.exec(name) ?? []
    if (arn === undefined) return name
    const fix = field ? `, and name the field in DB_SECRET_KEYS (keys): password=${field}` : ''
    const message = `${parameter} has the suffix that ECS puts behind the ARN (field:stage:version); give the ARN alone, ${arn}${fix}`
    throw new ConfigurationError([problemWith(parameter, message)])
  }
  const message = `${parameter} is not the name of a secret; give its name or its ARN, never its content`
  throw new ConfigurationError([problemWith(parameter, message)])
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html */
const ECS_ARN = /^(arn:aws[\w-]*:secretsmanager:[^:]*:\d*:secret:[^:]+):([^:]*)(?::[^:]*){0,2}$/

/** Returns the region of the request: an ARN's own, else the given one, else the SDK's default. */
export function regionOf(given: string | undefined, nameOrArn: string): { region?: string } {
  const region = /^arn:aws[\w-]*:\w+:([a-z0-9-]+):/.exec(nameOrArn)?.[1] ?? given
  return region ? { region } : {}
}
