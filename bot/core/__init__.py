"""What every subject stands on, and knows none of them.

`context` is the running bot and opens changes, `caller` is who asks, `texts` writes to them in their language, `jobs`
lets a subject name its kinds of jobs; the rest is what its name says.
"""
