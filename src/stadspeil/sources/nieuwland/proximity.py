"""How near facilities are: what real gemeenten look like, by the header of the collected file.

As `LOADED` in `calibration`: level, spread and loadings over 355 gemeenten. Sources: CBS, Nabijheid voorzieningen 2020
(84953NED, in the collected file gemeenten_2020_kerncijfers_nabijheid.csv), conditions from the key figures of 2021.
"""

from __future__ import annotations

from stadspeil.sources.nieuwland.calibration import Loaded

PROXIMITY = {
    "Aantal huisartsenpraktijken binnen 3 km": Loaded(8.52, 3.87, None, (0.25, -0.12, 0.59), 0.67),
    "Afstand tot huisartsenpost (km)": Loaded(6.43, 6.15, None, (0.07, -0.09, -0.64), 0.32),
    "Afstand tot apotheek (km)": Loaded(1.23, 0.65, None, (0.07, 0.01, -0.65), 0.38),
    "Afstand tot ziekenhuis incl. buitenpolikliniek (km)": Loaded(4.77, 5.73, None, (0.21, -0.08, -0.77), 0.41),
    "Aantal ziekenhuizen excl. Buitenpolikliniek binnen 20 km": Loaded(4.35, 2.77, None, (-0.3, -0.04, 0.7), 0.36),
    "Aantal  grote supermarkten binnen 3 km": Loaded(11.5, 4.83, None, (0.36, -0.15, 0.54), 0.74),
    "Afstand tot overige dagelijkse levensmiddelen (km)": Loaded(0.79, 0.33, None, (0.06, -0.12, -0.68), 0.36),
    "Aantal winkels overige dagelijkse levensmiddelen binnen 3 km": Loaded(
        53.35, 25.49, None, (0.34, -0.13, 0.47), 0.6
    ),
    "Afstand tot warenhuis (km)": Loaded(2.61, 2.96, None, (0.26, -0.06, -0.7), 0.33),
    "Aantal warenhuizen binnen 10 km": Loaded(7.37, 3.94, None, (-0.14, 0, 0.71), 0.41),
    "Afstand tot café (km)": Loaded(1.26, 1.42, None, (0.17, 0.04, -0.36), 0.1),
    "Aantal cafés binnen 3 km": Loaded(29.85, 15.77, None, (0.52, -0.15, 0.22), 0.53),
    "Afstand tot cafetaria (km)": Loaded(0.8, 0.46, None, (0.11, -0.16, -0.68), 0.33),
    "Afstand tot restaurant (km)": Loaded(0.81, 0.32, None, (0.06, -0.27, -0.63), 0.29),
    "Aantal restaurants binnen 3 km": Loaded(67.93, 35.19, None, (0.4, -0.16, 0.31), 0.49),
    "Afstand tot hotel (km)": Loaded(2.46, 1.62, None, (-0.08, -0.4, -0.4), 0.22),
    "Aantal kinderdagverblijf  binnen 3 km": Loaded(22.25, 10.43, None, (0.24, -0.17, 0.57), 0.65),
    "Afstand tot buitenschoolse opvang  (km)": Loaded(0.72, 0.36, None, (0.2, -0.08, -0.8), 0.45),
    "Aantal buitenschoolse opvang  binnen 3 km": Loaded(16.01, 7.6, None, (0.12, -0.14, 0.68), 0.68),
    "Afstand tot voortgezet onderwijs (km)": Loaded(2.42, 2.04, None, (0.04, -0.01, -0.67), 0.41),
    "Afstand tot scholen VMBO (km)": Loaded(2.52, 2.06, None, (0.04, -0.02, -0.67), 0.41),
    "Afstand tot scholen HAVO/VWO (km)": Loaded(3.35, 4.32, None, (0.15, -0.13, -0.77), 0.43),
    "Aantal scholen HAVO/VWO binnen 10 km": Loaded(10.41, 6.2, None, (-0.01, -0.02, 0.62), 0.39),
    "Afstand tot brandweerkazerne (km)": Loaded(2.07, 0.62, None, (0.44, -0.11, -0.44), 0.15),
    "Afstand tot oprit hoofdverkeersweg (km)": Loaded(1.77, 2.91, None, (0.16, -0.11, -0.33), 0.06),
    "Afstand tot treinstation (km)": Loaded(5.11, 7.04, None, (0.06, 0, -0.48), 0.2),
    "Afstand tot belangrijk overstapstation (km)": Loaded(13.54, 14.63, None, (0.26, 0.01, -0.61), 0.26),
    "Afstand tot zwembad (km)": Loaded(3.24, 2.75, None, (0.22, -0.03, -0.64), 0.29),
    "Afstand tot kunstijsbaan (km)": Loaded(18.46, 17.59, None, (0.26, 0.05, -0.52), 0.21),
    "Afstand tot bibliotheek (km)": Loaded(1.95, 1.25, None, (0.19, -0.03, -0.52), 0.19),
    "Afstand tot poppodium (km)": Loaded(10.23, 9.25, None, (0.18, -0.01, -0.6), 0.27),
    "Afstand tot bioscoop (km)": Loaded(6.37, 6.31, None, (0.09, -0.06, -0.63), 0.32),
    "Afstand tot attractie (km)": Loaded(5.73, 5.52, None, (0.04, -0.07, -0.48), 0.19),
    "Aantal attracties binnen 20 km": Loaded(8.33, 4.47, None, (-0.2, 0.01, 0.59), 0.25),
    "Afstand tot podiumkunsten (km)": Loaded(4.81, 4.64, None, (0.1, -0.03, -0.73), 0.44),
    "Aantal podiumkunsten binnen 10 km": Loaded(7.12, 5.05, None, (0.04, -0.05, 0.45), 0.25),
    "Afstand tot museum (km)": Loaded(4.04, 2.9, None, (0.04, -0.18, -0.48), 0.17),
    "Aantal musea binnen 10 km": Loaded(8.26, 5.49, None, (-0.03, 0.01, 0.49), 0.23),
}
