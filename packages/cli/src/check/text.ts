import type { Style } from '../report/style.ts'
import type { Judgement } from './judge.ts'

/** Lines of the judgements: one per connection. */
export function judgementsText(
  judgements: readonly Judgement[],
  skipped: readonly string[],
  style: Style,
): readonly string[] {
  if (judgements.length + skipped.length === 0) return []
  return [
    ...judgements.flatMap(({ name, explanation: { policy, sslmode }, findings, unchecked }) => {
      const isRefused = findings.some(({ severity }) => severity === 'refuse')
      const doubtful = unchecked.length > 0 ? style.doubtful('in part not checked') : style.good('accepted')
      const verdict = isRefused ? style.bad('refused') : doubtful
      return style.wrap(`${style.strong(name)}: ${verdict} by policy ${policy.name}, sslmode ${sslmode.value}`, '  ')
    }),
    ...skipped.flatMap((text) => style.wrap(style.faint(text), '  ')),
    '',
  ]
}
