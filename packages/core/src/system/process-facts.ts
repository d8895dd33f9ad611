/** Variables by name, as `process.env` has them. */
export type Variables = Readonly<Record<string, string | undefined>>

/** The variables of the process itself, which Node and pg obey whatever variables the settings are read from. */
export function processVariables(): Variables {
  return process.env
}

/** True where Node verifies no TLS peer by default; Node looks at each connection, and takes nothing but `0` for it. */
export function verifiesNobody({ NODE_TLS_REJECT_UNAUTHORIZED: verify }: Variables = processVariables()): boolean {
  return verify === '0'
}

/** Options of Node, and of tools that are given as modules to it, that name a file of variables. */
const NAMES_FILE = /^--env-file(?:-if-exists)?(?:=(.*))?$/s

/** The files of variables that the command line of the process or a variable names: Node's `--env-file`, dotenv's path. */
export function namedEnvFiles(): readonly string[] {
  const { NODE_OPTIONS: options = '', DOTENV_CONFIG_PATH: dotenv = '' } = processVariables()
  const words = [...process.execArgv, ...wordsIn(options)]
  const files = words.flatMap((word, index) => {
    const [option, text] = NAMES_FILE.exec(word) ?? []
    return option === undefined ? [] : [text ?? words[index + 1] ?? '']
  })
  const preloaded = process.argv.flatMap((word) => /^dotenv_config_path=(.*)$/s.exec(word)?.[1] ?? [])
  return [...files, dotenv, ...preloaded].filter((file) => file !== '')
}

/** As Node reads `NODE_OPTIONS`: a quotation mark may begin inside a word, a backslash counts within two of them. */
function wordsIn(options: string): readonly string[] {
  const words = options.match(/(?:"(?:[^"\\]|\\.)*"|[^"\s])+/gs) ?? []
  return words.map((word) => word.replace(/"((?:[^"\\]|\\.)*)"/gs, (_, text: string) => text.replace(/\\(.)/gs, '$1')))
}
