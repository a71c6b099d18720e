"""A better plan by a solver: OR-tools' CP-SAT, where the extra `planning` is installed."""

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from watchbill.oncall.rules.planning import Problem, Roster

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["CpSatPlanner", "solver"]

_TIME_S = 8.0
_SEED = 7


def solver() -> "CpSatPlanner | None":
    """The planner, where its library is installed."""
    return CpSatPlanner() if find_spec("ortools") else None


class CpSatPlanner:
    """oncall.arranged_ports.Planner. One thread and a fixed seed: the same question has the same answer."""

    name = "or-tools"

    def plan(self, problem: Problem) -> Roster | None:
        """A roster that keeps every rule and spreads burdens as evenly as it can within a few seconds; None: there is none."""
        from ortools.sat.python import cp_model  # heavy; only who plans needs it

        model = cp_model.CpModel()
        seated = {
            (turn, seat, person): model.new_bool_var(f"{turn}.{seat}.{person}")
            for turn in range(len(problem.turns))
            for seat in range(problem.seats)
            for person in problem.people
        }
        _rules(model, problem, seated)
        model.minimize(sum(_unfairness(model, problem, seated)))
        run = cp_model.CpSolver()
        run.parameters.max_time_in_seconds = _TIME_S
        run.parameters.num_workers = 1
        run.parameters.random_seed = _SEED
        if run.solve(model) not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
            return None
        return tuple(
            tuple(
                next(person for person in problem.people if run.boolean_value(seated[turn, seat, person]))
                for seat in range(problem.seats)
            )
            for turn in range(len(problem.turns))
        )


def _rules(
    model: Any, problem: Problem, seated: "Mapping[tuple[int, int, str], Any]"
) -> None:  # Any: OR-tools' own types
    """Each seat has one person, nobody two seats, leave and rest are kept."""
    for turn in range(len(problem.turns)):
        for seat in range(problem.seats):
            model.add_exactly_one(seated[turn, seat, person] for person in problem.people)
        for person in problem.people:
            model.add_at_most_one(seated[turn, seat, person] for seat in range(problem.seats))
            if (person, turn) in problem.away:
                for seat in range(problem.seats):
                    model.add(seated[turn, seat, person] == 0)
            near = range(turn, min(turn + problem.rest + 1, len(problem.turns)))
            model.add_at_most_one(seated[one, 0, person] for one in near)
    for place, person in enumerate(problem.before):
        since = len(problem.before) - place  # turns between then and the first one planned
        for turn in range(max(0, problem.rest - since + 1)):
            if person in problem.people and turn < len(problem.turns):
                model.add(seated[turn, 0, person] == 0)


def _unfairness(
    model: Any, problem: Problem, seated: "Mapping[tuple[int, int, str], Any]"
) -> list[Any]:  # Any: as above
    """For each seat the squares of what people bear, holidays for themselves: what `score` weighs."""
    terms: list[Any] = []
    turns = range(len(problem.turns))
    for seat in range(problem.seats):
        share = 2 if seat == 0 else 1
        for person in problem.people:
            for factor, each in (
                (10 * share, {turn: problem.weight(person, turn) for turn in turns}),
                (200 * share, {turn: problem.cost[person, turn].holidays for turn in turns}),
            ):
                most = sum(each.values())
                if most == 0:
                    continue
                borne = model.new_int_var(0, most, f"b{seat}.{person}.{factor}")
                model.add(borne == sum(seated[turn, seat, person] * cost for turn, cost in each.items()))
                square = model.new_int_var(0, most * most, f"q{seat}.{person}.{factor}")
                model.add_multiplication_equality(square, [borne, borne])
                terms.append(factor * square)
    return terms
