/** Forms of a report, by the name of `--format`. */
export const FORMATS = ['text', 'json', 'sarif', 'junit', 'github', 'markdown'] as const

/** A form of a report. */
export type Format = (typeof FORMATS)[number]
