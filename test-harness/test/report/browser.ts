import { access } from 'node:fs/promises'
import { delimiter, join } from 'node:path'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const ON_MACOS = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'

/**
 * The browser of this machine as a list of one; empty if there is none, which is reported on stderr.
 *
 * @throws Error with `CI=true` if there is none.
 */
export async function installedBrowsers(): Promise<readonly string[]> {
  const folders = (process.env.PATH ?? '').split(delimiter)
  for (const path of [...folders.flatMap((folder) => NAMES.map((name) => join(folder, name))), ON_MACOS]) {
    if (await exists(path)) return [path]
  }
  const text = `NOT TESTED: the report in a browser; none of ${NAMES.join(', ')} is installed here`
  if (process.env.CI === 'true') throw new Error(text)
  process.stderr.write(`${text}\n`)
  return []
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
