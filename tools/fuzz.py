"""Fuzz one reader for some time with coverage: any exception that is not one of ours is a finding.

    python -m venv /path/to/fuzz && /path/to/fuzz/bin/pip install atheris && /path/to/fuzz/bin/pip install -e .
    /path/to/fuzz/bin/python tools/fuzz.py --kind csv --seconds 300

Not part of the tests: atheris is built per Python and takes time. Kinds are those of tests/faults/test_fuzz_readers.py:
whole files (csv, json, parquet, map, ...) and the inside of files that a checksum guards (page, sheet, shape).
"""

from __future__ import annotations

import argparse
import importlib.util
import sys
import tempfile
from pathlib import Path

import atheris  # type: ignore[import-not-found]

with atheris.instrument_imports(include=["stadspeil.sources"]):
    from stadspeil.sources.reading import read_file  # noqa: F401

ROOT = Path(__file__).parents[1]
TESTS = ROOT / "tests" / "faults" / "test_fuzz_readers.py"


def main() -> None:
    """Run libFuzzer on one kind of file, from its sound sample."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kind", required=True)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--keep", default="", help="folder for what made it fail")
    asked = parser.parse_args()
    spec = importlib.util.spec_from_file_location("fuzz_readers", TESTS)
    if spec is None or spec.loader is None:
        sys.exit(f"{TESTS} is not there")
    samples = importlib.util.module_from_spec(spec)
    sys.path.insert(0, str(ROOT / "tests"))
    spec.loader.exec_module(samples)
    if asked.kind in samples.INSIDE:
        name, make, around = samples.INSIDE[asked.kind]
    else:
        (name, make), around = samples.SAMPLES[asked.kind], bytes

    def one(content: bytes) -> None:
        samples.holds(name, around(content))

    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "sample").write_bytes(make())
        options = [sys.argv[0], folder, f"-max_total_time={asked.seconds}", "-rss_limit_mb=4000", "-timeout=30"]
        options += [f"-artifact_prefix={asked.keep}/"] if asked.keep else []
        atheris.Setup(options, one)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
