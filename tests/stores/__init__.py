"""Stores that older versions of feedtool have made, and what these had seen."""
