"""Pictures that people send, drawn anew: nothing of the file they came in survives but what can be seen."""
