"""The pages: an address, a function that makes the view, a template that draws it."""

from __future__ import annotations

from stadspeil.atlas.pages.agenda import AGENDA, AGENDAS
from stadspeil.atlas.pages.appraisal import APPRAISAL
from stadspeil.atlas.pages.appraisal_compare import COMPARE_PACKAGES
from stadspeil.atlas.pages.appraisal_library import EVIDENCE, INTERVENTION, INTERVENTIONS
from stadspeil.atlas.pages.appraisal_new import APPRAISAL_NEW
from stadspeil.atlas.pages.appraisal_package import PACKAGE
from stadspeil.atlas.pages.below import BELOW
from stadspeil.atlas.pages.building import BUILDING
from stadspeil.atlas.pages.building_new import BUILDING_NEW
from stadspeil.atlas.pages.building_result import BUILDING_RESULT
from stadspeil.atlas.pages.compare import COMPARE
from stadspeil.atlas.pages.development import DEVELOPMENT
from stadspeil.atlas.pages.efforts import EFFORTS
from stadspeil.atlas.pages.explained import ENTRY, EXPLAINED
from stadspeil.atlas.pages.find import FIND
from stadspeil.atlas.pages.funds import FUNDS
from stadspeil.atlas.pages.interface import INTERFACE
from stadspeil.atlas.pages.map import MAP
from stadspeil.atlas.pages.moving import MOVING
from stadspeil.atlas.pages.origin import ORIGIN
from stadspeil.atlas.pages.own import DRAFT, OWN
from stadspeil.atlas.pages.own_groups import GROUPS
from stadspeil.atlas.pages.own_weights import WEIGHTS
from stadspeil.atlas.pages.profile import PROFILE
from stadspeil.atlas.pages.renewal import RENEWAL
from stadspeil.atlas.pages.start import START
from stadspeil.atlas.pages.town import TOWN
from stadspeil.atlas.pages.weighing import WEIGHING
from stadspeil.atlas.views import Page

# In the order of the menu.
PAGES: tuple[Page, ...] = (
    START,
    TOWN,
    MAP,
    PROFILE,
    COMPARE,
    DEVELOPMENT,
    BELOW,
    MOVING,
    RENEWAL,
    BUILDING,
    # Before the results: the address of a new one could be that of a programme.
    BUILDING_NEW,
    WEIGHING,
    BUILDING_RESULT,
    APPRAISAL,
    APPRAISAL_NEW,
    COMPARE_PACKAGES,
    INTERVENTIONS,
    INTERVENTION,
    EVIDENCE,
    FUNDS,
    AGENDAS,
    AGENDA,
    EFFORTS,
    # After the others of weighing: their addresses could be that of a package.
    PACKAGE,
    EXPLAINED,
    ENTRY,
    ORIGIN,
    OWN,
    GROUPS,
    WEIGHTS,
    DRAFT,
    FIND,
    INTERFACE,
)
