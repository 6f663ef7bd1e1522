"""What the process of an organisation says when it is counted: losses, leaks, coverage. Reads under the reader's policy; stores nothing."""
