"""The coach: what helped when a deal was stuck here, what a person's recorded calls show, what may be looked at at all. Reads; stores little."""
