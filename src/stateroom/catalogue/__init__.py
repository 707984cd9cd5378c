"""What data exists: items and their inputs, presets, keys, findings and their codes."""

from __future__ import annotations

from stateroom.catalogue.codes import CODES, FAMILIES, Code
from stateroom.catalogue.declaring import declare
from stateroom.catalogue.document import App, Catalogue, Source, Suppression, digest_of
from stateroom.catalogue.findings import Finding, Level, Place
from stateroom.catalogue.inputs import INPUTS, Input
from stateroom.catalogue.item import Item, Override
from stateroom.catalogue.loading import load
from stateroom.catalogue.presets import PRESETS, Preset
from stateroom.catalogue.reading import read_catalogue
from stateroom.catalogue.schema import json_schema
from stateroom.catalogue.template import template

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
    "declare",
    "digest_of",
    "json_schema",
    "load",
    "read_catalogue",
    "template",
)
