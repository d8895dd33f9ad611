/** Roles whose members may do more than an application needs: PostgreSQL's own, and those of providers. */
const POWERFUL_ROLES = [
  'pg_read_all_data',
  'pg_write_all_data',
  'pg_read_server_files',
  'pg_write_server_files',
  'pg_execute_server_program',
  'pg_create_subscription',
  'pg_maintain',
  'rds_superuser',
  'rds_replication',
  'cloudsqlsuperuser',
  'alloydbsuperuser',
  'azure_pg_admin',
  'neon_superuser',
]

/** Settings that rules judge. */
const SETTINGS = [
  'application_name',
  'fsync',
  'full_page_writes',
  'idle_in_transaction_session_timeout',
  'log_connections',
  'log_destination',
  'log_disconnections',
  'log_line_prefix',
  'log_statement',
  'max_connections',
  'password_encryption',
  'pgaudit.log',
  'reserved_connections',
  'shared_preload_libraries',
  'scram_iterations',
  'ssl_min_protocol_version',
  'statement_timeout',
  'superuser_reserved_connections',
  'transaction_read_only',
  'transaction_timeout',
]

const list = (names: readonly string[]) => names.map((name) => `'${name}'`).join(', ')

/**
 * The one query about server, role and database: a row with a JSON object. It reads nothing that an unprivileged role may
 * not read, in PostgreSQL 15 and later, and needs no session state.
 *
 * `pg_authid` is read by `query_to_xml`, which checks the right to read it only where it is called.
 */
export const SERVER_QUERY = `
WITH role AS (
  SELECT pg_catalog.bool_or(rolsuper) AS superuser, pg_catalog.bool_or(rolbypassrls) AS "bypassRls",
         pg_catalog.bool_or(rolcreaterole) AS "createRole",
         pg_catalog.bool_or(rolcreatedb) AS "createDatabase", pg_catalog.bool_or(rolreplication) AS replication,
         pg_catalog.min(extract(epoch FROM rolvaliduntil)) FILTER (WHERE pg_catalog.isfinite(rolvaliduntil)) AS "validUntil",
         pg_catalog.min(NULLIF(rolconnlimit, -1)) AS "connectionLimit"
    FROM pg_catalog.pg_roles WHERE rolname IN (current_user, session_user)
), own AS (
  SELECT oid FROM pg_catalog.pg_roles WHERE pg_catalog.pg_has_role(oid, 'USAGE')
), relation AS (
  SELECT n.nspname || '.' || c.relname AS name, c.oid, c.relowner, c.relacl
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
)
SELECT pg_catalog.json_build_object(
  'version', pg_catalog.current_setting('server_version'),
  'versionNumber', pg_catalog.current_setting('server_version_num'),
  'product', pg_catalog.version(),
  'user', current_user,
  'database', pg_catalog.current_database(),
  'backend', pg_catalog.pg_backend_pid(),
  'inRecovery', pg_catalog.pg_is_in_recovery(),
  'tls', (SELECT pg_catalog.row_to_json(s) FROM pg_catalog.pg_stat_ssl s WHERE s.pid = pg_catalog.pg_backend_pid()),
  'role', (SELECT pg_catalog.row_to_json(role) FROM role),
  'databaseLimit', (SELECT NULLIF(datconnlimit, -1) FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()),
  'memberOf', ARRAY(SELECT rolname FROM pg_catalog.pg_roles
    WHERE rolname IN (${list(POWERFUL_ROLES)}) AND pg_catalog.pg_has_role(session_user, oid, 'MEMBER') ORDER BY rolname),
  'ownsDatabase', (SELECT datdba IN (SELECT oid FROM own) FROM pg_catalog.pg_database
    WHERE datname = pg_catalog.current_database()),
  'publicConnects', pg_catalog.has_database_privilege('public', pg_catalog.current_database(), 'CONNECT'),
  'publicDatabase', pg_catalog.has_database_privilege('public', pg_catalog.current_database(), 'CREATE'),
  'ownedTables', ARRAY(SELECT name FROM relation WHERE relowner IN (SELECT oid FROM own) LIMIT 3),
  'publicSchemas', ARRAY(SELECT nspname FROM pg_catalog.pg_namespace
    WHERE nspname NOT LIKE 'pg\\_%' AND pg_catalog.has_schema_privilege('public', oid, 'CREATE') ORDER BY 1 LIMIT 3),
  'publicTables', ARRAY(SELECT name FROM relation WHERE relacl IS NOT NULL
    AND EXISTS (SELECT FROM pg_catalog.aclexplode(relacl) WHERE grantee = 0)
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
      WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = relation.oid AND d.deptype = 'e') LIMIT 3),
  'settings', (SELECT pg_catalog.json_object_agg(name, setting) FROM pg_catalog.pg_settings
    WHERE name IN (${list(SETTINGS)})),
  'md5Roles', CASE WHEN pg_catalog.has_column_privilege('pg_catalog.pg_authid', 'rolpassword', 'SELECT') THEN
    substring(pg_catalog.query_to_xml('SELECT pg_catalog.count(*) AS n FROM pg_catalog.pg_authid WHERE rolpassword LIKE ''md5%''',
      false, false, '')::pg_catalog.text FROM '<n>([0-9]+)')::pg_catalog.int4 END
)`
