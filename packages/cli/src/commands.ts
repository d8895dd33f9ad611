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
  {
    name: 'doctor',
    summary: 'examine the connection to each server: DNS, TCP, TLS, secret, login',
    load: async () => (await import('./commands/doctor.ts')).doctorCommand,
  },
  {
    name: 'exec',
    summary: 'run a program with the resolved secret, verified settings and CA in its environment',
    load: async () => (await import('./commands/exec.ts')).execCommand,
  },
  {
    name: 'ca',
    summary: 'show and check bundles of trusted roots; nothing is fetched',
    load: async () => (await import('./commands/ca.ts')).caCommand,
  },
  {
    name: 'scan',
    summary: 'find insecure settings in source and configuration',
    load: async () => (await import('./commands/scan.ts')).scanCommand,
  },
  {
    name: 'top',
    summary: 'watch pools, servers, secrets and certificates of a process that runs',
    load: async () => (await import('./commands/top.ts')).topCommand,
  },
  {
    name: 'conformance',
    summary: 'run the conformance suite against an adapter (needs @verifull/test-harness)',
    load: async () => (await import('./commands/harness.ts')).conformanceCommand,
  },
  {
    name: 'rehearsal',
    summary: 'rehearse the rotation of a secret under load (needs @verifull/test-harness)',
    load: async () => (await import('./commands/harness.ts')).rehearsalCommand,
  },
  {
    name: 'chaos',
    summary: 'give a database faults under load, and find lost writes (needs @verifull/test-harness)',
    load: async () => (await import('./commands/harness.ts')).chaosCommand,
  },
  {
    name: 'completion',
    summary: 'print a script that completes commands and options in a shell',
    load: async () => (await import('./commands/completion.ts')).completionCommand,
  },
]
