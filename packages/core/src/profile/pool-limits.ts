import { checkedSettings, wrongArgument } from '../errors/argument.ts'
import { isPolicyName, POLICY_NAMES, type PolicyName, type PoolLimits, policyNamed } from '../policy/policies.ts'
import { alternatives, quote } from '../text/quote.ts'
import { kindOf } from '../text/record.ts'

/**
 * Gives the default limits of a policy's pools.
 *
 * @example
 * console.log(poolLimits('production')) // { min: 10, max: 50 }
 */
export function poolLimits(policy: PolicyName): PoolLimits {
  if (!isPolicyName(policy)) {
    throw wrongArgument(
      'poolLimits',
      'policy',
      `must be ${alternatives(POLICY_NAMES)}, not ${typeof policy === 'string' ? quote(policy) : kindOf(policy)}`,
    )
  }
  return { ...policyNamed(policy).pool }
}

/**
 * Gives the pool size for each of `instances` processes that share a server of `maxConnections` connections.
 *
 * A fifth stays free for administration and deployments: `floor(maxConnections / instances × 0.8)`, at least 1.
 *
 * @example
 * console.log(poolSizeFor({ maxConnections: 100, instances: 4 })) // 20
 */
export function poolSizeFor(given: { maxConnections: number; instances: number }): number {
  const { maxConnections, instances } = checkedSettings(given, 'poolSizeFor', {
    maxConnections: 'any',
    instances: 'any',
  })
  for (const [name, value] of Object.entries({ maxConnections, instances })) {
    if (!(Number(value) > 0 && Number.isFinite(Number(value)))) {
      throw wrongArgument(
        'poolSizeFor',
        name,
        `must be a number greater than 0, not ${typeof value === 'number' ? value : kindOf(value)}`,
      )
    }
  }
  return Math.max(1, Math.floor((maxConnections / instances) * 0.8))
}
