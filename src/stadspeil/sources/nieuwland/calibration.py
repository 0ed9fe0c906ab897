"""What real figures Nieuwland is tuned to: averages, spreads and how things go together.

`MADE` figures come out of the simulated people and dwellings; the numbers are what they are held against.
`LOADED` and `HEALTH` figures are made from three conditions of a buurt, in this order: households with a low income,
inhabitants of 65 and over, density of addresses. Their loadings are regression coefficients over the real gemeenten,
everything in standard deviations; `explained` is the share of the variance between gemeenten that the three explain.

Sources, computed on 2026-11-20 over the rows with a value:
    MADE, LOADED   CBS, Kerncijfers wijken en buurten 2021 (85039NED), 352 gemeenten. `country` is weighted by
                   inhabitants, `spread` is the standard deviation over gemeenten, unweighted.
    HEALTH         RIVM/CBS/GGD, Gezondheid per wijk en buurt (50120NED), 2016 and 2020, 18 and over. `country` is
                   the published national figure; `spread` over gemeenten and `within` over buurten, as deviation
                   from their gemeente's unweighted mean, are of 2020.
    within         of bijstand: CBS, Kerncijfers wijken en buurten 2020 (84799NED), buurten over 200 inhabitants.
tests/stages/nieuwland/test_calibration_against_real_files.py makes the tables again where the files are present.
"""

from __future__ import annotations

from dataclasses import dataclass

Loadings = tuple[float, float, float]


@dataclass(frozen=True)
class Made:
    """A target for what the simulation brings forth."""

    country: float
    spread: float


@dataclass(frozen=True)
class Loaded:
    """A figure made from conditions. `within` is the spread of buurten inside a gemeente, where known."""

    country: float
    spread: float
    within: float | None
    loadings: Loadings
    explained: float


@dataclass(frozen=True)
class Health:
    """A figure of the health monitor; `country_2016` is empty where it was not asked then."""

    country_2016: float | None
    country: float
    spread: float
    within: float
    loadings: Loadings
    explained: float


# Spread of the three conditions over real gemeenten in 2021: low income in %, 65+ in %, log of addresses per km2.
CONDITION_SPREADS = (1.73, 3.36, 0.62)
# Where the spread within gemeenten is not known: the usual ratio to the spread between them (HEALTH, median).
USUAL_WITHIN_RATIO = 1.5

MADE = {
    "aandeel_0_15_pct": Made(15.52, 2.07),
    "aandeel_15_25_pct": Made(12.24, 1.57),
    "aandeel_25_45_pct": Made(24.88, 2.9),
    "aandeel_45_65_pct": Made(27.58, 2.08),
    "aandeel_65plus_pct": Made(19.79, 3.36),
    "geboorte_per_1000": Made(10.26, 1.82),
    "sterfte_per_1000": Made(9.78, 2.24),
    "huishoudensgrootte": Made(2.16, 0.17),
    "eenpersoonshuishoudens_pct": Made(37.71, 6.23),
    "huishoudens_laag_inkomen_pct": Made(6.19, 1.73),
    "woz_waarde_1000_eur": Made(290.35, 76.61),
    "koopwoningen_pct": Made(57.8, 8.61),
    "corporatiewoningen_pct": Made(28.56, 6.97),
    "eengezinswoningen_pct": Made(65.01, 13.15),
    "bouwjaar_voor_2000_pct": Made(82.18, 5.96),
    "inkomen_per_inwoner_1000_eur": Made(29.11, 3.48),
    "inkomen_per_ontvanger_1000_eur": Made(35.69, 4.68),
    "gestandaardiseerd_inkomen_1000_eur": Made(33.79, 4.45),
    "mediaan_vermogen_1000_eur": Made(105.09, 76.57),
    "personen_laagste_40_inkomen_pct": Made(39.98, 3.16),
    "personen_hoogste_20_inkomen_pct": Made(20.04, 4.61),
    "omgevingsadressendichtheid_per_km2": Made(1986.36, 778.71),
}

LOADED = {
    "gescheiden_pct": Loaded(7.89, 1.46, None, (0.55, 0.51, 0.33), 0.64),
    "jongeren_met_jeugdzorg_pct": Loaded(10.55, 2, None, (0.25, 0.29, 0.17), 0.16),
    "opleiding_hoog_pct": Loaded(31.55, 7.95, None, (-0.23, 0.17, 0.59), 0.21),
    "opleiding_laag_pct": Loaded(26.85, 4.28, None, (0.31, -0.17, -0.37), 0.1),
    "nettoarbeidsparticipatie_pct": Loaded(69.42, 3.85, None, (-0.75, -0.58, -0.13), 0.82),
    "zelfstandigen_pct": Loaded(16.61, 3.72, None, (-0.15, 0.14, -0.33), 0.25),
    "ww_uitkering_pct": Loaded(0.95, 0.18, None, (0.44, 0.19, 0.2), 0.31),
    "bijstand_per_1000": Loaded(23.36, 8.38, 21.35, (0.91, -0, 0.08), 0.92),
    "wmo_clienten_per_1000": Loaded(70.64, 15.71, None, (0.6, 0.36, 0.03), 0.43),
    "ao_uitkering_per_1000": Loaded(42.76, 11.09, None, (0.6, 0.25, -0.1), 0.33),
    "bedrijfsvestigingen_per_1000": Loaded(120.43, 21.45, None, (-0.21, -0.08, -0.11), 0.07),
    "vestigingen_nijverheid_pct": Loaded(14.06, 4.07, None, (-0.11, -0.34, -0.34), 0.18),
    "vestigingen_handel_horeca_pct": Loaded(17.6, 3.2, None, (0.42, 0.07, -0.37), 0.16),
    "vestigingen_zakelijk_pct": Loaded(22.28, 4.33, None, (-0.29, 0.16, 0.78), 0.37),
    "vestigingen_cultuur_recreatie_pct": Loaded(11.1, 1.67, None, (0.56, 0.31, 0.07), 0.38),
    "autos_per_huishouden": Loaded(1.07, 0.18, None, (-0.45, 0.01, -0.35), 0.51),
    "elektriciteit_kwh": Loaded(2825.96, 298.83, None, (-0.59, -0.05, -0.28), 0.59),
    "aardgas_m3": Loaded(1261.89, 239.03, None, (-0.1, 0.32, -0.52), 0.59),
    "onbewoond_pct": Loaded(4.35, 2.39, None, (0.38, 0.25, -0.33), 0.22),
    "afstand_huisarts_km": Loaded(1.03, 0.42, None, (0.14, -0.03, -0.76), 0.46),
    "afstand_supermarkt_km": Loaded(0.91, 0.38, None, (0.11, -0.04, -0.77), 0.49),
    "afstand_kinderdagverblijf_km": Loaded(0.65, 0.23, None, (0.06, -0.03, -0.81), 0.58),
    "afstand_school_km": Loaded(0.71, 0.18, None, (0.16, 0.03, -0.73), 0.44),
    "scholen_binnen_3_km": Loaded(10.66, 4.28, None, (0.13, -0.17, 0.71), 0.77),
}

HEALTH = {
    "ErvarenGezondheidGoedZeerGoed": Health(75.2, 78.4, 2.79, 4.54, (-0.65, -0.4, -0.04), 0.51),
    "VoldoetAanBeweegrichtlijn": Health(51.3, 49.9, 4.26, 3.79, (-0.12, -0.11, -0.04), 0.03),
    "WekelijkseSporters": Health(49.2, 48.9, 5.16, 5.95, (-0.62, -0.05, 0.59), 0.34),
    "Ondergewicht": Health(1.8, 2.0, 0.22, 0.39, (0.34, -0.26, 0.2), 0.37),
    "NormaalGewicht": Health(48.8, 47.4, 3.6, 4.32, (-0.35, -0.15, 0.33), 0.15),
    "Overgewicht": Health(49.3, 50.8, 3.74, 4.47, (0.32, 0.17, -0.34), 0.15),
    "ErnstigOvergewicht": Health(14.3, 15.6, 2.23, 2.92, (0.52, 0.08, -0.22), 0.2),
    "Roker": Health(21.7, 17.9, 2.58, 3.85, (0.92, -0.18, -0.32), 0.66),
    "VoldoetAanAlcoholRichtlijn": Health(40.5, 43.9, 4.61, 5.85, (0.3, -0.09, 0.08), 0.14),
    "Drinker": Health(81.4, 78.5, 3.17, 5.7, (-0.59, 0.16, -0.02), 0.43),
    "ZwareDrinker": Health(10.2, 8.4, 1.52, 1.61, (0.14, -0.21, -0.46), 0.13),
    "OvermatigeDrinker": Health(7.3, 6.3, 1.04, 1.22, (0.03, 0.05, -0.29), 0.09),
    "EenOfMeerLangdurigeAandoeningen": Health(34.0, 32.5, 2.41, 4.11, (0.54, 0.63, 0.09), 0.59),
    "BeperktVanwegeGezondheid": Health(None, 31.0, 2.94, 4.96, (0.59, 0.56, -0.16), 0.55),
    "ErnstigBeperktVanwegeGezondheid": Health(None, 5.1, 0.93, 1.55, (0.72, 0.38, -0.04), 0.55),
    "LangdurigeZiekteEnBeperkt": Health(None, 29.0, 2.97, 4.79, (0.59, 0.55, -0.2), 0.54),
    "EenOfMeerLichamelijkeBeperkingen": Health(15.2, 15.2, 2.28, 4.4, (0.66, 0.39, 0.04), 0.51),
    "BeperkingInHoren": Health(4.7, 4.6, 0.73, 1.36, (0.58, 0.24, -0.16), 0.3),
    "BeperkingInZien": Health(5.7, 5.6, 0.95, 1.7, (0.63, 0.24, 0.22), 0.57),
    "BeperkingInBewegen": Health(9.9, 9.6, 1.78, 3.65, (0.68, 0.44, 0.08), 0.59),
    "MatigHoogRisicoOpAngstOfDepressie": Health(44.5, 45.9, 4.12, 5.01, (0.43, -0.06, 0.23), 0.37),
    "HoogRisicoOpAngstOfDepressie": Health(6.8, 6.7, 1.36, 2.06, (0.63, 0.01, 0.3), 0.7),
    "HeelVeelStressInAfgelopen4Weken": Health(None, 17.9, 2.41, 2.89, (0.32, -0.15, 0.58), 0.76),
    "MatigVeelRegieOverEigenLeven": Health(89.6, 90.1, 1.52, 2.38, (-0.62, -0.35, 0), 0.43),
    "Eenzaam": Health(43.4, 47.0, 3.43, 5.21, (0.6, 0.16, 0.38), 0.7),
    "ErnstigZeerErnstigEenzaam": Health(10.1, 11.2, 1.81, 2.77, (0.61, 0.14, 0.32), 0.65),
    "EmotioneelEenzaam": Health(23.0, 28.9, 3.19, 5.16, (0.56, 0.05, 0.46), 0.78),
    "SociaalEenzaam": Health(30.9, 30.0, 2.66, 3.71, (0.65, 0.27, 0.18), 0.56),
    "Mantelzorger": Health(14.1, 13.6, 1.49, 1.92, (-0.39, 0.42, -0.01), 0.39),
    "Vrijwilligerswerk": Health(28.9, 24.6, 4.76, 4.37, (-0.26, -0.23, -0.6), 0.52),
    "ErnstigeGeluidhinderDoorBuren": Health(None, 7.0, 1.41, 1.65, (0.2, 0.08, 0.75), 0.72),
    "MoeiteMetRondkomen": Health(19.2, 13.9, 2.76, 4.7, (0.7, -0.14, 0.24), 0.81),
}

# National level per year for figures with a trend; years between are interpolated. House prices are CBS's (83625NED,
# file of 2025). The others are from memory, made to pass through the 2021 figures above: they give the shape of the
# years (crisis around 2013, dear houses from 2019), not a claim about any year.
HOUSE_PRICES = {
    2005: 222706, 2006: 235843, 2007: 248325, 2008: 254918, 2009: 238259, 2010: 239530, 2011: 240059, 2012: 226661,
    2013: 213353, 2014: 222218, 2015: 230194, 2016: 243837, 2017: 263295, 2018: 287267, 2019: 307978, 2020: 334488,
    2021: 386714, 2022: 428591, 2023: 416153, 2024: 450985,
}  # fmt: skip
PATHS: dict[str, dict[int, float]] = {
    "huishoudens_laag_inkomen_pct": {2005: 8.6, 2008: 7.4, 2013: 9.3, 2018: 7.6, 2021: 6.19, 2024: 5.7},
    "woz_waarde_1000_eur": {2005: 203, 2009: 248, 2015: 206, 2019: 248, 2021: 290.35, 2023: 368, 2024: 379},
    "inkomen_per_inwoner_1000_eur": {2005: 18.4, 2010: 21.4, 2014: 22.4, 2018: 25.6, 2021: 29.11, 2024: 33.6},
    "bijstand_per_1000": {2005: 21.5, 2008: 16.8, 2015: 26.5, 2021: 23.36, 2024: 22.2},
    "ww_uitkering_pct": {2005: 1.9, 2008: 1.0, 2013: 2.5, 2019: 1.3, 2021: 0.95, 2024: 0.9},
    "opleiding_hoog_pct": {2005: 22.0, 2013: 27.0, 2021: 31.55, 2024: 33.6},
    "opleiding_laag_pct": {2005: 34.0, 2013: 30.5, 2021: 26.85, 2024: 25.4},
    "nettoarbeidsparticipatie_pct": {2005: 65.0, 2013: 66.0, 2021: 69.42, 2024: 72.6},
    "elektriciteit_kwh": {2005: 3400, 2010: 3450, 2021: 2826, 2024: 2550},
    "aardgas_m3": {2005: 1850, 2010: 1850, 2014: 1330, 2021: 1262, 2024: 880},
    "autos_per_huishouden": {2005: 0.98, 2021: 1.07, 2024: 1.08},
    "bedrijfsvestigingen_per_1000": {2005: 62, 2021: 120.43, 2024: 138},
    "jongeren_met_jeugdzorg_pct": {2005: 8.0, 2015: 9.4, 2021: 10.55, 2024: 11.0},
}
REFERENCE_YEAR = 2021
