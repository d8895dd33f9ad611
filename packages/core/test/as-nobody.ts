const NOBODY = 65534

/** Runs this without the rights of root, who may read everything; for everybody else modes count anyway. */
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
