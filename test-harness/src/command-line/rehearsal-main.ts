import { endWith } from './exit-code.ts'
import { rehearsal } from './rehearsal.ts'
import { readRehearsalChoice } from './rehearsal-choice.ts'

endWith(async () => rehearsal(readRehearsalChoice(process.argv.slice(2))))
