"""The command `stadspeil`: verbs that parse, call one function of a stage, and print. No computation here.

Figures go to stdout, words to stderr; the exit code is that of errors.py.
"""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command; an error of ours becomes its message and exit code, never a traceback."""
    from stadspeil.cli.verbs import app
    from stadspeil.errors import StadspeilError

    try:
        app()
    except StadspeilError as fault:
        print(fault.message(), file=sys.stderr)
        sys.exit(fault.exit_code)
    except KeyboardInterrupt:
        print("Afgebroken. Wat er al stond is gebleven.", file=sys.stderr)
        sys.exit(130)
    except BrokenPipeError:
        # `stadspeil export ... | head` closes our stdout early; that is the reader's choice, not a fault.
        sys.stderr.close()
        sys.exit(0)
    except OSError as fault:
        where = fault.filename or "de schijf"
        print(
            f"{where}: lezen of schrijven lukt niet ({fault.strerror or fault}). Wat er al stond is gebleven.",
            file=sys.stderr,
        )
        print("Wat te doen: kijk of er ruimte is en of u er mag schrijven.", file=sys.stderr)
        sys.exit(1)
