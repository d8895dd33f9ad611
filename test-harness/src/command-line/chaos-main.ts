import { chaosCommand } from './chaos.ts'
import { readChaosArguments } from './chaos-arguments.ts'
import { endWith } from './exit-code.ts'

endWith(async () => chaosCommand(readChaosArguments(process.argv.slice(2))))
