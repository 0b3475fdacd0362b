"""The command line: one module a command; each builds a job, runs it and prints its events."""
