"""The log of the shop and its sessions: tables, migrations and the `Store` that everybody goes through."""
