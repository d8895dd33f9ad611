/** The facts in the name of an Amazon RDS or Aurora endpoint. */
export interface RdsHost {
  readonly region: string
  /**
   * True for RDS Proxy, which has certificates of Amazon's public CAs; instances and clusters have them of their
   * region's own.
   */
  readonly proxy: boolean
  /** True for an endpoint of an Aurora cluster: the writer's, the readers', or one of the user's own. */
  readonly cluster: boolean
}

/**
 * Reads the name of an RDS endpoint; undefined for any other name.
 *
 * `orders.abc123.eu-west-1.rds.amazonaws.com`, `orders.proxy-abc123.eu-west-1.rds.amazonaws.com`, and in China and
 * GovCloud also with region and service the other way round: `orders.abc123.rds.cn-north-1.amazonaws.com.cn`.
 */
export function rdsHost(host: string): RdsHost | undefined {
  const { groups } = NAME.exec(host.toLowerCase()) ?? {}
  const region = groups?.region ?? groups?.later
  if (region === undefined) return undefined
  return { region, proxy: groups?.kind === 'proxy-', cluster: groups?.kind?.startsWith('cluster-') === true }
}

const NAME =
  /^[a-z0-9.-]+\.(?<kind>proxy-|cluster-)?[a-z0-9-]+\.(?:(?<region>[a-z]{2}(?:-[a-z]+)+-\d)\.rds(?:-fips)?|rds(?:-fips)?\.(?<later>[a-z]{2}(?:-[a-z]+)+-\d))\.amazonaws\.com(?:\.cn)?\.?$/
