/** Instrumentation scope of all metrics and spans. */
export const SCOPE = '@verifull/opentelemetry'
