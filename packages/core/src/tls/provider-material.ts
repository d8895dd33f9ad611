import { callProvider } from '../credentials/call-provider.ts'
import { endsBy } from '../credentials/closing.ts'
import { checkedTls, PROVIDED, type ProvidedTls, type TlsProvider } from '../credentials/tls-provider.ts'
import { verifiedFetch } from '../credentials/verified-fetch.ts'
import { ConfigurationError } from '../errors/configuration-error.ts'
import { closedError } from '../errors/connect-error.ts'
import { CredentialsError } from '../errors/credentials-error.ts'
import { type RuleFinding, refusals } from '../errors/finding.ts'
import { PolicyError } from '../errors/policy-error.ts'
import { VerifullError } from '../errors/verifull-error.ts'
import { tellTls, warnOfReload } from '../events/tell-tls.ts'
import type { Sourced } from '../text/sourced.ts'
import { backoffMs } from '../time/backoff.ts'
import { abortable } from '../time/deadline.ts'
import { type Life, Refreshed } from '../time/refreshed.ts'
import type { CertificateFlaw } from '../x509/certificate-flaws.ts'
import { FileMaterial } from './file-material.ts'
import type { TlsMaterial, TlsSources } from './material.ts'
import { contradictions, endOf, noRoots, problemsIn, sourcesOf, withdrawn, withProvided } from './merge-provided.ts'
import type { TlsMaterialSettings } from './settings.ts'
import { idOf } from './shared-material.ts'
import type { TlsSnapshot } from './snapshot.ts'

/** Settings beside the provider, and the policy that judges its certificates. */
export interface ProviderMaterialSettings {
  /** The TLS settings without the provider's answer. */
  readonly settings: TlsMaterialSettings
  /** The material of the settings alone. */
  readonly files: FileMaterial
  /** The mode, in words, if it needs trusted roots. */
  readonly needsRoots?: string | undefined
  /** Name of the policy behind `evaluate`: material is shared only under one policy. */
  readonly policy: string
  evaluate(certificates: readonly CertificateFlaw[]): readonly RuleFinding[]
}

/**
 * Shared materials: one for all profiles with the same provider and settings, such as a primary and its replicas, or
 * several pools.
 */
const shared = new WeakMap<TlsProvider, Map<string, ProviderMaterial>>()

/** Returns the material of a provider, which is loaded when the first connection is made. */
export function providerMaterial(provider: Sourced<TlsProvider>, wanted: ProviderMaterialSettings): TlsMaterial {
  const own = shared.get(provider.value) ?? materialsOf(provider.value)
  const id = [idOf(wanted.settings), wanted.needsRoots, wanted.policy].join('\n')
  const material = own.get(id) ?? new ProviderMaterial(provider, wanted)
  own.set(id, material)
  return material
}

function materialsOf(provider: TlsProvider): Map<string, ProviderMaterial> {
  const materials = new Map<string, ProviderMaterial>()
  shared.set(provider, materials)
  endsBy(provider, () => {
    for (const material of materials.values()) material.close()
  })
  return materials
}

/** The answer of a provider, checked and ready to use. */
interface Loaded {
  readonly given: ProvidedTls
  /** The material of the answer; a provider may leave a part to files. */
  readonly material: FileMaterial
  /** The end of the certificates or of the answer by the calendar, in milliseconds since 1970. */
  readonly endsAt: number
}

/** Limit of one answer, in milliseconds; less than the limit of a connection. */
const TIMEOUT_MS = 8000
/** Time to the next load if the material names no end, in milliseconds. */
const TTL_MS = 300_000
/** Reload requests within this time count as one incident, for which the pause between reloads doubles. */
const INCIDENT_MS = 60_000
/** Number of failures that a reload request counts as: a provider may issue a certificate for each load. */
const RELOAD_WEIGHT = 5

/** TLS material of a provider: loaded on first use, and again ahead of its end. */
class ProviderMaterial implements TlsMaterial {
  readonly sources: TlsSources
  readonly #provider: Sourced<TlsProvider>
  readonly #wanted: ProviderMaterialSettings
  readonly #check: () => void
  readonly #loaded: Refreshed<Loaded>
  #incidents = 0
  #reloadsPausedUntil = 0
  #warned: string | undefined

  constructor(provider: Sourced<TlsProvider>, wanted: ProviderMaterialSettings) {
    this.#provider = provider
    this.#wanted = wanted
    this.#check = verifiedFetch(provider.source)
    this.sources = sourcesOf(provider.source, { settings: wanted.settings, sources: wanted.files.sources })
    this.#loaded = new Refreshed<Loaded>({
      load: (signal) => this.#load(signal),
      lifeOf,
      hasEnded: ({ endsAt }) => Date.now() >= endsAt,
      timeoutMs: TIMEOUT_MS,
      late: (timeoutMs) => tooLate(provider.source, timeoutMs),
      onLoaded: (loaded, previous) => this.#tellReload(loaded, previous),
      onFailed: (error) => this.#tellFailure(error),
    })
  }

  get last(): TlsSnapshot | undefined {
    return this.#loaded.last?.material.last
  }

  async ready(signal: AbortSignal): Promise<TlsSnapshot> {
    return (await this.#loaded.get(signal)).material.current()
  }

  async renewed(refused: TlsSnapshot, signal: AbortSignal): Promise<TlsSnapshot | undefined> {
    const other = this.#otherThan(refused)
    const { isLoading } = this.#loaded
    if (other || (!isLoading && !this.#mayReload())) return other
    // The error to show is the server's, or that of its certificate, and not the provider's.
    await abortable(this.#loaded.refresh(), signal).catch(() => signal.throwIfAborted())
    // A load that began before the request may have missed the change.
    return this.#otherThan(refused) ?? (isLoading ? await this.renewed(refused, signal) : undefined)
  }

  /** Ends a load in flight and forgets the material: the next connection loads anew. */
  close(): void {
    this.#loaded.close(closedError())
  }

  #mayReload(): boolean {
    const now = performance.now()
    if (now < this.#reloadsPausedUntil) return false
    if (now > this.#reloadsPausedUntil + INCIDENT_MS) this.#incidents = 0
    this.#reloadsPausedUntil = now + backoffMs(RELOAD_WEIGHT + this.#incidents++)
    return true
  }

  #otherThan(version: TlsSnapshot): TlsSnapshot | undefined {
    const present = this.#loaded.last?.material.current()
    return present === version ? undefined : present
  }

  async #load(signal: AbortSignal): Promise<Loaded> {
    const { value: provide, source } = this.#provider
    this.#check()
    const answer = await callProvider(async () => provide({ signal }), source, signal, 'TLS material')
    const given = checkedTls(answer, source)
    const { last } = this.#loaded
    const isSame = last !== undefined && PROVIDED.every((name) => given[name] === last.given[name])
    const material = isSame ? last.material : this.#materialOf(given, last)
    return { given, material, endsAt: endOf(given, material.current()) }
  }

  /**
   * Makes the material of an answer.
   *
   * @throws {@link ConfigurationError} `CONFIGURATION` for its problems; {@link PolicyError} `POLICY` if the policy
   * refuses it.
   */
  #materialOf(given: ProvidedTls, last: Loaded | undefined): FileMaterial {
    const { settings, files, needsRoots, evaluate } = this.#wanted
    const { source } = this.#provider
    const problems = [...contradictions(given, settings, source), ...withdrawn(given, last?.given, source)]
    if (problems.length > 0) throw new ConfigurationError(problems)
    const number = (last?.material.last.version ?? 0) + 1
    const material = new FileMaterial(withProvided(settings, given, source), number, last?.material ?? files)
    const version = material.current()
    if (needsRoots !== undefined && version.roots.kind === 'none') {
      throw new ConfigurationError([noRoots(needsRoots, source)])
    }
    // An end named by the provider is planned: the next certificate is in use before it.
    const findings = evaluate(version.flaws.filter(({ kind }) => kind !== 'expiring' || !given.expiresAt))
    const refused = refusals(findings)
    if (refused.length > 0) throw new PolicyError(refused)
    if (findings.length > 0) tellTls({ kind: 'findings', version, findings })
    return material
  }

  #tellReload({ material }: Loaded, previous: Loaded | undefined): void {
    if (previous && previous.material !== material) tellTls({ kind: 'reloaded', version: material.current() })
    this.#warned = undefined
  }

  #tellFailure(error: unknown): void {
    const { last } = this.#loaded
    if (!last) return
    tellTls({ kind: 'reload-failed', version: last.material.last, problems: problemsIn(error) })
    // A store that is down recovers by itself; bad material must be examined, once.
    const message = VerifullError.isInstance(error) ? error.message : 'the provider failed'
    const { retryable = false } = error as { readonly retryable?: boolean }
    if (retryable || message === this.#warned) return
    this.#warned = message
    warnOfReload(`material of ${this.#provider.source} is`, message, this.#wanted.settings)
  }
}

function lifeOf({ given, endsAt }: Loaded): Life {
  const leftMs = endsAt - Date.now()
  return { endsInMs: leftMs, refreshInMs: Math.min(leftMs * 0.9, given.expiresAt ? Infinity : TTL_MS) }
}

function tooLate(source: string, timeoutMs: number): CredentialsError {
  const message = `${source} gave no TLS material within ${timeoutMs / 1000} s`
  return new CredentialsError('CREDENTIALS_UNAVAILABLE', message, true)
}
