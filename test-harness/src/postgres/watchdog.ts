import { spawn } from 'node:child_process'

/** Things to clean up if this process ends first. */
export interface Leftovers {
  /** Process to end. */
  readonly processId?: number
  /** Signal that ends the process in order. Default: `QUIT`, an immediate end of PostgreSQL. */
  readonly signal?: 'QUIT' | 'TERM'
  /** Folder to remove. */
  readonly folder?: string
  /** Label of containers to remove, `name=value`. */
  readonly containerLabel?: string
  /** Name of a container network to remove. */
  readonly network?: string
}

const SCRIPT = `
read -r word
[ "$word" = dismissed ] && exit 0
if [ -n "$1" ]; then
  kill -"$5" "$1"
  rounds=0
  while kill -0 "$1" && [ $rounds -lt 100 ]; do sleep 0.05; rounds=$((rounds + 1)); done
  kill -KILL "$1"
fi
[ -n "$2" ] && rm -rf "$2"
[ -n "$3" ] && docker rm --force --volumes $(docker ps --all --quiet --filter "label=$3")
rounds=0
while [ -n "$4" ] && [ $rounds -lt 100 ] && ! docker network rm "$4"; do sleep 0.2; rounds=$((rounds + 1)); done
exit 0`

/**
 * Starts a shell that cleans up when this process ends in any way; an exit hook would not run after SIGKILL. It waits
 * for the end of its standard input. Call the returned function once the clean-up is done.
 */
export function watchOver({ processId, signal = 'QUIT', folder, containerLabel, network }: Leftovers): () => void {
  const args = ['-c', SCRIPT, 'sh', String(processId ?? ''), folder ?? '', containerLabel ?? '', network ?? '', signal]
  // In its own session, so that Ctrl-C ends the run and not the clean-up.
  const shell = spawn('/bin/sh', args, { stdio: ['pipe', 'ignore', 'ignore'], detached: true })
  shell.on('error', () => {})
  shell.stdin.on('error', () => {})
  shell.unref()
  const { stdin } = shell
  if ('unref' in stdin && typeof stdin.unref === 'function') stdin.unref()
  return () => stdin.end('dismissed\n')
}
