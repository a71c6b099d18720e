"""How long a source waits for late events is what the most patient of its SLOs says."""

from datetime import timedelta

import pytest
from tests.unit.promises.conftest import World

from watchbill.kernel.units import Ratio
from watchbill.slo.model import Sli, Slo
from watchbill.slo.service.promised import Promised


@pytest.mark.parametrize(
    ("waits", "minutes"),
    [
        ([timedelta(minutes=10)], 10),
        ([timedelta(minutes=5)], 5),
        ([timedelta(minutes=5), timedelta(hours=1)], 60),
        ([timedelta(0)], 0),
        ([timedelta(seconds=90)], 2),
    ],
)
def test_the_most_patient_slo_decides(waits: list[timedelta], minutes: int) -> None:
    """An SLI of several SLOs serves all of them; begun minutes count; nobody asks: ten minutes."""
    world = World()
    for number, wait in enumerate(waits):
        world.promise(Slo(f"s{number}", "checkout", "orders", Ratio.percent("99.9"), late_arrival=wait))
    promised = Promised(world, world.counts, world)
    found = promised.sli("orders")

    assert found is not None
    assert found.late_minutes == minutes
    assert [one.late_minutes for one in promised.slis()] == [minutes]
    assert Sli("alone").late_minutes == 10
