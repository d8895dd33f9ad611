import { finding, type Problem, type RuleFinding } from '../errors/finding.ts'
import type { Merged } from '../merge/merge.ts'
import { isRead } from '../sources/read-variables.ts'
import type { Variables } from '../system/process-facts.ts'
import { IN_QUOTATION_MARKS, isInQuotationMarks, KEEPS_QUOTATION_MARKS, quote } from '../text/quote.ts'
import type { Secret } from '../text/secret.ts'

/** Variables that name a policy, and those that the clients of secret stores read. */
const OF_OTHERS =
  /^(NODE_ENV|(FILE__)?VAULT_\w+|AWS_(REGION|PROFILE|ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN|ENDPOINT_URL\w*))$/

/**
 * Finds variables whose values begin and end with quotation marks, and passwords from elsewhere that do. They are used as
 * they are, because a password may have them; the value is never shown.
 *
 * A variable that a problem names already is left out.
 */
export function quotedValues(
  merged: Merged,
  variables: Variables,
  problems: readonly Problem[],
): readonly RuleFinding[] {
  const names = Object.keys(variables).filter((name) => {
    return (isRead(name) || OF_OTHERS.test(name)) && isInQuotationMarks(variables[name] ?? '')
  })
  const secrets = [
    ['password', merged.password && textOf(merged.password.value), merged.password?.source],
    ['sslpassword', merged.values.sslpassword?.value, merged.values.sslpassword?.source],
  ] as const
  const elsewhere = secrets.flatMap(([name, secret, source]) =>
    secret && source && !names.includes(source) && isInQuotationMarks(secret.reveal())
      ? [`${name} (from ${source})`]
      : [],
  )
  return [
    ...names.filter((name) => !isSaid(name, problems)).map((name) => `the variable ${quote(name)}`),
    ...elsewhere,
  ].map((name) => {
    const what = `${name} begins and ends with quotation marks, which ${KEEPS_QUOTATION_MARKS}`
    return finding('quotation-marks', 'warn', what, 'remove them, unless they belong to the value')
  })
}

function textOf(source: NonNullable<Merged['password']>['value']): Secret | undefined {
  return source.kind === 'text' ? source.password : undefined
}

function isSaid(name: string, problems: readonly Problem[]): boolean {
  return problems.some(({ message }) => message.includes(name) && message.includes(IN_QUOTATION_MARKS))
}
