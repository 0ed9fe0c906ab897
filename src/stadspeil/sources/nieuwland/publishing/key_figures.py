"""Key figures of wijken and buurten: one file per year, columns that come, go and change their names.

The newest year is a first delivery: what takes longer to count (income, education, work, care, energy) is not in yet.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stadspeil.sources.nieuwland import plan
from stadspeil.sources.nieuwland.figures import Figures
from stadspeil.sources.nieuwland.publishing.areas import LEVEL_WORDS, Division, Gazetteer
from stadspeil.sources.nieuwland.publishing.secrecy import Bases, Rule, Style, as_published, as_text, bases_of
from stadspeil.sources.nieuwland.publishing.statline import Column, NumberColumn, TextColumn, write_csv, write_json

Floats = NDArray[np.float64]

# StatLine's tables per year; before 2013 one table held several years and a file is known by its year.
TABLES = {
    2013: "82339NED", 2014: "82931NED", 2015: "83220NED", 2016: "83487NED", 2017: "83765NED", 2018: "84286NED",
    2019: "84583NED", 2020: "84799NED", 2021: "85039NED", 2022: "85318NED", 2023: "85618NED", 2024: "85984NED",
}  # fmt: skip
JSON_YEARS = (2017, 2018, 2020, 2022, 2024)


@dataclass(frozen=True)
class KeyFigure:
    """A column: StatLine's name, our figure, how it is printed, when it is kept back, in which years it exists.

    `late` figures are not in a first delivery.
    """

    stem: str
    figure: str
    style: Style = "count5"
    rule: Rule = ""
    since: int = 2005
    until: int = 2099
    late: bool = False


_K = KeyFigure
_PEOPLE = (
    _K("AantalInwoners", "inwoners"), _K("Mannen", "mannen"), _K("Vrouwen", "vrouwen"),
    _K("k_0Tot15Jaar", "inwoners_0_15"), _K("k_15Tot25Jaar", "inwoners_15_25"), _K("k_25Tot45Jaar", "inwoners_25_45"),
    _K("k_45Tot65Jaar", "inwoners_45_65"), _K("k_65JaarOfOuder", "inwoners_65_plus"),
    _K("Ongehuwd", "ongehuwd"), _K("Gehuwd", "gehuwd"), _K("Gescheiden", "gescheiden"), _K("Verweduwd", "verweduwd"),
    _K("WestersTotaal", "herkomst_westers", until=2022), _K("NietWestersTotaal", "herkomst_niet_westers", until=2022),
    _K("Marokko", "herkomst_marokko", until=2022),
    _K("NederlandseAntillenEnAruba", "herkomst_antillen_aruba", until=2022),
    _K("Suriname", "herkomst_suriname", until=2022), _K("Turkije", "herkomst_turkije", until=2022),
    _K("OverigNietWesters", "herkomst_overig_niet_westers", until=2022),
    # The same three headers come back for the country of birth, and two of them once more: as with CBS.
    _K("Nederland", "herkomst_nederland", since=2023), _K("EuropaExclusiefNederland", "herkomst_europa", since=2023),
    _K("BuitenEuropa", "herkomst_buiten_europa", since=2023),
    _K("Nederland", "geboren_nederland", since=2023), _K("EuropaExclusiefNederland", "geboren_europa", since=2023),
    _K("BuitenEuropa", "geboren_buiten_europa", since=2023),
    _K("EuropaExclusiefNederland", "geboren_nl_herkomst_europa", since=2023),
    _K("BuitenEuropa", "geboren_nl_herkomst_buiten_europa", since=2023),
    _K("GeboorteTotaal", "geboorten", since=2013), _K("GeboorteRelatief", "geboorte_per_1000", "whole", "people10", 2013),
    _K("SterfteTotaal", "sterfgevallen", since=2013), _K("SterfteRelatief", "sterfte_per_1000", "whole", "people10", 2013),
    _K("HuishoudensTotaal", "huishoudens"), _K("Eenpersoonshuishoudens", "huishoudens_eenpersoons"),
    _K("HuishoudensZonderKinderen", "huishoudens_zonder_kinderen"),
    _K("HuishoudensMetKinderen", "huishoudens_met_kinderen"),
    _K("GemiddeldeHuishoudensgrootte", "huishoudensgrootte", "tenth", "people10"),
    _K("Bevolkingsdichtheid", "bevolkingsdichtheid_per_km2", "whole", "people10"),
)  # fmt: skip
_HOMES = (
    _K("Woningvoorraad", "woningen"), _K("NieuwbouwWoningen", "woningen_nieuwbouw", since=2023),
    _K("GemiddeldeWoningwaarde", "woz_waarde_1000_eur", "whole", "valued", until=2020),
    _K("GemiddeldeWOZWaardeVanWoningen", "woz_waarde_1000_eur", "whole", "valued", since=2021),
    _K("PercentageEengezinswoning", "eengezinswoningen_pct", "whole", "dwellings20"),
    _K("PercentageTussenwoningEengezins", "tussenwoningen_pct", "whole", "dwellings20", since=2023),
    _K("PercentageHoekwoningEengezins", "hoekwoningen_pct", "whole", "dwellings20", since=2023),
    _K("PercentageTweeOnderEenKapWoningEe", "twee_onder_een_kap_pct", "whole", "dwellings20", since=2023),
    _K("PercentageVrijstaandeWoningEengezins", "vrijstaande_woningen_pct", "whole", "dwellings20", since=2023),
    _K("PercentageMeergezinswoning", "meergezinswoningen_pct", "whole", "dwellings20"),
    _K("PercentageBewoond", "bewoond_pct", "whole", "dwellings20", since=2011, until=2023),
    _K("PercentageOnbewoond", "onbewoond_pct", "whole", "dwellings20", since=2011, until=2023),
    _K("OnbewoondeWoningen", "onbewoond_pct", "whole", "dwellings20", since=2024),
    _K("Koopwoningen", "koopwoningen_pct", "whole", "dwellings20"),
    _K("HuurwoningenTotaal", "huurwoningen_pct", "whole", "dwellings20"),
    _K("InBezitWoningcorporatie", "corporatiewoningen_pct", "whole", "dwellings20"),
    _K("InBezitOverigeVerhuurders", "overige_verhuurders_pct", "whole", "dwellings20"),
    _K("BouwjaarVoor2000", "bouwjaar_voor_2000_pct", "whole", "dwellings20"),
    _K("BouwjaarVanaf2000", "bouwjaar_vanaf_2000_pct", "whole", "dwellings20"),
)  # fmt: skip
_TYPES = (("Appartement", "appartement"), ("Tussenwoning", "tussenwoning"), ("Hoekwoning", "hoekwoning"),
          ("TweeOnderEenKapWoning", "twee_onder_een_kap"), ("VrijstaandeWoning", "vrijstaand"),
          ("Huurwoning", "huurwoning"), ("EigenWoning", "koopwoning"))  # fmt: skip
_ENERGY = (
    _K("GemiddeldElektriciteitsverbruikTotaal", "elektriciteit_kwh", "whole", "dwellings6", 2010, 2020, late=True),
    _K("GemiddeldeElektriciteitsleveringTotaal", "elektriciteit_kwh", "whole", "dwellings6", 2021, late=True),
    *(_K(stem, f"elektriciteit_{name}_kwh", "whole", "dwellings6", 2010, 2023, late=True) for stem, name in _TYPES),
    _K(
        "GemiddeldeElektriciteitsteruglevering",
        "elektriciteit_teruglevering_kwh",
        "whole",
        "dwellings6",
        2023,
        late=True,
    ),
    _K("GemiddeldAardgasverbruikTotaal", "aardgas_m3", "whole", "dwellings6", 2010, late=True),
    *(_K(stem, f"aardgas_{name}_m3", "whole", "dwellings6", 2010, 2023, late=True) for stem, name in _TYPES),
    _K("PercentageWoningenMetStadsverwarming", "stadsverwarming_pct", "tenth", "dwellings10", 2014, late=True),
    _K("AardgasvrijeWoningen", "aardgasvrije_woningen_pct", "whole", "dwellings10", 2023, late=True),
    _K("WoningenMetZonnestroom", "zonnestroom_woningen_pct", "whole", "dwellings10", 2023, late=True),
    _K(
        "WoningenHoofdzElektrischVerwarmd", "elektrisch_verwarmde_woningen_pct", "whole", "dwellings10", 2023, late=True
    ),
)
_WORK_AND_INCOME = (
    _K("StudentenMboExclExtranei", "studenten_mbo", "count10", since=2023, late=True),
    _K("StudentenHbo", "studenten_hbo", "count10", since=2023, late=True),
    _K("StudentenWo", "studenten_wo", "count10", since=2023, late=True),
    _K("OpleidingsniveauLaag", "opleiding_laag", "count10", "people150", 2015, 2023, late=True),
    _K("OpleidingsniveauMiddelbaar", "opleiding_middelbaar", "count10", "people150", 2015, 2023, late=True),
    _K("OpleidingsniveauHoog", "opleiding_hoog", "count10", "people150", 2015, 2023, late=True),
    _K("BasisonderwijsVmboMbo1", "opleiding_laag", "count10", "people150", 2024, late=True),
    _K("HavoVwoMbo24", "opleiding_middelbaar", "count10", "people150", 2024, late=True),
    _K("HboWo", "opleiding_hoog", "count10", "people150", 2024, late=True),
    _K("NettoArbeidsparticipatie", "nettoarbeidsparticipatie_pct", "whole", "people150", 2013, 2020, late=True),
    _K("Nettoarbeidsparticipatie", "nettoarbeidsparticipatie_pct", "whole", "people150", 2021, late=True),
    _K("PercentageWerknemers", "werknemers_pct", "whole", "people150", 2013, late=True),
    _K("WerknemersMetVasteArbeidsr", "werknemers_vast_pct", "whole", "people150", 2023, late=True),
    _K("WerknemersMetFlexibeleArbe", "werknemers_flexibel_pct", "whole", "people150", 2023, late=True),
    _K("PercentageZelfstandigen", "zelfstandigen_pct", "whole", "people150", 2013, late=True),
    _K("AantalInkomensontvangers", "inkomensontvangers", "count100", "earners100", late=True),
    _K("GemiddeldInkomenPerInkomensontvanger", "inkomen_per_ontvanger_1000_eur", "tenth", "earners100", late=True),
    _K("GemiddeldInkomenPerInwoner", "inkomen_per_inwoner_1000_eur", "tenth", "people100", late=True),
    _K("k_40PersonenMetLaagsteInkomen", "personen_laagste_40_inkomen_pct", "tenth", "earners100", late=True),
    _K("k_20PersonenMetHoogsteInkomen", "personen_hoogste_20_inkomen_pct", "tenth", "earners100", late=True),
    _K("PersonenInArmoede", "personen_in_armoede_pct", "tenth", "people100", 2023, late=True),
    _K("PersonenTot25BovenArmoedegrens", "personen_tot_25_boven_armoedegrens_pct", "tenth", "people100", 2023, late=True),
    _K("GemGestandaardiseerdInkomenVanHuish", "gestandaardiseerd_inkomen_1000_eur", "tenth", "households100", 2011, 2023, late=True),
    _K("GemGestandaardiseerdInkomen", "gestandaardiseerd_inkomen_1000_eur", "tenth", "households100", 2024, late=True),
    _K("k_40HuishoudensMetLaagsteInkomen", "huishoudens_laagste_40_inkomen_pct", "tenth", "households100", late=True),
    _K("k_20HuishoudensMetHoogsteInkomen", "huishoudens_hoogste_20_inkomen_pct", "tenth", "households100", late=True),
    _K("HuishoudensMetEenLaagInkomen", "huishoudens_laag_inkomen_pct", "tenth", "households100", 2005, 2023, late=True),
    _K("HuishOnderOfRondSociaalMinimum", "huishoudens_sociaal_minimum_pct", "tenth", "households100", 2005, 2023, late=True),
    _K("HuishoudensTot110VanSociaalMinimum", "huishoudens_tot_110_sociaal_minimum_pct", "tenth", "households100", 2018, 2023, late=True),
    _K("HuishoudensTot120VanSociaalMinimum", "huishoudens_tot_120_sociaal_minimum_pct", "tenth", "households100", 2018, 2023, late=True),
    _K("MediaanVermogenVanParticuliereHuish", "mediaan_vermogen_1000_eur", "tenth", "households100", 2011, late=True),
    _K("PersonenPerSoortUitkeringBijstand", "bijstand_personen", "count10"),
    _K("PersonenPerSoortUitkeringAO", "ao_personen", "count10"), _K("PersonenPerSoortUitkeringWW", "ww_personen", "count10"),
    _K("PersonenPerSoortUitkeringAOW", "aow_personen", "count10", since=2011),
    _K("JongerenMetJeugdzorgInNatura", "jeugdzorg_jongeren", "care", since=2015, late=True),
    _K("PercentageJongerenMetJeugdzorg", "jeugdzorg_jongeren_pct", "tenth", "youth_care", 2015, late=True),
    _K("WmoClienten", "wmo_clienten", "care", since=2015, late=True),
    _K("WmoClientenRelatief", "wmo_clienten_per_1000", "whole", "wmo", 2015, late=True),
)  # fmt: skip
_BUSINESS = tuple(
    _K(stem, figure, rule="businesses20" if number else "", since=since)
    for number, (stem, figure, since) in enumerate(
        (
            ("BedrijfsvestigingenTotaal", "bedrijfsvestigingen", 2005),
            ("ALandbouwBosbouwEnVisserij", "vestigingen_landbouw", 2005),
            ("BFNijverheidEnEnergie", "vestigingen_nijverheid", 2005),
            ("GIHandelEnHoreca", "vestigingen_handel_horeca", 2005),
            ("HJVervoerInformatieEnCommunicatie", "vestigingen_vervoer_communicatie", 2005),
            ("KLFinancieleDienstenOnroerendGoed", "vestigingen_financieel_onroerend_goed", 2005),
            ("MNZakelijkeDienstverlening", "vestigingen_zakelijk", 2005),
            ("OQOverheidOnderwijsEnZorg", "vestigingen_overheid_onderwijs_zorg", 2021),
            ("RUCultuurRecreatieOverigeDiensten", "vestigingen_cultuur_recreatie", 2005),
        )
    )
)
_TRAVEL_AND_SPACE = (
    _K("PersonenautoSTotaal", "personenautos"), _K("PersonenautoSBrandstofBenzine", "personenautos_benzine", since=2013),
    _K("PersonenautoSOverigeBrandstof", "personenautos_overige_brandstof", since=2013),
    _K("PersonenautoSPerHuishouden", "autos_per_huishouden", "tenth", "households50"),
    _K("PersonenautoSNaarOppervlakte", "autos_per_km2", "whole", "people10"), _K("Motorfietsen", "motorfietsen"),
    _K("AfstandTotHuisartsenpraktijk", "afstand_huisarts_km", "tenth", "people10", 2006, late=True),
    _K("AfstandTotGroteSupermarkt", "afstand_supermarkt_km", "tenth", "people10", 2006, late=True),
    _K("AfstandTotKinderdagverblijf", "afstand_kinderdagverblijf_km", "tenth", "people10", 2006, late=True),
    _K("AfstandTotSchool", "afstand_school_km", "tenth", "people10", 2006, late=True),
    _K("ScholenBinnen3Km", "scholen_binnen_3_km", "tenth", "people10", 2006, late=True),
    _K("OppervlakteTotaal", "oppervlakte_totaal_ha", "whole"), _K("OppervlakteLand", "oppervlakte_land_ha", "whole"),
    _K("OppervlakteWater", "oppervlakte_water_ha", "whole"),
    _K("MateVanStedelijkheid", "stedelijkheid_klasse", "whole", "dwellings6"),
    _K("Omgevingsadressendichtheid", "omgevingsadressendichtheid_per_km2", "whole", "dwellings6"),
)  # fmt: skip
_CRIME = (
    _K("TotaalDiefstalUitWoningSchuurED", "diefstal_uit_woning_per_1000", "whole", "people100", 2015, 2018),
    _K("VernielingMisdrijfTegenOpenbareOrde", "vernieling_openbare_orde_per_1000", "whole", "people100", 2015, 2018),
    _K("GeweldsEnSeksueleMisdrijven", "geweld_seksueel_per_1000", "whole", "people100", 2015, 2018),
)
COLUMNS = (*_PEOPLE, *_HOMES, *_ENERGY, *_WORK_AND_INCOME, *_BUSINESS, *_TRAVEL_AND_SPACE, *_CRIME)


def columns_of(year: int) -> tuple[KeyFigure, ...]:
    """The columns that the edition of a year has, in order."""
    return tuple(column for column in COLUMNS if column.since <= year <= column.until)


def headers_of(year: int) -> list[str]:
    """The edition's headers, with position numbers."""
    change = "IndelingswijzigingWijkenEnBuurten" if year < 2021 else "IndelingswijzigingGemeenteWijkBuurt"
    stems = ["Gemeentenaam", "SoortRegio", "Codering", *([change] if year >= 2013 else [])]
    stems += [column.stem for column in columns_of(year)]
    return ["ID", "WijkenEnBuurten", *(f"{stem}_{position}" for position, stem in enumerate(stems, start=1))]


def file_name(year: int) -> str:
    """What a town calls the file it fetched."""
    if year in JSON_YEARS:
        return f"nieuwland_kerncijfers_{year}.json"
    return f"nieuwland_{TABLES[year]}.csv" if year in TABLES else f"nieuwland_kwb-{year}.csv"


def publish(rng: np.random.Generator, figures: Figures, gazetteer: Gazetteer, year: int) -> bytes:
    """The edition of a year."""
    division = gazetteer.division(year)
    bases = bases_of(figures, division)
    exact = np.array([area.level in ("land", "gemeente") for area in division.areas])
    headers = headers_of(year)
    columns: list[Column] = _names(division, year, headers)
    for header, column in zip(headers[len(columns) :], columns_of(year), strict=True):
        texts: list[str | None] = [None] * len(division.areas)
        if not (column.late and year == plan.LAST_YEAR):
            values = _value(figures, division, bases, column.figure)
            published = as_published(rng, values, column.style, exact)
            published = np.where(bases.allow(column.rule) & _believable(column.figure, values), published, np.nan)
            texts = as_text(published, column.style)
        columns.append(NumberColumn(header, texts))
    return write_json(TABLES[year], columns) if year in JSON_YEARS else write_csv(columns)


def _names(division: Division, year: int, headers: list[str]) -> list[Column]:
    codes = ["NL00" if area.level == "land" else area.code for area in division.areas]
    columns: list[Column] = [
        NumberColumn(headers[0], [str(row) for row in range(len(codes))]),
        TextColumn(headers[1], codes, 10),
        TextColumn(headers[2], [area.gemeente_name for area in division.areas], 40),
        TextColumn(headers[3], [LEVEL_WORDS[area.level] for area in division.areas], 10),
        TextColumn(headers[4], codes, 10),
    ]
    if year >= 2013:
        columns.append(TextColumn(headers[5], [_change_mark(area.code, year) for area in division.areas]))
    return columns


def _change_mark(code: str, year: int) -> str:
    """1 not changed, 2 recoded; gemeenten and the country have none. Only the merger recodes anything."""
    if code[:2] in ("NL", "GM"):
        return "."
    return "2" if year == plan.MERGER_YEAR and code[2:6] == str(plan.PARTED) else "1"


def _value(figures: Figures, division: Division, bases: Bases, name: str) -> Floats:
    """A figure of every area; those that follow from others are computed here, per area and never averaged."""

    def of(figure: str) -> Floats:
        return figures.over(division.members, figure, division.year)

    land = np.maximum(of("oppervlakte_land_ha") / 100, 1e-6)
    made: dict[str, Callable[[], Floats]] = {
        "bevolkingsdichtheid_per_km2": lambda: bases.counts["inwoners"] / land,
        "autos_per_km2": lambda: of("personenautos") / land,
        "personenautos_overige_brandstof": lambda: of("personenautos") - of("personenautos_benzine"),
        "bewoond_pct": lambda: 100 - of("onbewoond_pct").round(),
        "bouwjaar_vanaf_2000_pct": lambda: 100 - of("bouwjaar_voor_2000_pct").round(),
        "stedelijkheid_klasse": lambda: urbanity(of("omgevingsadressendichtheid_per_km2")),
    }
    return made[name]() if name in made else of(name)


def urbanity(density: Floats) -> Floats:
    """CBS's class from 1 (very strongly urban) to 5 (not urban) for a density of addresses."""
    return np.where(np.isnan(density), np.nan, 5 - np.searchsorted((500, 1000, 1500, 2500), density, side="right"))


def _believable(name: str, values: Floats) -> NDArray[np.bool_]:
    """More than two and a half cars a household is a lease company, not a buurt."""
    return values <= 2.5 if name == "autos_per_huishouden" else np.ones(len(values), dtype=bool)
