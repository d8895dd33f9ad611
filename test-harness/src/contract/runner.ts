/** The functions of a test runner: vitest's, Jest's and node:test's functions of these names all fit. */
export interface Runner {
  describe(name: string, body: () => void): unknown
  test(name: string, run: () => Promise<void>): unknown
  beforeAll(run: () => Promise<void>): unknown
  afterAll(run: () => Promise<void>): unknown
}

/** Registers a test for each row of a table, under its name. */
export function testEach<Row>(
  { test }: Runner,
  rows: Readonly<Record<string, Row>>,
  title: (name: string) => string,
  run: (row: Row, name: string) => Promise<void>,
): void {
  for (const [name, row] of Object.entries(rows)) test(title(name), () => run(row, name))
}
