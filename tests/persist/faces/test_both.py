"""Both faces keep the same promises, on storages of both kinds."""

from __future__ import annotations

import pytest

from stateroom.errors import NotDurable, PersistError, StorageUnavailable
from stateroom.persist import Phase
from tests.persist.faces.conftest import Making
from tests.persist.faces.ways import Scene, done, ending
from tests.persist.roles import Kept, Roles, kept_numbers, kept_roles
from tests.persist.scenes import Moody, record_in


async def stored(making: Making, *roles: str) -> Moody:
    """Return the place in which a process of this way left these roles."""
    kept = kept_roles()
    scene = making(kept.part)
    await done(scene.face.hydrate())
    for role in roles:
        scene.store.dispatch(kept.select(role))
    await done(ending(scene.face))
    return scene.moody


async def started(making: Making, place: Moody | None = None) -> tuple[Scene, Kept]:
    kept = kept_roles()
    scene = making(kept.part, place=place)
    await done(scene.face.hydrate())
    return scene, kept


async def test_what_was_stored_is_there_after_a_restart(making: Making) -> None:
    scene, kept = await started(making, await stored(making, "Cook"))
    assert scene.face.status().phase is Phase.READY
    assert scene.store[kept.part] == Roles(["Cook"])


async def test_what_happened_before_is_merged(making: Making) -> None:
    place, kept = await stored(making, "Cook"), kept_roles()
    scene = making(kept.part, place=place)
    scene.store.dispatch(kept.select("Nurse"))
    await done(scene.face.hydrate())
    assert scene.store[kept.part] == Roles(["Cook", "Nurse"])


async def test_changes_are_written_in_their_time(making: Making) -> None:
    scene, kept = await started(making)
    scene.store.dispatch(kept.select("Cook"))
    await scene.wait(0.249)
    assert scene.moody.of("write") == []
    await scene.wait(0.001)
    assert record_in(scene.moody).state == {"selected": ["Cook"], "title": ""}


async def test_a_flush_stores_everything(making: Making) -> None:
    scene, kept = await started(making)
    scene.store.dispatch(kept.select("Cook"))
    await done(scene.face.flush())
    assert record_in(scene.moody).state == {"selected": ["Cook"], "title": ""}
    assert not scene.face.status().is_dirty


async def test_a_flush_names_what_is_not_stored(making: Making) -> None:
    scene, kept = await started(making)
    scene.moody.errors["write"] = StorageUnavailable("away")
    scene.store.dispatch(kept.select("Cook"))
    with pytest.raises(NotDurable) as caught:
        await done(scene.face.flush())
    assert caught.value.reasons == {"roles": "away"}
    assert [each.code for each in scene.problems] == ["STR-902"]


async def test_a_storage_that_fails_in_its_own_way_is_translated(
    making: Making,
) -> None:
    scene, kept = await started(making)
    scene.moody.errors["write"] = OSError(28, "No space left on device")
    scene.store.dispatch(kept.select("Cook"))
    with pytest.raises(NotDurable, match="write app:p:device:roles failed: OSError"):
        await done(scene.face.flush())


async def test_a_durable_dispatch_is_stored_when_it_returns(making: Making) -> None:
    scene, kept = await started(making)
    action = kept.select("Cook")
    assert await done(scene.face.dispatch_durable(action)) == action
    assert record_in(scene.moody).state == {"selected": ["Cook"], "title": ""}


async def test_a_storage_that_is_away_is_read_again(making: Making) -> None:
    place, kept = await stored(making, "Cook"), kept_roles()
    scene = making(kept.part, place=place)
    scene.moody.errors["read"] = StorageUnavailable("away")
    assert (await done(scene.face.hydrate())).phase is Phase.DEGRADED
    scene.store.dispatch(kept.select("Nurse"))
    scene.moody.errors.clear()
    await scene.wait(30)
    await scene.wait(1)
    assert record_in(place).state == {"selected": ["Cook", "Nurse"], "title": ""}


async def test_what_others_wrote_is_taken_in(making: Making) -> None:
    place = await stored(making, "Cook")
    (one, here), (two, there) = [await started(making, place) for _ in "ab"]
    one.store.dispatch(here.select("Nurse"))
    two.store.dispatch(there.select("Judge"))
    await done(one.face.flush())
    await done(two.face.flush())
    await done(one.face.refresh())
    assert one.store[here.part].selected == ["Cook", "Nurse", "Judge"]
    assert two.store[there.part] == one.store[here.part]


async def test_others_are_noticed_by_a_poll(making: Making) -> None:
    place = await stored(making, "Cook")
    kept = kept_roles()
    one = making(kept.part, place=place, poll=1.0)
    await done(one.face.hydrate())
    await one.wait(1)
    two, there = await started(making, place)
    two.store.dispatch(there.select("Judge"))
    await done(two.face.flush())
    await one.wait(1)
    assert one.store[kept.part].selected == ["Cook", "Judge"]


async def test_a_purge_erases_and_begins_anew(making: Making) -> None:
    scene, kept = await started(making, await stored(making, "Cook"))
    assert await done(scene.face.purge()) == 1
    assert scene.store[kept.part] == Roles()
    await scene.wait(60)
    assert record_in(scene.moody).is_purged


async def test_a_user_comes_and_goes(making: Making) -> None:
    kept, shelf = kept_roles(scope="user"), kept_numbers()
    scene = making(kept.part, shelf.part)
    await done(scene.face.hydrate())
    await done(scene.face.sign_in("ann"))
    scene.store.dispatch(kept.select("Cook"))
    scene.store.dispatch(shelf.put("a", 1))
    await done(scene.face.sign_out(purge=False))
    assert scene.store[kept.part] == Roles()
    await done(scene.face.sign_in("ann"))
    assert scene.store[kept.part] == Roles(["Cook"])
    await done(scene.face.sign_out())
    assert record_in(scene.moody, owner="ann").is_purged
    assert scene.store[shelf.part] == {"a": 1}


async def test_a_pause_is_a_pause(making: Making) -> None:
    scene, kept = await started(making)
    scene.face.pause()
    scene.store.dispatch(kept.select("Cook"))
    await scene.wait(3600)
    assert scene.moody.of("write") == []
    scene.face.resume()
    await scene.wait(0)
    assert record_in(scene.moody).state == {"selected": ["Cook"], "title": ""}


async def test_room_is_made_by_the_application(making: Making) -> None:
    kept = kept_roles(budget=1000)
    scene = making(
        kept.part,
        on_full=lambda _: scene.store.dispatch(kept.name_it("short")),
    )
    await done(scene.face.hydrate())
    scene.store.dispatch(kept.name_it("x" * 1000))
    await done(scene.face.flush())
    assert record_in(scene.moody).state == {"selected": [], "title": "short"}


async def test_after_its_end_a_persistor_refuses_everything(making: Making) -> None:
    scene, kept = await started(making)
    await done(ending(scene.face))
    await done(ending(scene.face))
    face = scene.face
    for call in (
        face.hydrate,
        face.flush,
        face.refresh,
        face.purge,
        face.tick,
        lambda: face.dispatch_durable(kept.select("Cook")),
        lambda: face.sign_in("ann"),
    ):
        with pytest.raises(PersistError, match="the persistor is closed"):
            await done(call())
    assert scene.store[kept.part] == Roles()
    assert face.status().phase is Phase.READY


async def test_after_its_end_a_persistor_hears_nothing_of_the_store(
    making: Making,
) -> None:
    scene, kept = await started(making)
    await done(ending(scene.face))
    scene.moody.asked.clear()
    scene.store.dispatch(kept.select("Cook"))
    scene.clock.advance(3600)
    scene.store.dispatch(kept.select("Nurse"))
    assert scene.moody.asked == []
