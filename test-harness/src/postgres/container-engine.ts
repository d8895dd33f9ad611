/** Stub */
export async function containerEngine(): Promise<{ engine: string; majors: number[] } | undefined> {
  return undefined
}
