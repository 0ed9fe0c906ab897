"""What is wrong with the words that were typed, in Dutch: the library that reads them says it in English only."""

from __future__ import annotations

import re

from typer._click.exceptions import (
    BadParameter,
    ClickException,
    FileError,
    MissingParameter,
    NoArgsIsHelpError,
    NoSuchOption,
    UsageError,
)

# What the library says of a word, and the same in Dutch with what it names; the first that fits.
_SAID = (
    (r"No such command '(.*)'\.(?: Did you mean '(.*)'\?)?", "opdracht '{0}' bestaat niet{1}"),
    (r"Got unexpected extra arguments? ?(?:\(s\) )?\((.*)\)", "'{0}' is te veel"),
    (r"Option '?(.*?)'? requires an argument\.?", "achter {0} moet nog iets staan"),
    (r"Option '?(.*?)'? requires \d+ arguments\.?", "achter {0} moet meer staan"),
    (r"Option '?(.*?)'? does not take a value\.?", "achter {0} hoort niets te staan"),
    (r"Missing command\.", "er staat geen opdracht"),
    (r"(?:Value error, )?(.*) is not one of (.*?)\.?", "{0} kan niet; kies uit {1}"),
    (r"Input should be a valid integer.*", "dit is geen geheel getal"),
    (r"Input should be a valid number.*", "dit is geen getal"),
    (r"Input should be a valid boolean.*", "dit is geen ja of nee"),
    (r"\w+ (.*) does not exist\.", "{0} bestaat niet"),
    (r"\w+ (.*) is a file\.", "{0} is een bestand en geen map"),
    (r"\w+ (.*) is a directory\.", "{0} is een map en geen bestand"),
    (r"\w+ (.*) is not (?:readable|writable)\.", "u mag niet bij {0}"),
)


def refusal(fault: ClickException) -> str:
    """All that is said of a fault in the words typed: what, and where the right ones stand. Help that was asked stays as it is."""
    if isinstance(fault, NoArgsIsHelpError):
        return fault.format_message()
    context = getattr(fault, "ctx", None)
    command = context.command_path if context is not None else "stadspeil"
    wrong = _wrong(fault)
    return f"{command}: {wrong}{'' if wrong.endswith('?') else '.'}\nWat te doen: kijk met '{command} --help' wat hier kan."


def _wrong(fault: ClickException) -> str:
    if isinstance(fault, FileError):
        return f"bestand {fault.ui_filename} is niet te openen"
    if isinstance(fault, MissingParameter):
        return f"{_name(fault)} ontbreekt"
    if isinstance(fault, BadParameter):
        return f"{_name(fault)}: {_dutch(fault.message)}"
    if isinstance(fault, NoSuchOption):
        near = ", ".join(sorted(fault.possibilities or ()))
        return f"optie {fault.option_name} bestaat niet" + (f"; bedoelde u {near}?" if near else "")
    return _dutch(fault.message if isinstance(fault, UsageError) else fault.format_message())


def _name(fault: BadParameter) -> str:
    """The option or argument, as it is typed."""
    hint = fault.param_hint or (fault.param.get_error_hint() if fault.param is not None else "")
    return (hint if isinstance(hint, str) else " / ".join(hint)).replace("'", "") or "een waarde"


def _dutch(said: str) -> str:
    for pattern, told in _SAID:
        found = re.fullmatch(pattern, said, re.DOTALL)
        if found:
            named = [each or "" for each in found.groups()]
            if told.endswith("niet{1}"):
                named[1] = f"; bedoelde u '{named[1]}'?" if named[1] else ""
            return told.format(*named)
    return said.rstrip(".")
