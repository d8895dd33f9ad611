// Imported first: what your shell says of databases must not change what is shown, and pg reads some of it when loaded.
for (const name of Object.keys(process.env)) {
  if (/^(PG|DB_|DATABASE_|VERIFULL_|SSL_CERT_|NODE_PG_|NODE_TLS_REJECT|SECRETS_BACKEND)/.test(name)) {
    delete process.env[name]
  }
}
