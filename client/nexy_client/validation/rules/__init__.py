"""The rules, one family a file; ALL_RULES is the order in which they look."""

from nexy_client.validation.rule import Rule
from nexy_client.validation.rules.amplitudes import ExtremesRule
from nexy_client.validation.rules.configuration import ConfigurationRule
from nexy_client.validation.rules.dimensions import DimensionsRule
from nexy_client.validation.rules.ending import EndRule
from nexy_client.validation.rules.latency import LatencyRule
from nexy_client.validation.rules.levels import LevelRule
from nexy_client.validation.rules.rate import RateRule
from nexy_client.validation.rules.row_times import RowTimesRule
from nexy_client.validation.rules.sequence import SequenceRule
from nexy_client.validation.rules.server_clock import ServerClockRule
from nexy_client.validation.rules.stall import StallRule
from nexy_client.validation.rules.structure import StructureRule
from nexy_client.validation.rules.stuck import StuckRule
from nexy_client.validation.rules.values import ValuesRule
from nexy_client.validation.rules.zeros import ZerosRule

ALL_RULES: tuple[type[Rule], ...] = (
    ConfigurationRule,
    StructureRule,
    DimensionsRule,
    ValuesRule,
    ZerosRule,
    LevelRule,
    StuckRule,
    ExtremesRule,
    SequenceRule,
    RowTimesRule,
    ServerClockRule,
    LatencyRule,
    RateRule,
    StallRule,
    EndRule,
)

__all__ = ["ALL_RULES"]
