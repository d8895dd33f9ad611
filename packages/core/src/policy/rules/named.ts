import type { SettingsFacts } from '../facts.ts'

/** The mode as findings show it: with its source. */
export function named({ value, source }: SettingsFacts['sslmode']): string {
  return `sslmode=${value} (from ${source})`
}
