/** The monitor of a pool, as the contract uses it. */
export interface MonitorUnderTest {
  readonly names: readonly string[]
  stats(): {
    readonly pools: readonly {
      readonly counts: { readonly active: number; readonly max: number }
      readonly totals: { readonly checkouts: number }
      readonly timings?: { readonly wait: { readonly count: number }; readonly use: { readonly count: number } }
    }[]
    readonly endpoints: readonly { readonly port: number; readonly sessions: number }[]
  }
  health(settings?: { readonly deadlineMs?: number }): Promise<{
    readonly status: string
    readonly reasons: readonly string[]
    readonly pools: readonly { readonly state: string; readonly latencyMs: number | undefined }[]
  }>
  onEvent(channel: 'verifull:pool', listener: (event: { readonly kind: string }) => void): () => void
  close(): void
}
