import subprocess
import sys


def test_what_starts_the_services_loads_no_codec_of_calls():
    script = "import sys, server.cli; print([name for name in ('av', 'aiortc') if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
