"""The parts of feedtool, each timed alone with pytest-benchmark: `make parts`."""
