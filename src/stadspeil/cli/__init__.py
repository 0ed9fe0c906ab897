"""The command `stadspeil`: verbs that parse, call one function of a stage, and print. No computation here.

Figures go to stdout, words to stderr; the exit code is that of errors.py.
"""

from __future__ import annotations

import errno
import sys

# By name: not every system knows every number.
_REASONS = {
    "ENOSPC": "de schijf is vol", "EDQUOT": "uw deel van de schijf is vol", "EFBIG": "het bestand mag niet zo groot worden",
    "EROFS": "hier kan alleen gelezen worden", "EACCES": "u mag hier niet bij", "EPERM": "u mag hier niet bij",
    "ENOENT": "dit is er niet", "EMFILE": "er staan te veel bestanden open", "EIO": "de schijf hapert",
}  # fmt: skip

_BROKEN_OFF = 130


def main() -> None:
    """Run the command; an error of ours becomes its message and exit code, never a traceback."""
    from typer import Abort
    from typer._click.exceptions import ClickException
    from typer.main import get_command

    from stadspeil.cli.refusing import refusal
    from stadspeil.cli.typed_numbers import guarded
    from stadspeil.cli.verbs import app
    from stadspeil.errors import StadspeilError

    try:
        code = guarded(get_command(app))(standalone_mode=False, prog_name="stadspeil")
        if isinstance(code, int) and code:
            if code == _BROKEN_OFF:
                raise KeyboardInterrupt
            sys.exit(code)
    except ClickException as fault:
        print(refusal(fault), file=sys.stderr)
        sys.exit(fault.exit_code)
    except StadspeilError as fault:
        print(fault.message(), file=sys.stderr)
        sys.exit(fault.exit_code)
    except (KeyboardInterrupt, Abort):
        print("Afgebroken. Wat er al stond is gebleven.", file=sys.stderr)
        sys.exit(_BROKEN_OFF)
    except BrokenPipeError:
        # `stadspeil export ... | head` closes our stdout early; that is the reader's choice, not a fault.
        sys.stderr.close()
        sys.exit(0)
    except OSError as fault:
        where = fault.filename or "de schijf"
        print(
            f"{where}: lezen of schrijven lukt niet ({_reason(fault)}). Wat er al stond is gebleven.",
            file=sys.stderr,
        )
        print("Wat te doen: kijk of er ruimte is en of u er mag schrijven.", file=sys.stderr)
        sys.exit(1)


def _reason(fault: OSError) -> str:
    """What the system says, in Dutch where it happens often."""
    return _REASONS.get(errno.errorcode.get(fault.errno or 0, ""), fault.strerror or str(fault))
