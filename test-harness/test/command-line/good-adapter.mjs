// Started by the program under test, as a stranger's module.
import { defineAdapter, libpqOracle } from '@verifull/test-harness'

const { capabilities, connect, refusalOf, close } = await libpqOracle({ via: 'library' })

export const good = defineAdapter({ name: 'good', capabilities, connect, refusalOf, close })
