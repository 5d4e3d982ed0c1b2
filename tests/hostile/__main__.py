"""Writes the hostile inputs, what is expected of each, and the table: `python -m tests.hostile`.

The small inputs are kept as files, so that they can be tried on anything. What is large is made
when it is needed, by `large`.
"""

from tests.hostile.inputs import FILES, FOLDER, expected_text
from tests.hostile.told import PAGE, table

if __name__ == "__main__":
    FILES_FOLDER = FOLDER / "inputs"
    FILES_FOLDER.mkdir(exist_ok=True)
    for old in FILES_FOLDER.iterdir():
        old.unlink()
    for name, data in FILES.items():
        (FILES_FOLDER / name).write_bytes(data)
    (FOLDER / "expected.json").write_text(expected_text(), encoding="utf-8")
    PAGE.write_text(table(), encoding="utf-8")
