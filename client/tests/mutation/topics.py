"""What can be wrong with a stream, as families: the judge names one, whatever its own codes are called."""

from enum import StrEnum


class Topic(StrEnum):
    """The part before the dot is the category that a fault of this family usually has."""

    ROWS = "content.rows"
    SENSORS = "content.sensors"
    IDS = "content.ids"
    BINS = "content.bins"
    FINITE = "content.finite"
    ZEROS = "content.zeros"
    STUCK = "content.stuck"
    EXTREMES = "content.extremes"
    ENCODING = "content.encoding"
    PACKED = "content.packed"
    START = "sequence.start"
    LOSS = "sequence.loss"
    DROPPED = "sequence.dropped"
    REPEAT = "sequence.repeat"
    ORDER = "sequence.order"
    RESTART = "sequence.restart"
    COUNT = "sequence.count"
    END = "sequence.end"
    GAP = "time.gap"
    OVERLAP = "time.overlap"
    INTERVAL = "time.interval"
    ROW_LENGTH = "time.lines_dt"
    DRIFT = "time.drift"
    UNIT = "time.unit"
    RANGE = "time.range"
    STALE = "time.stale"
    SERVER_CLOCK = "time.server_clock"
    RATE = "time.rate"
    JITTER = "time.jitter"
    LATENCY = "time.latency"
    FIRST_FRAME = "time.first_frame"
    STALL = "time.stall"
    ANSWER = "configuration.answer"
    FREQUENCIES = "configuration.frequencies"
    LINES_DT = "configuration.lines_dt"
    CHANNELS = "configuration.channels"
    STREAMS = "configuration.streams"
    PORT = "configuration.port"
    JOB = "configuration.job"
    CONNECT = "transport.connect"
    TLS = "transport.tls"
    HEALTH = "transport.health"
    STATUS = "transport.status"
    DECODE = "transport.decode"
    MESSAGE_SIZE = "transport.message_size"
    NOT_FOUND = "transport.not_found"
    CONNECTION = "transport.connection"


MEANINGS: dict[Topic, str] = {
    Topic.ROWS: "A frame has no row, or more than the one that it should have.",
    Topic.SENSORS: "A row has another number of sensors than its stream has channels.",
    Topic.IDS: "Sensor ids are not exactly the stream's channels in ascending order.",
    Topic.BINS: "A sensor has another number of bins than the configure answer says.",
    Topic.FINITE: "An intensity is NaN or infinite.",
    Topic.ZEROS: "Frames hold nothing but zeros.",
    Topic.STUCK: "A frame, or a sensor that is not dead, repeats the same values.",
    Topic.EXTREMES: "current_max_amp or current_min_amp is not the extreme of the frame.",
    Topic.ENCODING: "The intensities came in another encoding than the request asked for.",
    Topic.PACKED: "A packed block does not hold what its own counts, scale and encoding say.",
    Topic.START: "The first number is impossible: not 1 for a recording, below 1 for a live job.",
    Topic.LOSS: "Frames are missing and nothing explains it.",
    Topic.DROPPED: "dropped_frames disagrees with the numbers, or goes down.",
    Topic.REPEAT: "A frame number came twice.",
    Topic.ORDER: "A frame number is lower than one before it.",
    Topic.RESTART: "The numbering began again in the middle.",
    Topic.COUNT: "More or fewer frames came than the range or max_frames promised.",
    Topic.END: "The stream ended without end_of_stream, or went on after it.",
    Topic.GAP: "A row begins later than the row before it ended.",
    Topic.OVERLAP: "A row begins before the row before it ended.",
    Topic.INTERVAL: "A row does not end after it begins, or is plainly too long or too short by itself.",
    Topic.ROW_LENGTH: "Rows are longer or shorter than lines_dt.",
    Topic.DRIFT: "Row times run away slowly, each step within the tolerance.",
    Topic.UNIT: "A time is not in epoch milliseconds.",
    Topic.RANGE: "Rows lie outside the range that was asked for.",
    Topic.STALE: "Live rows are not of now.",
    Topic.SERVER_CLOCK: "server_timestamp is missing, stands still, goes back or lies in the future.",
    Topic.RATE: "Frames come slower than the limit.",
    Topic.JITTER: "Live frames come in bursts.",
    Topic.LATENCY: "Frames arrive too long after the server sent them.",
    Topic.FIRST_FRAME: "The first frame comes too late or never.",
    Topic.STALL: "The stream stands still in the middle.",
    Topic.ANSWER: "The configure answer cannot be had, read or used.",
    Topic.FREQUENCIES: "frequencies_list is not ascending, not inside the range, or not as long as it says.",
    Topic.LINES_DT: "lines_dt of the answer is not that of the frames, or impossible.",
    Topic.CHANNELS: "The answer's channels are not those that were asked for.",
    Topic.STREAMS: "stream_amount and channel_to_stream_index disagree with each other or with the streams.",
    Topic.PORT: "stream_port leads nowhere.",
    Topic.JOB: "The job of the answer is not known, or has failed.",
    Topic.CONNECT: "No connection within the limit.",
    Topic.TLS: "The encrypted connection cannot be trusted, or is none.",
    Topic.HEALTH: "The server says that it is not healthy, says two things, or does not say.",
    Topic.STATUS: "A call ended with an error status.",
    Topic.DECODE: "A message cannot be read.",
    Topic.MESSAGE_SIZE: "A message is larger than a client may take.",
    Topic.NOT_FOUND: "An unknown job is not answered with NOT_FOUND and a clear text.",
    Topic.CONNECTION: "After the refusal of an unknown job the connection is of no more use.",
}
