/** One thing that is wrong with the settings: which parameter, and the sentence that says what to do. */
export interface Problem {
  /** libpq's name of the parameter, or the option's path. */
  readonly parameter: string
  /** What is wrong, with value and source, and the fix. Lower case, no final full stop, never a secret. */
  readonly message: string
}
