import type { Capability } from '../adapter.ts'
import type { Cell } from '../cell.ts'
import type { Expected, Outcome } from '../outcome.ts'
import type { RequirementId } from '../requirements.ts'
import { CERTIFICATE_TITLES } from '../server-certificates.ts'
import type { Sslmode } from '../sslmode.ts'
import type { Target } from '../target.ts'

/** The outcome of a row: one that libpq and Verifull share, or libpq's beside a stricter one. */
export type RowOutcome = Outcome | (Expected & Pick<Cell, 'says'>)

/** One outcome for each value of a parameter: `sslmode`, or `channel_binding`, whose values are names of modes too. */
export type OutcomeByValue = Readonly<Partial<Record<Sslmode, RowOutcome>>>

/** A row of a table: one cell, or one for each value of a parameter. */
export interface CellRow
  extends Pick<Cell, 'uri' | 'environment' | 'home' | 'needs' | 'sinceServer' | 'seen' | 'timeoutMs' | 'says'> {
  /** The id's part behind the requirement; the parameter's value follows it. */
  readonly id: string
  /** Title behind subject and value. Default: the URI, or the row's parameters and the certificate of its target. */
  readonly title?: string
  /** The server or servers. Default: the table's, or PostgreSQL with TLS and plaintext for `trust_user`. */
  readonly target?: Target
  /** libpq keywords in addition to the table's. Default: none. */
  readonly parameters?: Cell['parameters']
  /** The outcome, or one for each value of {@link TableFields.across}. */
  readonly expected: RowOutcome | OutcomeByValue
}

/** Fields that the rows of a table share. */
export interface TableFields {
  /** First words of every title. Default: none. */
  readonly subject?: string
  /** The server or servers of rows without their own. */
  readonly target?: Target
  /** libpq keywords; a row's own win. Default: none. */
  readonly parameters?: Cell['parameters']
  /** Capabilities that every cell needs, before a row's own. Default: none. */
  readonly needs?: readonly Capability[]
  /** The parameter whose values {@link OutcomeByValue} names. Default `sslmode`. */
  readonly across?: 'sslmode' | 'channel_binding'
}

/** Makes cells of the rows of one requirement. */
export function cellsOf(
  requirement: RequirementId,
  rows: readonly CellRow[],
  table: TableFields = {},
): readonly Cell[] {
  const { across = 'sslmode', subject, target = { role: 'trust_user' } } = table
  const prefix = subject === undefined ? '' : `${subject}: `
  return rows.flatMap(({ id, title, parameters, needs = [], expected, ...row }) => {
    const cell = { target, ...row, requirement, needs: [...(table.needs ?? []), ...needs] }
    const cellTitle = title ?? row.uri ?? describe(parameters, row.target)
    const own = { ...table.parameters, ...parameters }
    if (isOutcome(expected)) {
      const single = { id: `${requirement}/${id}`, title: `${prefix}${cellTitle}`, parameters: own }
      return [{ ...cell, ...single, ...asExpected(expected) }]
    }
    return Object.entries(expected).map(([value, outcome]) => ({
      ...cell,
      id: `${requirement}/${id}/${value}`,
      title: `${prefix}${across}=${value}, ${cellTitle}`,
      parameters: { ...own, [across]: value },
      ...asExpected(outcome),
    }))
  })
}

function isOutcome(expected: CellRow['expected']): expected is RowOutcome {
  return 'libpq' in expected || 'outcome' in expected || 'refused' in expected
}

function asExpected(outcome: RowOutcome): Expected & Pick<Cell, 'says'> {
  return 'libpq' in outcome ? outcome : { libpq: outcome }
}

function describe(parameters: CellRow['parameters'] = {}, target?: Target): string {
  const settings = Object.entries(parameters).map(([name, value]) => `${name}=${value}`)
  const certificate = target && 'certificate' in target ? target.certificate : undefined
  const shown = certificate === undefined || certificate === 'none' ? [] : [CERTIFICATE_TITLES[certificate]]
  return [settings.join(' '), ...shown.map((text) => `certificate ${text}`)].join(', ')
}
