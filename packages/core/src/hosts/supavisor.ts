/** True for a host of Supabase's pooler, Supavisor: its circuit breaker blocks an address for two minutes after ten failures. */
export function isSupavisor(host: string): boolean {
  return /\.pooler\.supabase\.(com|co)$/i.test(host)
}
