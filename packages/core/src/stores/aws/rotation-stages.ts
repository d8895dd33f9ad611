import { type Credentials, isAmong } from '../../credentials/credentials.ts'
import { countQuestion } from '../../credentials/search-cost.ts'
import { CredentialsError } from '../../errors/credentials-error.ts'
import { sleep } from '../../time/sleep.ts'

/** The stages that may hold the valid secret if the current one is rejected, the likeliest first. */
const OTHERS = ['AWSPENDING', 'AWSPREVIOUS'] as const

/** Wait for the current version before the pending one is used, in milliseconds: it may have become valid meanwhile. */
const GRACE_MS = 250

/** The request for a replacement of a rejected secret. */
export interface StageQuestion {
  readonly rejected: readonly Credentials[]
  readonly search: object | undefined
  readonly signal: AbortSignal
  /** Reads a stage, with retries while the store fails in a way that may pass. */
  read(stage: string, signal: AbortSignal): Promise<Credentials>
}

/** Contents of the other stages by search; each is read once in it. */
const answers = new WeakMap<object, Map<string, Credentials | undefined>>()

/**
 * Returns the version of the secret to try after rejected ones: the current one if it has changed, else the pending
 * one, else the previous one, else the current one again.
 *
 * The stages are read in parallel: one answer of the store may take more than a third of the time that a connection can
 * wait.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html
 */
export async function otherVersion({ rejected, search, signal, read }: StageQuestion): Promise<Credentials> {
  const known = knownIn(search)
  const over = new AbortController()
  const bounded = AbortSignal.any([signal, over.signal])
  const isOther = (one: Credentials | undefined): one is Credentials => one !== undefined && !isAmong(one, rejected)
  const current = read('AWSCURRENT', bounded)
  const others = OTHERS.map(async (stage) => {
    if (!known.has(stage)) {
      countQuestion(search)
      known.set(stage, await read(stage, bounded).catch(noCandidate))
    }
    return known.get(stage)
  })
  for (const asked of [current, ...others]) asked.catch(() => {})
  try {
    const first = await Promise.race([current, likely(others[0], isOther, bounded).then((one) => one ?? current)])
    if (isOther(first)) return first
    for (const asked of others) {
      const candidate = await asked
      if (isOther(candidate)) return candidate
    }
    return first
  } finally {
    over.abort()
  }
}

/** Returns the pending version, if it can be tried, once the current one has had its time. */
async function likely(
  pending: Promise<Credentials | undefined> | undefined,
  isOther: (one: Credentials | undefined) => one is Credentials,
  signal: AbortSignal,
): Promise<Credentials | undefined> {
  const candidate = await pending?.catch(() => undefined)
  if (!isOther(candidate)) return undefined
  await sleep(GRACE_MS, signal).catch(() => {})
  return candidate
}

function knownIn(search: object = {}): Map<string, Credentials | undefined> {
  const known = answers.get(search) ?? new Map()
  answers.set(search, known)
  return known
}

/** Returns undefined for a stage that does not exist, is not readable or has no credentials yet. */
function noCandidate(error: unknown): undefined {
  if (!(error instanceof CredentialsError) || error.retryable) throw error
}
