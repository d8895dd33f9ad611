import { type Credentials, isAmong } from '../../credentials/credentials.ts'
import { countQuestion } from '../../credentials/search-cost.ts'
import { CredentialsError } from '../../errors/credentials-error.ts'
import { sleep } from '../../time/sleep.ts'

/** The stages that may hold the valid secret where the current one is refused, the likeliest first. */
const OTHERS = ['AWSPENDING', 'AWSPREVIOUS'] as const

/** How long the version that is about to become valid waits for the current one, which may have become it meanwhile. */
const GRACE_MS = 250

/** What is asked while a refused secret is replaced. */
export interface StageQuestion {
  readonly rejected: readonly Credentials[]
  readonly search: object | undefined
  readonly signal: AbortSignal
  /** Reads a stage, again while the store fails in a way that may pass. */
  read(stage: string, signal: AbortSignal): Promise<Credentials>
}

/** What the other stages held in a search; they are asked once in it. */
const answers = new WeakMap<object, Map<string, Credentials | undefined>>()

/**
 * Gives the version of the secret to try after others were refused: the current one where it has changed, else the one
 * that is about to become valid, else the one that was valid before, else the current one again.
 *
 * The stages are asked side by side: a store may take longer for one answer than a connection can wait for three.
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

/** The version that is about to become valid, where it can be tried, after the current one has had its time. */
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

/** A stage that no version has, that we may not read or that holds no credentials yet, is no candidate. */
function noCandidate(error: unknown): undefined {
  if (!(error instanceof CredentialsError) || error.retryable) throw error
}
