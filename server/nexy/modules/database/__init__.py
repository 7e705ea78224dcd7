"""Driver, pool, migrations and the embedded server; everybody else sees `contracts.Database`."""
