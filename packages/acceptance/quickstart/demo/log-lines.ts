import { logEvents } from '@verifull/pg'

/** A line of the application's log. */
export interface LogLine {
  readonly level: string
  readonly message: string
  readonly verifull: { readonly channel: string }
}

/** The log of the application, as `logEvents()` writes it. */
export class LogLines {
  readonly all: LogLine[] = []
  readonly stop: () => void

  constructor() {
    const write = (line: string): void => void this.all.push(JSON.parse(line))
    this.stop = logEvents({ logger: { debug: write, info: write, warn: write, error: write } })
  }

  /** Lines since a moment, without those of the policy; of lines that differ in numbers alone the first. */
  since(count: number): readonly LogLine[] {
    const lines = this.all
      .slice(count)
      .filter(({ level, verifull }) => level !== 'debug' && verifull.channel !== 'verifull:policy')
    return [...new Map(lines.reverse().map((line) => [line.message.replace(/\d+/g, '0'), line])).values()].reverse()
  }
}
