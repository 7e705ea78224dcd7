"""The REST door of sensor streams: /focus-server/*."""
