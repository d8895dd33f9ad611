/** What a warning is about: the code that it has beside the name `VerifullWarning`. */
export type WarningCode = 'VERIFULL_POLICY' | 'VERIFULL_PASSFILE' | 'VERIFULL_TLS_RELOAD' | 'VERIFULL_CANCEL'

/** The setting of one connection: `warnings`, or `VERIFULL_WARNINGS`. */
export interface WarningSetting {
  /** False where nothing is printed. */
  readonly warnings?: boolean
}

const printed = new Set<string>()

/** Prints a line on stderr, as a warning of Node's; the one place from which any of the packages does. */
export function warn(code: WarningCode, message: string, { warnings }: WarningSetting): void {
  if (warnings !== false) process.emitWarning(message, { type: 'VerifullWarning', code })
}

/** The same, once for each message and process. */
export function warnOnce(code: WarningCode, message: string, setting: WarningSetting): void {
  if (setting.warnings === false || printed.has(message)) return
  printed.add(message)
  warn(code, message, setting)
}
