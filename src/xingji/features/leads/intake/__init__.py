"""How leads arrive over HTTP: payload and receipt first, then a lead. Decides nothing about who gets it."""
