import { explain, type PolicyName, type SslMode } from '@verifull/core'
import { createAuthority } from '@verifull/test-harness'
import { POLICIES, POLICY_NAMES, type PolicyDefinition } from '../../../core/src/policy/policies.ts'
import { RULES } from '../../../core/src/policy/rules.ts'
import { attemptsOf, SSL_MODES } from '../../../core/src/sslmode.ts'
import { tableOf } from './markdown.ts'

/** One row per decision of the policies. */
export function policies(): string {
  const definitions = POLICY_NAMES.map((name): PolicyDefinition => POLICIES[name])
  return tableOf([
    ['', ...POLICY_NAMES],
    [
      '`sslmode` where none is given, for this machine',
      ...definitions.map(({ defaultMode }) => `\`${defaultMode.local}\``),
    ],
    ['for another one', ...definitions.map(({ defaultMode }) => `\`${defaultMode.remote}\``)],
    [
      '`require` and `verify-ca` become `verify-full`',
      ...definitions.map(({ raisesModeFor }) => RAISED[raisesModeFor]),
    ],
    ...SHOWN.map(([id, label]) => [label, ...POLICY_NAMES.map((name) => severityOf(id, name))]),
    ['connections of a pool, at most', ...definitions.map(({ pool }) => String(pool.max))],
  ])
}

const RAISED: Readonly<Record<PolicyDefinition['raisesModeFor'], string>> = {
  none: 'no',
  public: 'for public addresses',
  all: 'yes',
}

/** The rules of the table, each with its subject. */
const SHOWN = [
  ['plaintext-remote', 'plaintext to another machine'],
  ['plaintext-loopback', 'plaintext on this machine'],
  ['verification-off', '`rejectUnauthorized: false` and the like'],
  ['password-dotenv', 'a password in a `.env` file'],
  ['password-in-plain-sight', 'a password in a variable, a URL or the code'],
] as const

function severityOf(id: string, policy: PolicyName): string {
  const rule = RULES.find((one) => one.id === id)
  if (!rule) throw new Error(`no rule is named ${id}`)
  return rule.severity[policy] === 'off' ? 'accepted' : rule.severity[policy]
}

/** One row for each rule. */
export function rules(): string {
  const rows = RULES.map(({ id, why, relaxable, severity }) => [
    `\`${id}\``,
    why,
    ...POLICY_NAMES.map((policy) => (severity[policy] === 'off' ? '' : severity[policy])),
    relaxable ? 'yes' : 'no',
  ])
  return tableOf([['rule', 'because', ...POLICY_NAMES, 'can be allowed'], ...rows])
}

const GROUPS = [['development'], ['test'], ['staging', 'production', 'strict']] as const satisfies PolicyName[][]

/** One row for each sslmode. */
export async function modes(): Promise<string> {
  const { certificate } = await createAuthority()
  const rows = SSL_MODES.map((mode) => [
    `\`${mode}\``,
    attemptsOf(mode, false)
      .map(({ kind }) => (kind === 'tls' ? 'TLS' : 'plaintext'))
      .join(', then '),
    VERIFIED[mode],
    ...GROUPS.map((group) => {
      const [first = '', ...others] = group.map((policy) => verdictOf(mode, policy, certificate))
      if (others.some((other) => other !== first)) throw new Error(`${group.join(', ')} differ about ${mode}`)
      return first
    }),
  ])
  return tableOf([['`sslmode`', 'tries', 'verifies', ...GROUPS.map((group) => group.join(', '))], ...rows])
}

const VERIFIED: Readonly<Record<SslMode, string>> = {
  disable: 'nothing',
  allow: 'the chain, where roots are configured',
  prefer: 'the chain, where roots are configured',
  require: 'the chain, where roots are configured',
  'verify-ca': 'the chain',
  'verify-full': 'the chain and the host name',
}

/** The effect of a policy on a mode, for remote hosts and for loopback. */
function verdictOf(mode: SslMode, policy: PolicyName, sslrootcert: string): string {
  const [far = '', near = ''] = ['db.example', 'localhost'].map((host) => {
    const settings = { host, user: 'app', sslmode: mode, sslrootcert, policy, environment: {} }
    const { accepted, sslmode, findings } = explain({ settings })
    const refusal = findings.find(({ severity }) => severity === 'refuse')
    if (refusal) return `refused (\`${refusal.rule}\`)`
    if (!accepted) throw new Error(`${mode} under ${policy} is refused by no rule`)
    return sslmode.value === mode ? 'as libpq' : `raised to \`${sslmode.value}\``
  })
  return far === near ? far : `${far}; towards this machine ${near}`
}
