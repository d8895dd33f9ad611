import { CERTIFICATES } from './rules/certificates.ts'
import { ENDPOINT } from './rules/endpoint.ts'
import { LIMITS } from './rules/limits.ts'
import { LOG } from './rules/logging.ts'
import { LOGIN } from './rules/login.ts'
import { PASSWORD } from './rules/password.ts'
import { PLAINTEXT } from './rules/plaintext.ts'
import { POOL } from './rules/pool.ts'
import { PROCESS } from './rules/process.ts'
import { ROLE } from './rules/role.ts'
import { SERVER } from './rules/server.ts'
import { SESSION } from './rules/session.ts'
import { TRUST } from './rules/trust.ts'
import { SERVER_VERIFICATION } from './rules/verification.ts'

/** Every rule, in the order in which findings are listed. */
export const RULES = [
  ...PLAINTEXT,
  ...SERVER_VERIFICATION,
  ...PROCESS,
  ...PASSWORD,
  ...CERTIFICATES,
  ...TRUST,
  ...POOL,
  ...SESSION,
  ...LOGIN,
  ...ENDPOINT,
  ...ROLE,
  ...SERVER,
  ...LIMITS,
  ...LOG,
] as const

/** Id of a rule that can be allowed by name. */
export type RelaxableRuleId = Extract<(typeof RULES)[number], { readonly relaxable: true }>['id']
