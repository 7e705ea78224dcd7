"""From a file to its pieces: functions, methods, classes and what lies between them."""
