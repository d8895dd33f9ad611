import { asked } from '../credentials/given.ts'
import { checkedTls, PROVIDED, type ProvidedTls, type TlsProvider } from '../credentials/tls-provider.ts'
import { verifiedFetch } from '../credentials/verified-fetch.ts'
import { ConfigurationError } from '../errors/configuration-error.ts'
import { CredentialsError } from '../errors/credentials-error.ts'
import type { Finding } from '../errors/finding.ts'
import { PolicyError } from '../errors/policy-error.ts'
import { VerifullError } from '../errors/verifull-error.ts'
import { publish, warnOfReload } from '../events/tls.ts'
import type { Sourced } from '../text/sourced.ts'
import { backoffMs } from '../time/backoff.ts'
import { abortable, withTimeout } from '../time/deadline.ts'
import { Expiry } from '../time/expiry.ts'
import { sleep, unrefTimersOf } from '../time/sleep.ts'
import type { CertificateFinding } from '../x509/certificate-findings.ts'
import { FileMaterial } from './file-material.ts'
import type { TlsMaterial, TlsSources } from './material.ts'
import type { TlsSettings } from './settings.ts'
import { idOf } from './shared-material.ts'
import type { TlsVersion } from './version.ts'
import { contradictions, endOf, noRoots, problemsIn, sourcesOf, withdrawn, withProvided } from './with-provided.ts'

/** How a provider's material is put to use. */
export interface ProvidedSettings {
  /** What is said of TLS beside the provider, and where it comes from. */
  readonly settings: TlsSettings
  /** The material that the settings alone make. */
  readonly files: FileMaterial
  /** The mode, in words, where it needs trusted roots. */
  readonly needsRoots?: string | undefined
  /** What the policy has to say of certificates; `policy` names it, so that only those who agree on it share material. */
  readonly policy: string
  judge(certificates: readonly CertificateFinding[]): readonly Finding[]
}

/** One material for all profiles with the same provider and the same settings: a primary and its replicas, several pools. */
const shared = new WeakMap<TlsProvider, Map<string, ProvidedMaterial>>()

/** Gives the material of a provider; it is asked when the first connection is made. */
export function providedMaterial(provider: Sourced<TlsProvider>, wanted: ProvidedSettings): TlsMaterial {
  const own = shared.get(provider.value) ?? new Map<string, ProvidedMaterial>()
  shared.set(provider.value, own)
  const id = [idOf(wanted.settings), wanted.needsRoots, wanted.policy].join('\n')
  const material = own.get(id) ?? new ProvidedMaterial(provider, wanted)
  own.set(id, material)
  return material
}

/** What a provider gave, checked and ready to use. */
interface Loaded {
  readonly given: ProvidedTls
  /** A provider may leave a part to files. */
  readonly material: FileMaterial
  /** From here on the provider is asked in the background, while everybody has this. */
  readonly due: Expiry
  /** From here on this lets nobody in. */
  readonly end: Expiry
  /** The same by the calendar, which is what a certificate's end is by its nature. */
  readonly endsAt: number
}

/** How long the provider may take for one answer: less than a connection may. */
const TIMEOUT_MS = 8000
/** How often it is asked where its material says nothing of an end. */
const TTL_MS = 300_000
/** Doubts that follow each other so soon are the same doubt, and the provider is left in peace for longer each time. */
const SAME_DOUBT_MS = 60_000
/** How many failures a doubt counts for: a provider may issue a certificate for each question. */
const DOUBT = 5
/** The longest wait for a provider that has just failed, where there is no good material. */
const COLD_REST_MS = 1000

/** TLS material of a provider: asked for when first needed, and again ahead of its end. */
class ProvidedMaterial implements TlsMaterial {
  readonly sources: TlsSources
  readonly #provider: Sourced<TlsProvider>
  readonly #wanted: ProvidedSettings
  readonly #check: () => void
  #last: Loaded | undefined
  #refresh: Promise<Loaded> | undefined
  #failures = 0
  #quietUntil = 0
  #doubts = 0
  #restUntil = 0
  #warned: string | undefined

  constructor(provider: Sourced<TlsProvider>, wanted: ProvidedSettings) {
    this.#provider = provider
    this.#wanted = wanted
    this.#check = verifiedFetch(provider.source)
    this.sources = sourcesOf(provider.source, { settings: wanted.settings, sources: wanted.files.sources })
  }

  async ready(signal: AbortSignal): Promise<TlsVersion> {
    const last = this.#last
    if (!last || isOver(last)) return (await abortable(this.#refreshed(), signal)).material.current()
    if (last.due.hasCome && performance.now() >= this.#quietUntil) this.#refreshed()
    return last.material.current()
  }

  async renewed(refused: TlsVersion, signal: AbortSignal): Promise<TlsVersion | undefined> {
    const other = this.#otherThan(refused)
    const earlier = this.#refresh
    if (other || (!earlier && !this.#mayDoubt())) return other
    // What the server or its certificate had to say is the error to show, whatever the provider's is.
    await abortable(this.#refreshed(), signal).catch(() => signal.throwIfAborted())
    // A question that was asked before may have had its answer before the change.
    return this.#otherThan(refused) ?? (earlier ? await this.renewed(refused, signal) : undefined)
  }

  #mayDoubt(): boolean {
    const now = performance.now()
    if (now < this.#restUntil) return false
    if (now > this.#restUntil + SAME_DOUBT_MS) this.#doubts = 0
    this.#restUntil = now + backoffMs(DOUBT + this.#doubts++)
    return true
  }

  #otherThan(version: TlsVersion): TlsVersion | undefined {
    const present = this.#last?.material.current()
    return present === version ? undefined : present
  }

  /** One question for all who ask meanwhile. */
  #refreshed(): Promise<Loaded> {
    if (this.#refresh) return this.#refresh
    const refresh = this.#load()
      .then(
        (loaded) => this.#keep(loaded),
        (error: unknown) => this.#failed(error),
      )
      .finally(() => {
        this.#refresh = undefined
      })
    refresh.catch(() => {})
    this.#refresh = refresh
    return refresh
  }

  async #load(): Promise<Loaded> {
    const { value: provide, source } = this.#provider
    const isGood = this.#last !== undefined && !isOver(this.#last)
    const rest = isGood ? 0 : Math.min(this.#quietUntil - performance.now(), COLD_REST_MS)
    const late = () => {
      const message = `${source} gave no TLS material within ${TIMEOUT_MS / 1000} s`
      return new CredentialsError('CREDENTIALS_UNAVAILABLE', message, true)
    }
    const answer = await withTimeout(TIMEOUT_MS, late, async (signal) => {
      if (isGood) unrefTimersOf(signal)
      if (rest > 0) await sleep(rest, signal)
      this.#check()
      return await asked(async () => provide({ signal }), source, signal, 'TLS material')
    })
    const given = checkedTls(answer, source)
    const last = this.#last
    const isSame = last !== undefined && PROVIDED.every((name) => given[name] === last.given[name])
    const material = isSame ? last.material : this.#materialOf(given)
    const endsAt = endOf(given, material.current())
    const left = endsAt - Date.now()
    const life = Math.min(left * 0.9, given.expiresAt ? Infinity : TTL_MS)
    return { given, material, endsAt, end: new Expiry(left), due: new Expiry(life * (0.7 + 0.2 * Math.random())) }
  }

  /** @throws {ConfigurationError} what is wrong with it; {@link PolicyError} what the policy refuses. */
  #materialOf(given: ProvidedTls): FileMaterial {
    const { settings, files, needsRoots, judge } = this.#wanted
    const { source } = this.#provider
    const problems = [...contradictions(given, settings, source), ...withdrawn(given, this.#last?.given, source)]
    if (problems.length > 0) throw new ConfigurationError(problems)
    const number = (this.#last?.material.last.version ?? 0) + 1
    const material = new FileMaterial(withProvided(settings, given, source), number, this.#last?.material ?? files)
    const version = material.current()
    if (needsRoots !== undefined && version.roots.kind === 'none') {
      throw new ConfigurationError([noRoots(needsRoots, source)])
    }
    // An end that the provider names itself is no surprise: the next certificate is in use before it.
    const findings = judge(version.findings.filter(({ kind }) => kind !== 'expiring' || !given.expiresAt))
    const refusals = findings.filter(({ severity }) => severity === 'refuse')
    if (refusals.length > 0) throw new PolicyError(refusals)
    if (findings.length > 0) publish({ kind: 'findings', version, findings })
    return material
  }

  #keep(loaded: Loaded): Loaded {
    const { material } = loaded
    if (this.#last && this.#last.material !== material) publish({ kind: 'reloaded', version: material.current() })
    this.#last = loaded
    this.#failures = this.#quietUntil = 0
    this.#warned = undefined
    return loaded
  }

  #failed(error: unknown): never {
    this.#quietUntil = performance.now() + backoffMs(++this.#failures)
    if (this.#last) {
      publish({ kind: 'reload-failed', version: this.#last.material.last, problems: problemsIn(error) })
      this.#warn(error)
    }
    throw error
  }

  /** A store that is down comes back by itself; material that is bad is for somebody to look at, once. */
  #warn(error: unknown): void {
    const message = VerifullError.isInstance(error) ? error.message : 'the provider failed'
    const { retryable = false } = error as { readonly retryable?: boolean }
    if (retryable || message === this.#warned) return
    this.#warned = message
    warnOfReload(`material of ${this.#provider.source} is`, message, this.#wanted.settings)
  }
}

function isOver({ end, endsAt }: Loaded): boolean {
  return end.hasCome || Date.now() >= endsAt
}
