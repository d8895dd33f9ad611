exports.fetchSecret = async ({ signal }) => (await fetch(process.env.SECRET_URL, { signal })).json()
