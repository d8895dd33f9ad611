// Imported first, because pg reads variables when it is loaded: database variables of the shell must not affect the
// quickstart.
for (const name of Object.keys(process.env)) {
  if (/^(PG|DB_|DATABASE_|VERIFULL_|SSL_CERT_|NODE_PG_|NODE_TLS_REJECT|SECRETS_BACKEND)/.test(name)) {
    delete process.env[name]
  }
}
