"""Decoded: never. The relay forwards; no codec is even loaded."""

import ast
import subprocess
import sys
from pathlib import Path

MEDIA = Path(__file__).parents[2] / "media"
CODECS = {"av", "aiortc", "cv2", "ffmpeg", "PIL", "numpy", "opuslib"}


def test_no_module_of_the_relay_imports_a_codec():
    for path in MEDIA.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not {name.partition(".")[0] for name in names} & CODECS, path


def test_a_running_relay_has_no_codec_in_its_process():
    script = (
        "import sys, media.service; print([name for name in ('av', 'aiortc', 'cv2') if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
