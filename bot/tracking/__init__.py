"""Time, and all that corrects it.

`timers` answers what is typed and `filled_form` what is filled in, `continuing` goes on with earlier work; `entries`
writes, `own_entries` says which one is meant, `corrections`, `splitting` and `bulk_edit` change it, `undo` takes back,
`worked_days` adds up, `gaps` and `lists` show.
`questions` keeps what was typed until somebody says which was meant, and `answers` carries it out then.
"""
