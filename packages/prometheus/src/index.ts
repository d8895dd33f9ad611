export { collectMetrics, type MetricsSettings } from './collect-metrics.ts'
export type { MetricRegistry } from './instruments.ts'
