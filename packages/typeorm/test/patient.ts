/** For `expect.poll()`: as long as a loaded machine may take. */
export const PATIENT = { timeout: 5_000 }
