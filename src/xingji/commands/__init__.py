"""What the command line offers: each file owns a few commands; they parse, call and print, and decide nothing."""
