/** The code of a warning, beside its name `VerifullWarning`. */
export type WarningCode =
  | 'VERIFULL_POLICY'
  | 'VERIFULL_PASSFILE'
  | 'VERIFULL_TLS_RELOAD'
  | 'VERIFULL_CANCEL'
  | 'VERIFULL_POOL'
  | 'VERIFULL_REPLICA'
  | 'VERIFULL_LISTENER'

/** The `warnings` setting of one connection, or `VERIFULL_WARNINGS`. */
export interface WarningSetting {
  /** False prints nothing. Default: true. */
  readonly warnings?: boolean
}

const printed = new Set<string>()

/** Emits a Node warning, which prints a line on stderr; all packages print through it alone. */
export function warn(code: WarningCode, message: string, { warnings }: WarningSetting): void {
  if (warnings !== false) process.emitWarning(message, { type: 'VerifullWarning', code })
}

/** The same, once for each message and process. */
export function warnOnce(code: WarningCode, message: string, setting: WarningSetting): void {
  if (setting.warnings === false || printed.has(message)) return
  printed.add(message)
  warn(code, message, setting)
}
