"""Writes the folder of hostile inputs and what is expected of each: `python -m tests.hostile`.

The small inputs are kept as files, so that they can be tried on anything. What is large is made
when it is needed, by `large`.
"""

from tests.hostile.inputs import FILES, FOLDER, expected_text

if __name__ == "__main__":
    FILES_FOLDER = FOLDER / "inputs"
    FILES_FOLDER.mkdir(exist_ok=True)
    for old in FILES_FOLDER.iterdir():
        old.unlink()
    for name, data in FILES.items():
        (FILES_FOLDER / name).write_bytes(data)
    (FOLDER / "expected.json").write_text(expected_text(), encoding="utf-8")
