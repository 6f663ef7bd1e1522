"""The ideas everything is made of, ground floor first. Imports only go down: work > … > db > core."""
