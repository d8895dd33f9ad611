/** The output that a program promises: the comments behind its `console.log` calls, in order. */
export function promisedOutput(code: string): string[] {
  return code.split('\n').flatMap((line) => /\bconsole\.log\(.*\) +\/\/ (.*)$/.exec(line)?.[1] ?? [])
}
