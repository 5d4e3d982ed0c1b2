"""Laws of feedtool under random bytes: by atheris in `make fuzz`, by Hypothesis in the tests."""
