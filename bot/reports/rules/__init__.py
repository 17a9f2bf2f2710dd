"""Rules of reports: values in, values out."""
