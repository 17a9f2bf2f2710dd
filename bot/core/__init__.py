"""What every subject stands on: settings, clock, errors, logs, languages, the vault. Knows no subject."""
