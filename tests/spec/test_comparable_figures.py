"""Method: each way to make figures comparable, and each treatment of outliers, on a few areas by hand."""

from __future__ import annotations

import numpy as np

from stadspeil.scores import fit_scale, report_mark
from stadspeil.scores.normalising import Choices, normalise, treat

title = "Cijfers vergelijkbaar maken"
chapter = "Cijfers en plaatsen"
order = 20
says = """Een rapportcijfer is niet de enige manier om cijfers op één schaal te brengen. Stadspeil rekent ze ook anders,
om te laten zien of een uitkomst van die keuze afhangt. Na afloop is hoger altijd gunstiger; alleen bij de exponentiële
schaal is 100 het ongunstigst."""
formula = """z = (waarde − gemiddelde) / standaardafwijking; bereik = 100 × (waarde − laagste) / (hoogste − laagste);
percentiel = 100 × (plaats van onderen − ½) / aantal; exponentieel = −23 ln(1 − R (1 − e^(−100/23))) met R het deel van
de gebieden dat niet slechter af is; normaal = 6,5 + 1,25 × Φ⁻¹((plaats − ½) / aantal)."""
source = """OECD/JRC, Handbook on Constructing Composite Indicators (2008), stap 5; Scottish Indices of Deprivation 2003,
bijlage 5 (de exponentiële schaal, met 'tien procent boven de 50'); COINr 1.1 (regel voor uitschieters: scheefheid boven 2 en
kurtosis boven 3,5, hoogstens vijf waarden)."""


def test_z_scores(spec):
    """Een z-score telt de afstand tot het gemiddelde in standaardafwijkingen.

    Gemiddelde 40; standaardafwijking √((900 + 400 + 100 + 0 + 3600) / 5) = √1000 = 31,62. De eerste: (10 − 40) / 31,62 = −0,95.
    """
    spec("""
        area   | value || z
        -------+-------++------
        GM0001 |   10  || -0.95
        GM0002 |   20  || -0.63
        GM0003 |   30  || -0.32
        GM0004 |   40  ||  0.00
        GM0005 |  100  ||  1.90
    """, normalise, method="z_score", direction="higher_is_better")  # fmt: skip


def test_the_range_from_worst_to_best(spec):
    """Op de schaal van het bereik krijgt de ongunstigste 0 en de gunstigste 100.

    Hier is lager gunstiger. De tweede: 100 × (100 − 20) / (100 − 10) = 88,89.
    """
    spec("""
        area   | value || score
        -------+-------++-------
        GM0001 |   10  || 100.00
        GM0002 |   20  ||  88.89
        GM0003 |   30  ||  77.78
        GM0004 |   40  ||  66.67
        GM0005 |  100  ||   0.00
    """, normalise, method="min_max", direction="lower_is_better")  # fmt: skip


def test_percentiles_of_places(spec):
    """Een percentiel kijkt alleen naar de plaats; wie gelijk is, deelt het midden van de plaatsen.

    Plaatsen van onderen 1, 2½, 2½, 4 en 5; de tweede: 100 × (2,5 − 0,5) / 5 = 40.
    """
    spec("""
        area   | value || score
        -------+-------++------
        GM0001 |   1   ||  10
        GM0002 |   2   ||  40
        GM0003 |   2   ||  40
        GM0004 |   3   ||  70
        GM0005 |  90   ||  90
    """, normalise, method="percentile", direction="higher_is_better")  # fmt: skip


def test_the_exponential_scale_stretches_the_worst_end(spec):
    """De exponentiële schaal trekt de ongunstigste gebieden uit elkaar en de andere naar elkaar toe.

    e^(−100/23) = 0,01293. Voor de slechtste is R = 1 en de score 100; voor de op een na slechtste is R = 0,8:
    −23 × ln(1 − 0,8 × 0,98707) = −23 × ln 0,21035 = 35,86.
    """
    spec("""
        area   | value || score
        -------+-------++-------
        GM0001 |   10  || 100.00
        GM0002 |   20  ||  35.86
        GM0003 |   30  ||  20.63
        GM0004 |   40  ||  11.55
        GM0005 |   50  ||   5.06
    """, normalise, method="exponential", direction="higher_is_better")  # fmt: skip


def test_the_exponential_scale_has_its_printed_property(spec):
    """Van tien gebieden staat er op de exponentiële schaal één boven de 50,4, zoals de makers ervan drukken.

    R = 0,9: −23 × ln(1 − 0,9 × 0,98707) = −23 × ln 0,11164 = 50,43; R = 0,5: −23 × ln 0,50647 = 15,65.
    """
    spec("""
        area   | value || score
        -------+-------++-------
        GM0001 |    0  || 100.00
        GM0002 |    1  ||  50.43
        GM0003 |    2  ||
        GM0004 |    3  ||
        GM0005 |    4  ||
        GM0006 |    5  ||  15.65
        GM0007 |    6  ||
        GM0008 |    7  ||
        GM0009 |    8  ||
        GM0010 |    9  ||
    """, normalise, method="exponential", direction="higher_is_better")  # fmt: skip


def test_distance_to_a_target(spec):
    """De afstand tot een doel loopt van 0 bij de onderste paal tot 100 bij het doel, en wordt daar afgeknipt.

    De palen staan op 60 en 80. De derde: 100 × (70 − 60) / (80 − 60) = 50.
    """
    spec("""
        area   | value || score
        -------+-------++------
        GM0001 |   50  ||   0
        GM0002 |   60  ||   0
        GM0003 |   70  ||  50
        GM0004 |   80  || 100
        GM0005 |   90  || 100
    """, normalise, method="distance_to_target", direction="higher_is_better", choices=Choices(worst=60, best=80))  # fmt: skip


def test_distance_to_a_target_that_lies_below(spec):
    """Ligt het doel lager dan de onderste paal, dan loopt de schaal vanzelf de andere kant op.

    De palen staan op 20 en 10. De derde: 100 × (15 − 20) / (10 − 20) = 50.
    """
    spec("""
        area   | value || score
        -------+-------++------
        GM0001 |    5  || 100
        GM0002 |   10  || 100
        GM0003 |   15  ||  50
        GM0004 |   20  ||   0
        GM0005 |   25  ||   0
    """, normalise, method="distance_to_target", direction="lower_is_better", choices=Choices(worst=20, best=10))  # fmt: skip


def test_normal_scores_forget_distances(spec):
    """Cijfers naar plaats vergeten hoe ver een uitschieter weg ligt: 500 of 5 maakt geen verschil.

    Φ⁻¹(0,1) = −1,2816, dus de eerste krijgt 6,5 − 1,25 × 1,2816 = 4,90; Φ⁻¹(0,3) = −0,5244, dus de tweede 5,84.
    """
    spec("""
        area   | value || mark
        -------+-------++-----
        GM0001 |    1  || 4.90
        GM0002 |    2  || 5.84
        GM0003 |    3  || 6.50
        GM0004 |    4  || 7.16
        GM0005 |  500  || 8.10
    """, normalise, method="normal_scores", direction="higher_is_better")  # fmt: skip


def test_an_outlier_is_pulled_in_to_the_next(spec):
    """Een uitschieter die het hele beeld scheef trekt, wordt ingehaald tot de volgende waarde.

    De scheefheid van deze negen is 2,5 (grens 2) en de kurtosis 4,1 (grens 3,5). Met 8 in plaats van 100 is de scheefheid −0,2.
    """
    spec("""
        area   | value || treated
        -------+-------++--------
        GM0001 |    1  ||  1
        GM0002 |    2  ||  2
        GM0003 |    3  ||  3
        GM0004 |    4  ||  4
        GM0005 |    5  ||  5
        GM0006 |    6  ||  6
        GM0007 |    7  ||  7
        GM0008 |    8  ||  8
        GM0009 |  100  ||  8
    """, treat, outliers="winsorise")  # fmt: skip


def test_a_far_value_that_does_not_bend_the_field_is_left_alone(spec):
    """Een verre waarde die het beeld niet scheef genoeg trekt, blijft staan.

    Van vijf waarden kan de scheefheid nooit boven de 1,5 komen; de grens is 2.
    """
    spec("""
        area   | value || treated
        -------+-------++--------
        GM0001 |    1  ||    1
        GM0002 |    2  ||    2
        GM0003 |    3  ||    3
        GM0004 |    4  ||    4
        GM0005 | 1000  || 1000
    """, treat, outliers="winsorise")  # fmt: skip


def test_a_log_scale_keeps_the_sign(spec):
    """Op een logschaal telt een verhouding in plaats van een verschil; het teken blijft.

    ln(1 + 1,71828) = 1 en ln(1 + 6,38906) = 2.
    """
    spec("""
        area   | value    || treated
        -------+----------++--------
        GM0001 | -1.71828 || -1.00
        GM0002 |  0       ||  0.00
        GM0003 |  1.71828 ||  1.00
        GM0004 |  6.38906 ||  2.00
        GM0005 |  -       ||  -
    """, treat, outliers="log")  # fmt: skip


def beside_base_year(base: np.ndarray, value: np.ndarray) -> dict[str, np.ndarray]:
    """Marks of this year, and marks of this year on the scale of the base year."""
    scale = fit_scale(base, "higher_is_better")
    assert scale is not None
    return {"mark": report_mark(value, "higher_is_better"), "fixed_mark": scale.marks(value)}


def test_a_fixed_mark_shows_what_a_relative_one_hides(spec):
    """Gaat het overal tien punten beter, dan blijft elk rapportcijfer gelijk en stijgt elk vast cijfer.

    Het vaste cijfer rekent met gemiddelde 30 en standaardafwijking 14,14 van het basisjaar: tien punten zijn
    1,25 × 10 / 14,14 = 0,88.
    """
    spec("""
        area   | base | value || mark | fixed_mark
        -------+------+-------++------+-----------
        GM0001 |  10  |   20  || 4.73 |  5.62
        GM0002 |  20  |   30  || 5.62 |  6.50
        GM0003 |  30  |   40  || 6.50 |  7.38
        GM0004 |  40  |   50  || 7.38 |  8.27
        GM0005 |  50  |   60  || 8.27 |  9.15
    """, beside_base_year)  # fmt: skip
