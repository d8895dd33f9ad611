import { bare } from './chaos-bare.ts'
import { secured } from './chaos-secured.ts'

/** Verifull through pg and each ORM, and these without it. */
export const chaosAdapters = [...secured, ...bare]
