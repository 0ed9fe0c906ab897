"""One run of HiGHS on sparse rows, the same each time: one thread, one seed."""

from __future__ import annotations

import functools
import os
import sys
from dataclasses import dataclass
from typing import Literal

import highspy
import numpy as np

from stadspeil.appraisal.portfolio.problem import Bools, Floats
from stadspeil.appraisal.portfolio.rows import Rows
from stadspeil.errors import ContractError

Ended = Literal["optimaal", "tijd op", "onmogelijk"]
SEED = 2026
# What a whole-number question takes per start column beside the steps that HiGHS counts: cuts, and looking for a first plan.
_LOOKING = 40


@dataclass(frozen=True)
class Run:
    """What HiGHS said, minimising, in the unit of the rows.

    columns  values, empty where none was found     prices  reduced costs, of a linear run only
    bound    no solution is lower than this
    steps    work that it took, in steps of the simplex: the same on every machine, as seconds are not
    """

    ended: Ended
    columns: Floats
    prices: Floats
    value: float
    bound: float
    steps: int = 0

    @property
    def found(self) -> bool:
        """Whether there is a solution at all."""
        return len(self.columns) > 0


def run_highs(
    rows: Rows,
    *,
    whole: bool,
    kept: Bools | None = None,
    gap: float = 0.0,
    seconds: float = 60.0,
    start: Floats | None = None,
    enough: float | None = None,
    nodes: int | None = None,
) -> Run:
    """Minimise. `whole`: starts are 0 or 1, else anything between; `kept`: start columns that may be used;
    `enough`: stop at the first solution that is not above it; `nodes`: stop after so many, of which the first is dearest.

    Raises:  ContractError where HiGHS ends in a way that none of ours explains.
    """
    solver = _solver(seconds)
    solver.setOptionValue("mip_rel_gap", float(gap))
    if enough is not None:
        solver.setOptionValue("objective_target", float(enough))
    if nodes is not None:
        # None at all would be answered without a look.
        solver.setOptionValue("mip_max_nodes", max(1, nodes))
    solver.passModel(_model(rows, whole, kept))
    if start is not None:
        given = highspy.HighsSolution()
        given.col_value = start.tolist()
        solver.setSolution(given)
    solver.run()
    return _read(solver, whole, len(rows.starts) if kept is None else int(kept.sum()))


class Linear:
    """The linear relaxation asked time and again, each time from where the one before ended."""

    def __init__(self, rows: Rows) -> None:
        self._solver = _solver(3600.0)
        # Steps of the simplex so far.
        self.steps = 0
        self._kept = np.ones(len(rows.starts), dtype=bool)
        self._must = np.zeros(rows.count, dtype=bool)
        self._solver.passModel(_model(rows, False, None))

    def ask(self, kept: Bools, must: Bools) -> tuple[float, Floats]:
        """The least value where only the starts of `kept` are used and each project of `must` is done, and the columns.

        Infinite where there is none; minus infinite where HiGHS does not say.
        """
        changed = np.flatnonzero(kept != self._kept).astype(np.int32)
        if len(changed):
            self._solver.changeColsBounds(len(changed), changed, np.zeros(len(changed)), kept[changed].astype(float))
        for project in np.flatnonzero(must != self._must):
            # The first rows are those of the projects: each starts at most once.
            self._solver.changeRowBounds(int(project), 1.0 if must[project] else -np.inf, 1.0)
        self._kept, self._must = kept, must
        self._solver.run()
        self.steps += max(0, self._solver.getInfo().simplex_iteration_count)
        status, kinds = self._solver.getModelStatus(), highspy.HighsModelStatus
        if status in (kinds.kInfeasible, kinds.kUnboundedOrInfeasible):
            return np.inf, np.zeros(0)
        columns = np.array(self._solver.getSolution().col_value)
        return self._solver.getInfo().objective_function_value if status == kinds.kOptimal else -np.inf, columns


def _solver(seconds: float) -> highspy.Highs:
    _greet_nobody()
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.silent()
    for name, value in (
        ("threads", 1), ("random_seed", SEED), ("time_limit", float(seconds)), ("mip_abs_gap", 1e-7),
        ("mip_feasibility_tolerance", 1e-7), ("primal_feasibility_tolerance", 1e-8),
    ):  # fmt: skip
        solver.setOptionValue(name, value)
    return solver


@functools.cache
def _greet_nobody() -> None:
    """HiGHS 1.16 greets on stdout, past Python, when the first solver of a process is made; figures go there."""
    sys.stdout.flush()
    kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        highspy.Highs()  # type: ignore[no-untyped-call]
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)


def _model(rows: Rows, whole: bool, kept: Bools | None) -> highspy.HighsLp:
    model = highspy.HighsLp()
    count, width = rows.matrix.shape
    n = len(rows.starts)
    upper = rows.upper.copy()
    if kept is not None:
        upper[:n][~kept] = 0.0
    model.num_col_, model.num_row_ = width, count
    model.col_cost_, model.col_lower_, model.col_upper_ = rows.cost, rows.lower, upper
    model.row_lower_, model.row_upper_ = rows.low, rows.high
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_ = rows.matrix.indptr.astype(np.int32)
    model.a_matrix_.index_ = rows.matrix.indices.astype(np.int32)
    model.a_matrix_.value_ = rows.matrix.data
    if whole:
        kinds = [highspy.HighsVarType.kInteger] * n + [highspy.HighsVarType.kContinuous] * (width - n)
        model.integrality_ = kinds
    return model


def _read(solver: highspy.Highs, whole: bool, width: int) -> Run:
    status, told = solver.getModelStatus(), solver.getInfo()
    kinds = highspy.HighsModelStatus
    nothing = np.zeros(0)
    if status in (kinds.kInfeasible, kinds.kUnboundedOrInfeasible):
        return Run("onmogelijk", nothing, nothing, np.inf, np.inf)
    broken_off = (kinds.kTimeLimit, kinds.kSolutionLimit)
    if status not in (kinds.kOptimal, kinds.kObjectiveTarget, *broken_off):
        raise ContractError(
            "de agenda", f"HiGHS eindigt met {solver.modelStatusToString(status)}",
            "dit is een fout in het programma; meld het met de agenda erbij",
        )  # fmt: skip
    feasible = told.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    solution = solver.getSolution()
    columns = np.array(solution.col_value) if feasible else nothing
    ended: Ended = "tijd op" if status in broken_off else "optimaal"
    steps = max(0, told.simplex_iteration_count)
    if whole:
        steps += _LOOKING * width
        return Run(ended, columns, nothing, told.objective_function_value, told.mip_dual_bound, steps)
    # A linear run that was broken off has no bound that may be trusted.
    value = told.objective_function_value
    bound = value if ended == "optimaal" else -np.inf
    return Run(ended, columns, np.array(solution.col_dual), value, bound, steps)
