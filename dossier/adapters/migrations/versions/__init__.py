"""One file per revision of the schema, never edited once released."""
