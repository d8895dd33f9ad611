import { handOver, ServerError } from '@verifull/core/diagnostics'
import type { Diagnosis } from './diagnosis.ts'
import type { Examined } from './examined.ts'
import { within } from './within.ts'

/** Shapes of a password that come from the way it was written down; nothing of the password itself is told. */
const SHAPES: readonly (readonly [RegExp, string])[] = [
  [/^(undefined|null|\$\{?\w+\}?|<[^<>]*>|\{\{.*\}\})$/, 'is a placeholder: put the password in its place'],
  [/^\{.*\}$/s, 'is a JSON object: give the value of its password alone'],
  [/^[a-z][a-z0-9+.-]*:\/\//i, 'is a URL: give its password alone, or the URL as DATABASE_URL'],
  [/^(["'\u0060]).*\1$/s, 'is in quotation marks, which count: remove them'],
  [/\n/, 'has several lines, which count: give one'],
  [/^\s|\s$/, 'begins or ends with white space, which counts: remove it'],
  [/%[0-9A-F]{2}/i, 'has percent-encoding, which only a URL needs: decode it'],
]

/** Returns the suspicion about the form of a password, if it has one of those. */
export function passwordShape(password: string): string | undefined {
  return SHAPES.find(([shape]) => shape.test(password))?.[1]
}

/** SQLSTATEs with which servers and poolers reject a password. */
const REJECTIONS: ReadonlySet<string> = new Set(['28P01', '08P01', 'XX000'])

/** Adds the suspicion about the form of a rejected password to its fix. */
export async function withPasswordShape(
  problems: readonly Diagnosis[],
  error: unknown,
  { profile, password: source, signal, timeoutMs }: Pick<Examined, 'profile' | 'password' | 'signal' | 'timeoutMs'>,
): Promise<readonly Diagnosis[]> {
  if (!(error instanceof ServerError) || !problems.every(isRejection)) return problems
  const shape = await within(timeoutMs, signal, (bounded) => handOver(profile, bounded)).then(
    ({ password }) => password && passwordShape(password.reveal()),
    () => undefined,
  )
  signal.throwIfAborted()
  if (shape === undefined) return problems
  return problems.map((one) => ({ ...one, fix: `the text of ${source ?? 'the password'} ${shape}; or ${one.fix}` }))
}

function isRejection({ code, what }: Diagnosis): boolean {
  return REJECTIONS.has(code) && what.includes('rejected the password')
}
