/** Bytes of the end of a trace, by which it is searched. */
const END = 4

/**
 * A search for many short texts at once, in the bytes of a file: it looks at two bytes at a time, and steps over as many as
 * no end of a trace can begin in (Wu and Manber, 1994).
 */
export class Traces {
  /** Bytes to step over, by the last two that were looked at. */
  readonly #steps = new Uint8Array(1 << 16).fill(END - 1)
  readonly #byEnd = new Map<number, readonly Buffer[]>()

  /** @param traces Texts of four characters of Latin-1 or more. */
  constructor(traces: readonly string[]) {
    for (const trace of traces) {
      const bytes = Buffer.from(trace, 'latin1')
      const from = bytes.length - END
      const end = bytes.readInt32LE(from)
      this.#byEnd.set(end, [...(this.#byEnd.get(end) ?? []), bytes])
      for (let at = 0; at < END - 1; at++) {
        const pair = bytes.readUInt16LE(from + at)
        this.#steps[pair] = Math.min(this.#steps[pair] as number, END - 2 - at)
      }
    }
  }

  /** True if one of the traces is within the first `length` bytes. */
  areIn(bytes: Buffer, length: number): boolean {
    const steps = this.#steps
    for (let at = END - 2; at < length - 1; ) {
      const step = steps[(bytes[at] as number) | ((bytes[at + 1] as number) << 8)] as number
      if (step > 0) at += step
      else if (this.#endsAt(bytes, at + 2)) return true
      else at++
    }
    return false
  }

  #endsAt(bytes: Buffer, end: number): boolean {
    const traces = this.#byEnd.get(bytes.readInt32LE(end - END))
    return (
      traces?.some(
        (trace) => end >= trace.length && bytes.compare(trace, 0, trace.length, end - trace.length, end) === 0,
      ) ?? false
    )
  }
}
