from __future__ import annotations

import pytest

from tests.fixtures_servers import installed
from tests.servers.cluster import ClusterOf
from tests.servers.kept import Kept


class Servers:
    """Servers of which a test says how they are."""

    def __init__(self, trouble: Exception | None = None) -> None:
        self.is_broken = False
        self.is_stopped = False
        self.trouble = trouble

    def is_well(self) -> bool:
        return not self.is_broken

    def heal(self) -> None:
        if self.trouble:
            raise self.trouble
        self.is_broken = False

    def stop(self) -> None:
        self.is_stopped = True


def test_all_tests_share_what_is_well_and_what_can_be_mended() -> None:
    with Kept(Servers) as kept:
        first = kept.whole()
        assert kept.whole() is first
        first.is_broken = True
        assert kept.whole() is first
        assert first.is_well()
        assert not first.is_stopped
    assert first.is_stopped


@pytest.mark.parametrize("trouble", [TimeoutError("late"), RuntimeError("port taken")])
def test_what_cannot_be_mended_is_ended_and_replaced(
    trouble: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    with Kept(lambda: Servers(trouble)) as kept:
        first = kept.whole()
        first.is_broken = True
        second = kept.whole()
        assert second is not first
        assert (first.is_stopped, second.is_stopped) == (True, False)
    assert second.is_stopped
    assert str(trouble) in caplog.text


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_a_cluster_of_which_a_node_never_comes_back_is_replaced() -> None:
    with Kept(lambda: installed(ClusterOf)) as kept:
        first = kept.whole()
        first.nodes[0].stop()  # its directory is gone: it cannot be started again
        second = kept.whole()
        assert second is not first
        assert second.is_well()
        assert not any(node.is_alive for node in first.nodes)
