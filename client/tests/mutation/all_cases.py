"""All cases of the suite. They only grow.

Left out is what no validator can know from the wire: two sensors whose contents are swapped or shifted under the right
ids, a packed block that is transposed under the right counts, another unit of amplitude from some frame on, a sensor
that dies in the middle (it may), a clock that is wrong by the same little everywhere, frames computed of wrong samples.
"""

from client.tests.mutation.case import Fault
from client.tests.mutation.faults.arrival import ARRIVAL_FAULTS
from client.tests.mutation.faults.configuration import CONFIGURATION_FAULTS
from client.tests.mutation.faults.content import SHAPE_FAULTS
from client.tests.mutation.faults.packed import PACKED_FAULTS
from client.tests.mutation.faults.rows_in_time import ROW_TIME_FAULTS
from client.tests.mutation.faults.sequence import SEQUENCE_FAULTS
from client.tests.mutation.faults.transport import TRANSPORT_FAULTS
from client.tests.mutation.faults.values import VALUE_FAULTS
from client.tests.mutation.good_streams import GOOD_STREAMS

FAULTS: tuple[Fault, ...] = (
    *SHAPE_FAULTS,
    *VALUE_FAULTS,
    *PACKED_FAULTS,
    *SEQUENCE_FAULTS,
    *ROW_TIME_FAULTS,
    *ARRIVAL_FAULTS,
    *CONFIGURATION_FAULTS,
    *TRANSPORT_FAULTS,
)

__all__ = ["FAULTS", "GOOD_STREAMS"]
