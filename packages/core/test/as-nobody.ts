const NOBODY = 65534

/** Runs a function without root's right to read everything; modes apply to any other user anyway. */
export function asNobody<T>(run: () => T): T {
  if (process.geteuid?.() !== 0) return run()
  process.setegid?.(NOBODY)
  process.seteuid?.(NOBODY)
  try {
    return run()
  } finally {
    process.seteuid?.(0)
    process.setegid?.(0)
  }
}
