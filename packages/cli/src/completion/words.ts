import type { Command, Option } from 'commander'

/** Everything that can be completed after the name of a command. */
export interface CommandWords {
  readonly name: string
  readonly summary: string
  /** Subcommands, and the choices of its arguments. */
  readonly operands: readonly string[]
  readonly options: readonly OptionWord[]
}

/** An option, and its values. */
export interface OptionWord {
  /** With its dashes. */
  readonly flag: string
  readonly description: string
  /** Undefined without a value; `file` for any text. */
  readonly values: 'file' | readonly string[] | undefined
}

/** Reads the words of a command from its declaration. */
export function wordsOf(command: Command): CommandWords {
  return {
    name: command.name(),
    summary: command.description(),
    operands: [
      ...command.commands.map((one) => one.name()),
      ...command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
    ],
    options: [...optionsOf(command), { flag: '--help', description: 'options and examples', values: undefined }],
  }
}

/** The options of a command and of its subcommands, each once. */
function optionsOf({ options, commands }: Command): readonly OptionWord[] {
  const all = [...options, ...commands.flatMap((one) => one.options)].map(wordOf)
  return [...new Map(all.map((word) => [word.flag, word])).values()]
}

function wordOf({ long, short, description, argChoices, required, optional }: Option): OptionWord {
  const values = required || optional ? (argChoices ?? 'file') : undefined
  return { flag: long ?? short ?? '', description, values }
}
