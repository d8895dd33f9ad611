/** Variables by name, as `process.env` has them. */
export type Variables = Readonly<Record<string, string | undefined>>

/** The variables of the process itself, which Node and pg obey whatever variables the settings are read from. */
export function processVariables(): Variables {
  return process.env
}

/** True where Node verifies no TLS peer by default; Node looks at each connection, and takes nothing but `0` for it. */
export function verifiesNobody({ NODE_TLS_REJECT_UNAUTHORIZED: verify }: Variables = processVariables()): boolean {
  return verify === '0'
}
