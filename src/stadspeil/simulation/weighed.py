"""What was weighed for a town, in its workspace: out/simulation/balance-<town>/, written by `stadspeil balance`.

options/ trade_offs/ distinctions/     the tables, as shelves
balance.json                           what was asked and with what it was made
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from stadspeil.contracts import empty
from stadspeil.errors import QuestionError
from stadspeil.shelf import Part, has_shelf, read_shelf, write_shelf
from stadspeil.simulation.balance import OPTIONS, TRADE_OFFS, Balance
from stadspeil.simulation.distinguishing import DISTINCTIONS
from stadspeil.simulation.store import FOLDER
from stadspeil.workspace import Workspace, publish_json

PREFIX, ACCOUNT = "balance-", "balance.json"
_TABLES = (OPTIONS, TRADE_OFFS, DISTINCTIONS)


@dataclass(frozen=True)
class Weighed:
    """The outcome for one town. Tables keep OPTIONS, TRADE_OFFS and DISTINCTIONS; `account` is what balance.json holds.

    An outcome of an older release has no distinctions, and knows less of what was asked.
    """

    town: str
    account: Mapping[str, Any]
    options: pl.DataFrame
    trade_offs: pl.DataFrame
    distinctions: pl.DataFrame


def write_weighed(workspace: Workspace, town: str, balance: Balance, account: Mapping[str, Any]) -> Path:
    """Write the tables, and the account last: without it there is no outcome."""
    folder = _folder(workspace, town)
    for contract, table in zip(_TABLES, (balance.options, balance.trade_offs, balance.distinctions), strict=True):
        write_shelf(folder / contract.name, [Part(contract.name, table)])
    publish_json(dict(account), folder / ACCOUNT)
    return folder


def weighed_towns(workspace: Workspace) -> tuple[str, ...]:
    """Codes of the gemeenten for which programmes were weighed."""
    found = (workspace.out / FOLDER).glob(f"{PREFIX}*/{ACCOUNT}")
    return tuple(sorted(path.parent.name.removeprefix(PREFIX) for path in found))


def read_weighed(workspace: Workspace, town: str) -> Weighed:
    """The outcome for a town.

    Raises:  QuestionError where nothing was weighed, or what is there cannot be read.
    """
    folder = _folder(workspace, town)
    where, again = f"de afweging van {town}", "draai 'stadspeil balance' (opnieuw)"
    try:
        account = json.loads((folder / ACCOUNT).read_text("utf-8"))
    except FileNotFoundError as fault:
        raise QuestionError(where, "is nog niet gemaakt", again) from fault
    except (OSError, ValueError) as fault:
        raise QuestionError(where, f"{ACCOUNT} is niet te lezen ({fault})", again) from fault
    tables = [
        read_shelf(folder / each.name) if has_shelf(folder / each.name) else empty(each) for each in _TABLES
    ]  # fmt: skip
    return Weighed(town, account, *tables)


def command_of(weighed: Weighed) -> str:
    """What was typed to weigh it."""
    asked = weighed.account["asked"]
    options = [
        f"--town {weighed.town}",
        f"--homes {asked['homes']}",
        f"--sites {asked['sites']}",
        f"--years {asked['years']}",
    ]
    options += [f"--share '{each}'" if " " in each else f"--share {each}" for each in asked["shares"]]
    options += [f"--confirm {asked['confirm']}", *(["--region"] if asked["region"] else [])]
    options += [f"--populations {asked['populations']}"] if "populations" in asked else []
    options += [f"--seed {asked['seed']}"]
    return " ".join(["stadspeil balance", *options])


def _folder(workspace: Workspace, town: str) -> Path:
    return workspace.out / FOLDER / f"{PREFIX}{town}"
