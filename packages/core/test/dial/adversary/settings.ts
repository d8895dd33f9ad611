import type { TcpEndpoint } from '../../../src/addresses/endpoint.ts'
import type { Login } from '../../../src/auth/authenticate.ts'
import type { AuthenticationMethod } from '../../../src/auth/require-auth.ts'
import { Lifetime } from '../../../src/profile/lifetime.ts'
import type { Profile } from '../../../src/profile/profile.ts'
import { FixedLogins } from '../../../src/rotation/fixed-logins.ts'
import type { Attempt, SslMode, Verification } from '../../../src/sslmode.ts'
import { Secret } from '../../../src/text/secret.ts'
import type { TlsMaterial } from '../../../src/tls/material.ts'
import { tcp } from '../../addresses/endpoints.ts'
import { CANARY, USER } from './canary.ts'
import type { Choices } from './choices.ts'
import { Turns } from './turns.ts'
import type { Circumstances } from './world.ts'

/** libpq's attempts in every mode, written down independently of the code. */
const ATTEMPTS = {
  disable: ['plain'],
  allow: ['plain', 'tls'],
  prefer: ['tls', 'plain'],
  require: ['tls'],
  'verify-ca': ['tls'],
  'verify-full': ['tls'],
} as const satisfies Readonly<Record<SslMode, readonly Attempt['kind'][]>>

export const HOSTS: readonly TcpEndpoint[] = [tcp('one.test', 5432), tcp('two.test', 5432)]

/**
 * Every setting that may affect the messages. Each is chosen when the code, or an invariant, first reads it: an unread
 * setting makes no difference, and one run covers all its values.
 */
export class Settings {
  readonly mode: SslMode
  readonly clientCertificate: Circumstances['clientCertificate']
  /** Rotation of the secret; undefined if it cannot change. */
  readonly turns: Turns | undefined
  readonly #choices: Choices

  constructor(mode: SslMode, { clientCertificate, mayRotate }: Circumstances, choices: Choices) {
    this.mode = mode
    this.clientCertificate = clientCertificate
    this.turns = mayRotate ? new Turns(choices, () => this.login) : undefined
    this.#choices = choices
  }

  get attempts(): readonly Attempt['kind'][] {
    return ATTEMPTS[this.mode]
  }

  get allowsPlaintext(): boolean {
    return this.attempts.includes('plain')
  }

  /** Below verify-ca the chain is verified if there are trusted roots; `require` with roots is `verify-ca`. */
  get verification(): Verification {
    if (this.mode === 'verify-full') return 'full'
    if (this.mode === 'verify-ca') return 'ca'
    return this.allowsPlaintext && this.#choices.once('trusted roots', [false, true]) ? 'ca' : 'none'
  }

  get channelBinding(): 'disable' | 'prefer' | 'require' {
    return this.#choices.once('channel_binding', ['disable', 'prefer', 'require'] as const)
  }

  get hasRequireAuth(): boolean {
    return this.#choices.once('require_auth is set', [false, true])
  }

  /** Each method by itself, so that every list is covered. */
  allows(method: AuthenticationMethod): boolean {
    return !this.hasRequireAuth || this.#choices.once(`require_auth allows ${method}`, [true, false])
  }

  get exposedPassword(): 'encrypted' | 'verified' {
    return this.#choices.once('exposed passwords', ['encrypted', 'verified'] as const)
  }

  get login(): Login {
    const { hasPassword } = this
    return { user: USER, ...(hasPassword && { password: PASSWORD }) }
  }

  get hasPassword(): boolean {
    return this.#choices.once('password is set', [true, false])
  }

  get plaintext(): 'anywhere' | 'loopback' {
    return this.#choices.once('plaintext', ['anywhere', 'loopback'] as const)
  }

  /** libpq accepts direct negotiation only in modes without a plaintext attempt. */
  get sslnegotiation(): 'postgres' | 'direct' {
    return this.#choices.once(
      'sslnegotiation',
      this.allowsPlaintext ? (['postgres'] as const) : (['postgres', 'direct'] as const),
    )
  }

  get sslcertmode(): 'allow' | 'require' {
    return this.#choices.once('sslcertmode', ['allow', 'require'] as const)
  }
}

/** The settings as the dialer gets them. No timer runs: the world fires the deadlines. */
export function profileOf(settings: Settings): Profile {
  const tls = materialOf(settings)
  return {
    endpoints: HOSTS,
    judge: () => ({ findings: [] }),
    judgeSession() {},
    lifetime: new Lifetime(),
    sslmode: { value: settings.mode, source: 'test' },
    attempts: settings.attempts.map((kind) => (kind === 'plain' ? { kind } : new TlsAttempt(settings))),
    get sslnegotiation() {
      return settings.sslnegotiation
    },
    sslsni: true,
    get sslcertmode() {
      return { value: settings.sslcertmode, source: 'test' }
    },
    authentication: {
      get channelBinding() {
        return { value: settings.channelBinding, source: 'test' }
      },
      get requireAuth() {
        return settings.hasRequireAuth ? { allowed: new AllowedMethods(settings), origin: REQUIRE_AUTH } : undefined
      },
      get exposedPassword() {
        return settings.exposedPassword
      },
    },
    get plaintext() {
      return settings.plaintext
    },
    unverified: 'anywhere',
    targetSessionAttrs: 'any',
    loadBalanceHosts: 'disable',
    startup: {},
    connectTimeoutMs: 0,
    deadlineMs: 0,
    failoverTimeoutMs: 0,
    keepAlive: { enabled: true, idleMs: 0 },
    silenceMs: 0,
    maxLifetimeMs: 0,
    policy: 'production',
    findings: [],
    logins: settings.turns?.asLogins() ?? fixedLogins(settings),
    tlsFor: () => tls,
  }
}

function fixedLogins(settings: Settings): FixedLogins {
  return new FixedLogins(() => ({
    user: USER,
    get password() {
      return settings.hasPassword ? PASSWORD : undefined
    },
  }))
}

const PASSWORD = new Secret(CANARY)
const REQUIRE_AUTH = { value: 'some methods', source: 'test' }

class TlsAttempt {
  readonly kind = 'tls'
  readonly #settings: Settings

  constructor(settings: Settings) {
    this.#settings = settings
  }

  get verification(): Verification {
    return this.#settings.verification
  }
}

class AllowedMethods extends Set<AuthenticationMethod> {
  readonly #settings: Settings

  constructor(settings: Settings) {
    super()
    this.#settings = settings
  }

  override has(method: AuthenticationMethod): boolean {
    return this.#settings.allows(method)
  }
}

/** The parts that the dialer reads; the world simulates TLS itself. */
function materialOf(settings: Settings): TlsMaterial {
  const version = {
    secureContext: () => ({}),
    // With roots, the chain is verified in every mode.
    get roots() {
      return { kind: settings.verification === 'none' ? 'none' : 'file', source: 'test' }
    },
    clientCertificate: settings.clientCertificate === 'not configured' ? undefined : {},
  }
  return { ready: async () => version, renewed: async () => false } as unknown as TlsMaterial
}
