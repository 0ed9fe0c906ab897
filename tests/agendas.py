"""An invented agenda for tests: six projects, two purses, one effort that runs, one that waits for a figure."""

from __future__ import annotations

from pathlib import Path

AGENDA = """
title = "Proefagenda"
title_en = "Trial agenda"
town = "GM0637"
first = 2027
years = 8
status = "voorbeeld, geen plan van de gemeente"
source = "test"
staff = 6.0
invented = true
floors = { "mechanism:sociaaleconomische_kracht" = 0.1 }

[budgets.gemeente]
title = "Gemeente"
yearly = { 2027 = 2e6, 2028 = 2e6, 2029 = 2e6, 2030 = 2e6, 2031 = 2e6, 2032 = 2e6, 2033 = 2e6, 2034 = 2e6 }

[budgets.volkshuisvestingsfonds]
title = "Volkshuisvestingsfonds"
yearly = { 2028 = 8e6 }
chance = 0.65

[projects.renovatie]
title = "Renovatie portieken"
costs = { gemeente = 4e6, volkshuisvestingsfonds = 7e6 }
years = 3
worth = [8e6, 16e6, 24e6]
marks = { concurrerende_woonaantrekkelijkheid = 0.3 }
staff = 2
source = "bedacht"

[projects.school]
title = "Nieuwe school"
costs = { gemeente = 5e6 }
years = 2
worth = [3e6, 7e6, 9e6]
marks = { sociaaleconomische_kracht = 0.1 }
staff = 1.5
after = { renovatie = 2 }
source = "bedacht"

[projects.bijles]
title = "Bijles"
costs = { gemeente = 2e6 }
years = 4
worth = [1e6, 4e6, 8e6]
marks = { sociaaleconomische_kracht = 0.15 }
staff = 0.5
source = "bedacht"

[projects.verlichting_a]
title = "Verlichting, zuinig"
costs = { gemeente = 0.5e6 }
worth = [0.2e6, 0.9e6, 1.4e6]
group = "verlichting"
staff = 0.2
source = "bedacht"

[projects.verlichting_b]
title = "Verlichting, ruim"
costs = { gemeente = 1.2e6 }
worth = [0.8e6, 1.9e6, 3e6]
group = "verlichting"
staff = 0.3
source = "bedacht"

[projects.loket]
title = "Loket dat al loopt"
existing = true
costs = { gemeente = 3e6 }
years = 8
worth = [0.2e6, 1e6, 2e6]
staff = 1
source = "bedacht"

[projects.schuldhulp]
title = "Schuldhulp op wijkniveau"
costs = { gemeente = 1e6 }
years = 2
worth = [1e6, 3e6, 5e6]
trigger = "bijstand > 60"
lead = 1
sell_by = 2033
source = "bedacht"
"""

# A package in areas that a workspace with Meerzicht knows.
PACKAGE = """
title = "Proef"
title_en = "Trial"
town = "GM0637"
stage = "idee"
status = "voorbeeld"
source = "test"
goal = "Proef."

[measures.een]
intervention = "bijles"
areas = ["WK063701", "BU06370101"]
first = 2027
last = 2030
dose = 100
note = "Let op."
"""


def own_catalogue(folder: Path, *, name: str = "proef", old: str = "", new: str = "") -> Path:
    """A catalogue folder of a workspace with the agenda in it, one piece of its text replaced."""
    (folder / "agendas").mkdir(parents=True, exist_ok=True)
    if old and old not in AGENDA:
        raise ValueError(old)
    (folder / "agendas" / f"{name}.toml").write_text(AGENDA.replace(old, new) if old else AGENDA, encoding="utf-8")
    return folder
