import { readFileSync } from 'node:fs'
import { abortable } from '../dial/deadline.ts'
import { CredentialsError, type SecretPlace } from '../errors/credentials-error.ts'
import { LONGEST_TIMER_MS } from '../longest-timer.ts'
import { missingPackage } from './missing-package.ts'
import { logInToVault } from './vault-auth.ts'
import { statusOf, vaultFailure } from './vault-failure.ts'
import type { VaultAnswer, VaultAuth, VaultClient, VaultSettings } from './vault-settings.ts'
import type { VaultToken } from './vault-token.ts'

/** How long a renewal of the token in the background may take, and how long it rests after one that failed. */
const RENEWAL_MS = 10_000
const RETRY_MS = 1000

/**
 * The way to one Vault: it logs in when it has to, keeps its token alive, and logs in again when the token's life is over.
 *
 * Everything that a token owns, leases above all, ends with it. So a token is renewed at two thirds of its time, in the
 * background, for as long as somebody holds a lease or asks.
 */
export class VaultSession {
  readonly #settings: VaultSettings
  readonly #auth: VaultAuth
  readonly #place: SecretPlace
  #client: Promise<VaultClient> | undefined
  #token: VaultToken | undefined
  #login: Promise<VaultToken> | undefined
  #holders = 0
  #timer: NodeJS.Timeout | undefined
  readonly #onNewToken = new Set<() => void>()

  constructor(settings: VaultSettings, auth: VaultAuth, place: SecretPlace) {
    this.#settings = settings
    this.#auth = auth
    this.#place = place
  }

  read(path: string, signal: AbortSignal): Promise<VaultAnswer> {
    return this.#authorized((client, options) => client.read(path, options), signal)
  }

  write(path: string, data: object, signal: AbortSignal): Promise<VaultAnswer> {
    return this.#authorized((client, options) => client.write(path, data, options), signal)
  }

  /**
   * Keeps the token alive until the function that it gives is called. `lost` is called when another token takes its place:
   * what the old one owns ends with it, soon.
   */
  hold(lost: () => void): () => void {
    this.#onNewToken.add(lost)
    this.#holders++
    this.#watch()
    return () => {
      if (!this.#onNewToken.delete(lost)) return
      this.#holders--
      this.#watch()
    }
  }

  #watch(): void {
    clearTimeout(this.#timer)
    const token = this.#token
    if (this.#holders === 0 || !token || token.refreshAt === Infinity) return
    const wait = Math.min(LONGEST_TIMER_MS, Math.max(RETRY_MS, token.refreshAt - Date.now()))
    this.#timer = setTimeout(() => {
      const signal = AbortSignal.timeout(RENEWAL_MS)
      // A store that is down is asked again; the token may well live longer than the outage.
      this.#opened()
        .then((client) => this.#tokenNow(client, signal))
        .catch(() => {})
        .finally(() => this.#watch())
    }, wait).unref()
  }

  /** A token may have been revoked or have reached its end unseen: then once more with a new one. */
  async #authorized(
    ask: (client: VaultClient, options: object) => Promise<VaultAnswer>,
    signal: AbortSignal,
  ): Promise<VaultAnswer> {
    try {
      const client = await this.#opened()
      const token = await this.#tokenNow(client, signal)
      try {
        return await abortable(ask(client, optionsFor(token)), signal)
      } catch (error) {
        if (statusOf(error) !== 403 || !token.isOurs) throw error
        if (this.#token === token) this.#token = token.asOver()
        return await abortable(ask(client, optionsFor(await this.#tokenNow(client, signal))), signal)
      }
    } catch (error) {
      signal.throwIfAborted()
      throw vaultFailure(error, this.#place)
    }
  }

  async #tokenNow(client: VaultClient, signal: AbortSignal): Promise<VaultToken> {
    const token = this.#token
    if (token && Date.now() < token.refreshAt) return token
    this.#login ??= this.#nextToken(client, token).finally(() => {
      this.#login = undefined
    })
    return await abortable(this.#login, signal)
  }

  async #nextToken(client: VaultClient, token: VaultToken | undefined): Promise<VaultToken> {
    const renewed = token?.renewable && Date.now() < token.endsAt ? await this.#renewed(client, token) : undefined
    const next = renewed ?? (await logInToVault(client, this.#auth, this.#place))
    this.#token = next
    if (!renewed && token) for (const lost of [...this.#onNewToken]) lost()
    this.#watch()
    return next
  }

  /** Undefined where the token has reached the end of all renewals. */
  async #renewed(client: VaultClient, token: VaultToken): Promise<VaultToken | undefined> {
    try {
      const { auth } = await client.write('auth/token/renew-self', {}, optionsFor(token))
      if (!auth) return undefined
      const lifeMs = auth.lease_duration * 1000
      // A renewal that gives less than the one before is the last: the token's greatest age is near.
      return lifeMs < token.lifeMs * 0.9 ? undefined : token.renewedFor(lifeMs)
    } catch (error) {
      if (statusOf(error) === undefined || (statusOf(error) ?? 0) >= 500) throw error
      return undefined
    }
  }

  #opened(): Promise<VaultClient> {
    this.#client ??= this.#open()
    return this.#client
  }

  async #open(): Promise<VaultClient> {
    const { client, address, namespace, ca, timeoutMs = 5000 } = this.#settings
    if (client) return client
    const requestOptions = { timeout: timeoutMs, ...(ca !== undefined && { ca: pemOf(ca, this.#place) }) }
    // Its own debug output would print what is written to the store, and its settings would come from the environment.
    const verified = { strictSSL: true }
    const quiet = { debug() {}, token: 'none' }
    return (await load(this.#place))({ endpoint: address, namespace, requestOptions, rpDefaults: verified, ...quiet })
  }
}

function optionsFor({ token }: VaultToken): object {
  return { headers: { 'X-Vault-Token': token } }
}

function pemOf(ca: string, place: SecretPlace): string {
  if (ca.includes('-----BEGIN')) return ca
  try {
    return readFileSync(ca, 'utf8')
  } catch {
    const message = `the CA of ${place.store}, "${ca}", cannot be read; correct VAULT_CACERT`
    throw new CredentialsError('CREDENTIALS_INVALID', message, false, undefined, place)
  }
}

async function load(place: SecretPlace): Promise<(options: object) => VaultClient> {
  try {
    const { default: open } = await import('node-vault')
    return open as unknown as (options: object) => VaultClient
  } catch (error) {
    throw missingPackage('node-vault', place, error)
  }
}
