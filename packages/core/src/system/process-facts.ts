/** Environment variables by name. */
export type Variables = Readonly<Record<string, string | undefined>>

/** Returns the variables of the process itself, which Node and pg obey even if the settings are read from others. */
export function processVariables(): Variables {
  return process.env
}

/** True if Node verifies no TLS peer by default. Node checks the variable for each connection, and only `0` counts. */
export function verifiesNobody({ NODE_TLS_REJECT_UNAUTHORIZED: verify }: Variables = processVariables()): boolean {
  return verify === '0'
}

/** Options of Node, and of tools loaded into it, that name a file of variables. */
const NAMES_FILE = /^--env-file(?:-if-exists)?(?:=(.*))?$/s

/** Returns the files of variables that the command line or a variable names: Node's `--env-file`, dotenv's path. */
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

/**
 * Splits text as Node splits `NODE_OPTIONS`: a quotation mark may begin inside a word, a backslash escapes only between
 * two of them.
 */
function wordsIn(options: string): readonly string[] {
  const words = options.match(/(?:"(?:[^"\\]|\\.)*"|[^"\s])+/gs) ?? []
  return words.map((word) => word.replace(/"((?:[^"\\]|\\.)*)"/gs, (_, text: string) => text.replace(/\\(.)/gs, '$1')))
}
