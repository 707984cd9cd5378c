"""The figures of the area ``store``, in the order in which they are printed."""

from __future__ import annotations

from benchmarks.figures import Figure

__all__ = ("FIGURES",)


def _time(name: str, about: str, *, of: str, at_most: float | None = None) -> Figure:
    """Return a figure in microseconds."""
    return Figure(name=name, about=about, unit="us", of=of, at_most=at_most)


def _ratio(
    name: str, about: str, *, of: str, beside: str, at_most: float | None = None
) -> Figure:
    """Return a figure of ours over theirs."""
    return Figure(
        name=name,
        about=about,
        unit="x",
        of=of,
        beside=beside,
        how="ratio",
        at_most=at_most,
    )


DISPATCHES = (
    _ratio(
        "dispatch_flat_vs_rtk",
        "time to count up, 3 slices and a listener, over Redux Toolkit's",
        of="ours_flat",
        beside="rtk_flat",
        at_most=1.5,
    ),
    _ratio(
        "dispatch_flat_vs_rtk_bundled",
        "the same over Redux Toolkit as a bundler makes it",
        of="ours_flat",
        beside="rtk_flat_inlined",
    ),
    _time(
        "dispatch_noop_us",
        "dispatch whose reducer reads and changes nothing",
        of="ours_noop",
        at_most=2,
    ),
    _ratio(
        "dispatch_vs_python_redux",
        "time to count up over python-redux's",
        of="ours_flat",
        beside="python_redux_flat",
        at_most=1.0,
    ),
    _time("dispatch_flat_us", "dispatch that counts up", of="ours_flat"),
    _time("dispatch_unknown_us", "dispatch that no reducer knows", of="ours_unknown"),
    Figure(
        name="listeners_100_us",
        about="what 100 listeners that count add to a dispatch",
        unit="us",
        of="ours_flat_many",
        beside="ours_flat",
        how="beyond",
    ),
    Figure(
        name="watch_us",
        about="what a watcher of something else adds to a dispatch",
        unit="us",
        of="ours_flat_watched",
        beside="ours_flat",
        how="beyond",
    ),
)

TOGGLES = (
    _ratio(
        "toggle_1k_entities_vs_rtk",
        "time to dispatch a change of 1 of 1000 entities over Redux Toolkit's",
        of="ours_toggle",
        beside="rtk_toggle",
        at_most=0.04,
    ),
    _ratio(
        "toggle_1k_vs_handwritten",
        "time of produce for such a change over a copy by hand",
        of="produce_toggle",
        beside="hand_toggle",
        at_most=3,
    ),
    _ratio(
        "toggle_1k_vs_patchdiff",
        "the same over patchdiff's produce on dicts",
        of="produce_toggle",
        beside="patchdiff_toggle",
        at_most=0.02,
    ),
    _ratio(
        "toggle_1k_dicts_vs_patchdiff",
        "the same on dicts, with patches, over patchdiff's",
        of="patches_toggle_dicts",
        beside="patchdiff_toggle",
    ),
    _ratio(
        "toggle_1k_dispatch_vs_handwritten",
        "the dispatch of such a change over a copy by hand without a store",
        of="ours_toggle",
        beside="hand_toggle",
    ),
    _ratio(
        "toggle_1k_vs_python_redux",
        "the dispatch of such a change over python-redux's",
        of="ours_toggle",
        beside="python_redux_toggle",
    ),
    _ratio(
        "toggle_1k_vs_js_spread",
        "time of produce for such a change over a spread in JavaScript",
        of="produce_toggle",
        beside="js_toggle",
    ),
    _time("toggle_1k_us", "the dispatch of such a change", of="ours_toggle"),
    _time(
        "toggle_1k_dicts_us",
        "the same where the entities are dicts",
        of="ours_toggle_dicts",
    ),
    _time("produce_toggle_1k_us", "produce for such a change", of="produce_toggle"),
    _time("produce_flat_us", "produce that counts up", of="produce_flat"),
)

READS = (
    _time(
        "selector_hit_us",
        "call of a selector on a state that it has seen",
        of="selector_hit",
        at_most=0.5,
    ),
    _time(
        "selector_other_state_us",
        "call on another state, with equal inputs",
        of="selector_inputs",
    ),
    _ratio(
        "read_frozen_attr_vs_plain",
        "time to read an attribute of a frozen object over a plain one's",
        of="read_frozen_attr",
        beside="read_plain_attr",
        at_most=1.2,
    ),
    _ratio(
        "read_frozen_dict_vs_dict",
        "time to read a key of a frozen dict over a plain one's",
        of="read_frozen_dict",
        beside="read_plain_dict",
        at_most=2,
    ),
    _ratio(
        "read_draft_attr_vs_plain",
        "time to read an attribute of a draft over a plain object's",
        of="read_draft_attr",
        beside="read_plain_attr",
    ),
    _ratio(
        "read_draft_dict_vs_dict",
        "time to read a key of a draft over a plain dict's",
        of="read_draft_dict",
        beside="read_plain_dict",
    ),
    _ratio(
        "iterate_frozen_1k_vs_plain",
        "time to look at 1000 frozen entities over plain ones",
        of="iterate_frozen",
        beside="iterate_plain",
    ),
    _ratio(
        "iterate_draft_1k_vs_plain",
        "time to look at 1000 entities of a draft over plain ones",
        of="iterate_draft",
        beside="iterate_plain",
    ),
)

COPIES = tuple(
    _time(
        f"change_{kind}_of_{name}_us",
        f"produce that sets one of {size} values of a {kind}",
        of=f"{kind}_{name}",
    )
    for kind in ("list", "dict")
    for name, size in {"1k": "1000", "10k": "10,000", "100k": "100,000"}.items()
)

CROWDS = (
    *(
        _time(
            f"update_{name}_entities_us",
            f"dispatch that updates one of {size} entities by the adapter",
            of=f"update_{name}",
            at_most=30 if name == "100k" else None,
        )
        for name, size in {
            "1k": "1000",
            "10k": "10,000",
            "100k": "100,000",
            "1m": "1,000,000",
        }.items()
    ),
    _ratio(
        "update_1m_vs_10k_entities",
        "how it grows from 10,000 to 1,000,000: the logarithm by 1.5",
        of="update_1m",
        beside="update_10k",
        at_most=1.5,
    ),
    Figure(
        name="memory_per_entity_bytes",
        about="of 10,000 entities beyond the entities themselves, each",
        unit="bytes",
        of="memory_per_entity",
    ),
)

TRAVELS = (
    Figure(
        name="devtools_toggle_first_of_10k_ms",
        about="skip the first of 10,000 actions, and so compute all others again",
        unit="ms",
        of="devtools_toggle",
        at_most=100,
    ),
)

PEERS_ALONE = (
    _time("rtk_flat_us", "Redux Toolkit, count up", of="rtk_flat"),
    _time("rtk_flat_bundled_us", "the same, bundled", of="rtk_flat_inlined"),
    _time("rtk_noop_us", "Redux Toolkit, nothing changes", of="rtk_noop"),
    _time("rtk_toggle_1k_us", "Redux Toolkit, 1 of 1000 entities", of="rtk_toggle"),
    _time("reselect_hit_us", "Reselect, call on the same state", of="reselect_hit"),
    _time("js_spread_flat_us", "a spread in JavaScript, count up", of="js_flat"),
    _time("js_spread_toggle_1k_us", "the same, 1 of 1000 entities", of="js_toggle"),
    _time("python_redux_flat_us", "python-redux, count up", of="python_redux_flat"),
    _time(
        "python_redux_toggle_1k_us",
        "python-redux, 1 of 1000 entities, copied by hand",
        of="python_redux_toggle",
    ),
    _time("patchdiff_flat_us", "patchdiff's produce, count up", of="patchdiff_flat"),
    _time(
        "patchdiff_toggle_1k_us",
        "patchdiff's produce, 1 of 1000 entities",
        of="patchdiff_toggle",
    ),
    _time(
        "observ_toggle_1k_us",
        "observ, 1 of 1000 entities, changed in place",
        of="observ_toggle",
    ),
    _time(
        "observ_toggle_1k_watched_us",
        "the same while a watcher watches all of them",
        of="observ_toggle_watched",
    ),
    _time("handwritten_flat_us", "a copy by hand, count up", of="hand_flat"),
    _time(
        "handwritten_toggle_1k_us",
        "a copy by hand, 1 of 1000 entities",
        of="hand_toggle",
    ),
)

FIGURES = (
    *DISPATCHES,
    *TOGGLES,
    *READS,
    *COPIES,
    *CROWDS,
    *TRAVELS,
    *PEERS_ALONE,
)
