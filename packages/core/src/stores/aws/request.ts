import { ConfigurationError } from '../../errors/configuration-error.ts'
import { CredentialsError, type SecretLocation } from '../../errors/credentials-error.ts'
import { problemWith } from '../../errors/finding.ts'
import { printable } from '../../text/printable.ts'
import { abortable } from '../../time/deadline.ts'
import { awsFailure } from './aws-error.ts'

/** One question to a store of AWS. */
export interface AwsRequest {
  readonly place: SecretLocation
  /** What IAM calls it. */
  readonly action: string
  /** How long the answer may take. */
  readonly timeoutMs: number
}

/** The default of {@link AwsRequest.timeoutMs}; the SDK itself would wait without end. */
export const ANSWER_MS = 5000

/** Asks, and explains what goes wrong. */
export async function callAws<T>(
  { place, action, timeoutMs }: AwsRequest,
  signal: AbortSignal,
  ask: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const late = AbortSignal.timeout(timeoutMs)
  const bounded = AbortSignal.any([signal, late])
  try {
    return await abortable(ask(bounded), bounded)
  } catch (error) {
    signal.throwIfAborted()
    if (!late.aborted) throw awsFailure(error, place, action)
    const message = `secret "${printable(place.secret)}" of ${place.store} cannot be read now (no answer within ${timeoutMs / 1000} s); the request is retried`
    throw new CredentialsError('CREDENTIALS_UNAVAILABLE', message, true, undefined, place)
  }
}

/**
 * Checks the name of a secret before it is shown anywhere: somebody may have put the secret itself in its place.
 *
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

/** The region to ask: an ARN names its own; else the one that is given, else the SDK's own default. */
export function regionOf(given: string | undefined, nameOrArn: string): { region?: string } {
  const region = /^arn:aws[\w-]*:\w+:([a-z0-9-]+):/.exec(nameOrArn)?.[1] ?? given
  return region ? { region } : {}
}
