"""Measurements of feedtool: how right it is, how fast it is."""
