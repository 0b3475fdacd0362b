"""How events and results look to a person. Nothing is computed here but layout."""
