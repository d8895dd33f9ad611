import './printed-warnings.ts'
import { plain } from './plain.ts'
import { secured } from './secured.ts'

/** Verifull through pg and each ORM, and pg without it. */
export const adapters = [...secured, ...plain]
