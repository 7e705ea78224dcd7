"""A server of sensor streams that can be bent: good streams, and every way in which they may go wrong."""
