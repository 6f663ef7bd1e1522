"""Mining: how things really went, read from any object's event log or from an imported one. Reads; changes nothing but imported logs."""
