import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The dashboard of the package. */
export interface Dashboard {
  readonly panels: readonly Panel[]
}

interface Panel {
  readonly id: number
  readonly type: string
  readonly title: string
  readonly description?: string
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number }
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[]
}

/** The text of the dashboard. */
export const DASHBOARD = readFileSync(join(import.meta.dirname, '../dashboard.json'), 'utf8')

export function dashboard(): Dashboard {
  return JSON.parse(DASHBOARD)
}

/** All queries of a dashboard as Grafana sends them, for all jobs and instances. */
export function queriesOf({ panels }: Dashboard): readonly { readonly title: string; readonly expression: string }[] {
  return panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr }) => {
      const expression = expr.replaceAll(/\$(job|instance)/g, '.*').replaceAll('$__rate_interval', '1m')
      return { title, expression }
    }),
  )
}
