import { isAwsVersionWarning, printUnexpectedWarnings } from '@verifull/test-harness/fixtures'

/** The remark on a rehearsal's idle time of 250 ms, which is intended. */
const IDLE_TIME = /\(from DB_IDLE_TIMEOUT\).*\(rule time-unit\)/

printUnexpectedWarnings((warning) => IDLE_TIME.test(warning.message) || isAwsVersionWarning(warning))
