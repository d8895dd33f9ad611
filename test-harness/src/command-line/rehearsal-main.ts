import { endWith } from './exit-code.ts'
import { rehearsal } from './rehearsal.ts'
import { readRehearsalArguments } from './rehearsal-arguments.ts'

endWith(async () => rehearsal(readRehearsalArguments(process.argv.slice(2))))
