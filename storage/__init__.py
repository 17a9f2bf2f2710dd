"""What Trackomat remembers: tables with their constraints, and the queries of each subject."""
