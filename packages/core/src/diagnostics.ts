/** Everything that the command line builds on, with all that adapters use. */

export * from './adapter.ts'
export { readRegularFile } from './system/regular-file.ts'
export { printable } from './text/printable.ts'
