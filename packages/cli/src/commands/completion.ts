import { Argument, type Command } from 'commander'
import { type CommandEntry, newCommand } from '../command.ts'
import { SCRIPTS } from '../completion/scripts.ts'
import { wordsOf } from '../completion/words.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import type { Surroundings } from '../surroundings.ts'

/** `verifull completion`: a script for a shell, made of the declarations of all commands. */
export function completionCommand(
  surroundings: Surroundings,
  done: (code: ExitCode) => void,
  all: readonly CommandEntry[],
): Command {
  return newCommand('completion', 'print a script that completes commands and options in a shell', [
    ['completion bash > ~/.local/share/bash-completion/completions/verifull', 'for bash'],
    ['completion zsh > ~/.verifull.zsh && echo ". ~/.verifull.zsh" >> ~/.zshrc', 'for zsh'],
    ['completion fish > ~/.config/fish/completions/verifull.fish', 'for fish'],
  ])
    .addArgument(new Argument('<shell>').choices(Object.keys(SCRIPTS)))
    .action(async (shell: keyof typeof SCRIPTS) => {
      const commands = await Promise.all(all.map(async ({ load }) => (await load())(surroundings, done, all)))
      surroundings.stdout.write(SCRIPTS[shell](commands.map(wordsOf)))
      done(EXIT.ok)
    })
}
