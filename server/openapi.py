"""Print the HTTP interface's description in OpenAPI 3.1: `python -m server.openapi > openapi.json`."""

import json
import sys

from consult_api.api import build_app

if __name__ == "__main__":
    json.dump(build_app().openapi(), sys.stdout, ensure_ascii=False, indent=1)
