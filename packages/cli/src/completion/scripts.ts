import type { CommandWords } from './words.ts'

/** Makers of completion scripts by shell. */
export const SCRIPTS = { bash, zsh, fish } as const

function bash(commands: readonly CommandWords[]): string {
  const values = commands.flatMap(({ name, options }) =>
    options.flatMap(({ flag, values }) => {
      if (values === undefined) return []
      const reply = values === 'file' ? 'compgen -f' : `compgen -W '${values.join(' ')}'`
      return [`    ${name}:${flag}) COMPREPLY=($(${reply} -- "$cur")); return ;;`]
    }),
  )
  const words = commands.map(({ name, operands, options }) => {
    const flags = [...operands, ...options.map(({ flag }) => flag)].join(' ')
    return `    ${name}) COMPREPLY=($(compgen -W '${flags}' -- "$cur")) ;;`
  })
  return `# verifull completion: source this file, or put it into ~/.local/share/bash-completion/completions/verifull
_verifull() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" command= word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) ;; *) command="$word"; break ;; esac
  done
  case "$command:$prev" in
${values.join('\n')}
  esac
  case "$command" in
    '') COMPREPLY=($(compgen -W '${commands.map(({ name }) => name).join(' ')} --help --version' -- "$cur")) ;;
${words.join('\n')}
  esac
}
complete -o default -F _verifull verifull
`
}

function zsh(commands: readonly CommandWords[]): string {
  return `# verifull completion: source this file after compinit
autoload -U +X bashcompinit && bashcompinit
${bash(commands)}`
}

function fish(commands: readonly CommandWords[]): string {
  const lines = commands.flatMap(({ name, summary, operands, options }) => [
    `complete -c verifull -n __fish_use_subcommand -f -a ${name} -d ${quoted(summary)}`,
    ...operands.map((one) => `complete -c verifull -n '__fish_seen_subcommand_from ${name}' -a ${one}`),
    ...options.map(({ flag, description, values }) => {
      const value = values === undefined ? '' : values === 'file' ? ' -r' : ` -x -a ${quoted(values.join(' '))}`
      const word = flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`
      return `complete -c verifull -n '__fish_seen_subcommand_from ${name}' ${word}${value} -d ${quoted(description)}`
    }),
  ])
  return `# verifull completion: put this file into ~/.config/fish/completions/verifull.fish\n${lines.join('\n')}\n`
}

function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`
}
