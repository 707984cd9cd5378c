"""What data exists: items and their inputs, presets, keys, findings and their codes."""

from __future__ import annotations

from stateroom.catalogue.codes import CODES, FAMILIES, Code
from stateroom.catalogue.document import App, Catalogue, Source, Suppression, digest_of
from stateroom.catalogue.findings import Finding, Level, Place
from stateroom.catalogue.inputs import INPUTS, Input
from stateroom.catalogue.item import Item, Override
from stateroom.catalogue.presets import PRESETS, Preset

__all__ = (
    "CODES",
    "FAMILIES",
    "INPUTS",
    "PRESETS",
    "App",
    "Catalogue",
    "Code",
    "Finding",
    "Input",
    "Item",
    "Level",
    "Override",
    "Place",
    "Preset",
    "Source",
    "Suppression",
    "digest_of",
)
