"""x"""

from stateroom.testing.conformance_hits import HitPromises
from stateroom.testing.conformance_lives import LifePromises
from stateroom.testing.conformance_tags import TagPromises
from stateroom.testing.conformance_races import RacePromises


class CacheConformance(HitPromises, LifePromises, TagPromises, RacePromises): ...
