import type { CommandEntry } from './command.ts'

/** Every command, in the order of the list that `--help` shows. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'explain',
    summary: 'show the connection that the settings make, without a network',
    load: async () => (await import('./commands/explain.ts')).explainCommand,
  },
  {
    name: 'check',
    summary: 'judge the settings of production without being production',
    load: async () => (await import('./commands/check.ts')).checkCommand,
  },
]
