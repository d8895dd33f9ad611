import { isAwsVersionWarning, printUnexpectedWarnings } from '../src/diagnostics/print-warnings.ts'

// Hundreds of settings in the tests cause a warning of Verifull's.
printUnexpectedWarnings((warning) => warning.name === 'VerifullWarning' || isAwsVersionWarning(warning))
