/** Runs `work` with these variables of the process set, or removed if undefined, and restores them afterwards. */
export async function withVariables<T>(
  variables: Readonly<Record<string, string | undefined>>,
  run: () => Promise<T>,
): Promise<T> {
  const before = Object.fromEntries(Object.keys(variables).map((name) => [name, process.env[name]]))
  put(variables)
  try {
    return await run()
  } finally {
    put(before)
  }
}

function put(variables: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(variables)) {
    if (value === undefined) delete process.env[name]
    else process.env[name] = value
  }
}
